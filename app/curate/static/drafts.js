// Everything here is an addition: each page works without it.
"use strict";

// A decision replaces the page in place, so the text stays where it is.
const page = () => document.querySelector("#main");

async function load(address, options) {
  const response = await fetch(address, { ...options, credentials: "same-origin" });
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!next.querySelector("#review")) {
    // Another page, such as the one to sign in on, with what was sent.
    document.documentElement.replaceWith(next.documentElement);
    return;
  }
  const before = page().querySelector("#review").dataset.part;
  page().replaceWith(document.adoptNode(next.querySelector("#main")));
  document.title = next.title;
  history.replaceState(null, "", response.url);
  show(before !== page().querySelector("#review").dataset.part);
  page().querySelector("#claim")?.focus({ preventScroll: true });
}

// The words of the proposal, in sight.
function show(isNewPart) {
  const words = document.querySelector("#q");
  if (document.querySelector("#review")) {
    document.querySelector("#claim")?.setAttribute("tabindex", "-1");
    const hints = document.querySelector("#hints");
    hints.hidden = !document.querySelector(".decide [data-do]");
    hints.querySelector("#keys").checked = localStorage.getItem("keys") !== "off";
  }
  if (!words) return;
  const { top, bottom } = words.getBoundingClientRect();
  const isWide = matchMedia("(min-width: 62.01rem)").matches;
  if (isWide && (isNewPart || top < 120 || bottom > innerHeight - 60)) words.scrollIntoView({ block: "center" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".side .decide, .side .notice") || !event.submitter) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  for (const button of page().querySelectorAll(".side button")) button.disabled = true;
  load(form.action, { method: "POST", body: fields }).catch(() => location.reload());
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("#review mark a, #review [data-do=later]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(link.href).catch(() => { location.href = link.href; });
});

// One key for each decision. They can be turned off (WCAG 2.1.4).
const KEYS = { a: "accept", e: "edit", r: "reject", l: "later", u: "undo" };
document.addEventListener("keydown", (event) => {
  const isTyped = event.target.matches("input:not([type=checkbox]), textarea, select");
  const isOff = localStorage.getItem("keys") === "off";
  if (isTyped || isOff || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const name = KEYS[event.key.toLowerCase()];
  const target = name && page()?.querySelector(`.side [data-do=${name}]`);
  if (!target || target.disabled) return;
  event.preventDefault();
  target.click();
});
document.addEventListener("change", (event) => {
  if (event.target.id === "keys") localStorage.setItem("keys", event.target.checked ? "on" : "off");
});

// Positions count code points, as the server does.
function position(node, offset) {
  const cell = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
  if (!cell) return null;
  const range = document.createRange();
  range.setStart(cell, 0);
  range.setEnd(node, offset);
  return Number(cell.dataset.start) + [...range.toString()].length;
}

document.addEventListener("selectionchange", () => {
  const form = document.querySelector("#selected");
  const selection = getSelection();
  if (!form || selection.rangeCount === 0) return;
  const range = selection.getRangeAt(0);
  const words = selection.toString().trim();
  if (!words || !range.startContainer.parentElement?.closest(".draft-text")) {
    if (!form.contains(document.activeElement)) form.hidden = true;
    return;
  }
  const start = position(range.startContainer, range.startOffset);
  const end = position(range.endContainer, range.endOffset);
  if (start === null || end === null || start >= end) return;
  form.elements.place.value = `${start}-${end}`;
  form.querySelector("q").textContent = words;
  form.hidden = false;
});

show(true);
