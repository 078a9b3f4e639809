"use strict";
// Links within the buttons of operations would be controls within controls.
SwaggerUIBundle({
  url: document.getElementById("swagger-ui").dataset.url,
  dom_id: "#swagger-ui",
  deepLinking: false,
});

// What Swagger UI leaves out for those who do not see it: levels of headings, and a name.
new MutationObserver(() => {
  for (const heading of document.querySelectorAll("h3.opblock-tag:not([aria-level])")) {
    heading.setAttribute("aria-level", 2);
  }
  const servers = document.getElementById("servers");
  if (servers && !servers.ariaLabel) servers.ariaLabel = "Server";
}).observe(document.body, { childList: true, subtree: true });
