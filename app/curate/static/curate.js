// Everything here is an addition: each page works without it.
"use strict";

// The problems of a form come first, also to a screen reader.
document.querySelector(".wrong")?.focus();
