// Everything here is an addition: each page is complete without it.
"use strict";

// A button beside each text that can be copied.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(source.textContent);
      const label = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }
}

// On a narrow screen the picture comes first: what explains it is opened when it is needed.
if (matchMedia("(max-width: 40rem)").matches) {
  for (const legend of document.querySelectorAll(".legend")) legend.open = false;
}

// Today on each axis: a page is cached as long as the base stays, so the server does not know it.
const DAY_MILLISECONDS = 864e5;
const SVG = "http://www.w3.org/2000/svg";

function addElement(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  parent.append(element);
}

for (const scale of document.querySelectorAll("svg.scale[data-first]")) {
  const first = Date.parse(scale.dataset.first);
  const last = Date.parse(scale.dataset.last) + DAY_MILLISECONDS;
  const x = 100 * (Date.now() - first) / (last - first);
  if (x < 0 || x > 100) continue;
  const position = { class: "today", x1: `${x}%`, x2: `${x}%`, y1: 0 };
  addElement(scale, "line", { ...position, y2: 40 }, "");
  for (const span of scale.closest("table, .bare").querySelectorAll("svg.span")) {
    addElement(span, "line", { ...position, y2: 34 }, "");
  }
  const side = x < 15 ? { dx: 5 } : { dx: -5, "text-anchor": "end" };
  const place = { class: "today-label", x: `${x}%`, y: 28, ...side };
  addElement(scale, "text", place, "today");
}
