"use strict";
// Links within the buttons of operations would be controls within controls.
SwaggerUIBundle({
  url: document.getElementById("swagger-ui").dataset.url,
  dom_id: "#swagger-ui",
  deepLinking: false,
});

// What Swagger UI leaves out for those who do not see it: levels of headings, landmarks, a name.
const REGIONS = [[".information-container", "About the API"], [".scheme-container", "Server and key"]];
new MutationObserver(() => {
  for (const heading of document.querySelectorAll(":is(h3, h4, h5):not([aria-level])")) {
    heading.setAttribute("aria-level", Number(heading.tagName[1]) - 1);
  }
  for (const [selector, label] of REGIONS) {
    for (const part of document.querySelectorAll(`${selector}:not([role])`)) {
      part.setAttribute("role", "region");
      part.setAttribute("aria-label", label);
    }
  }
  const servers = document.getElementById("servers");
  if (servers && !servers.ariaLabel) servers.ariaLabel = "Server";
}).observe(document.getElementById("swagger-ui"), { childList: true, subtree: true });
