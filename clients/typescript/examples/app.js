// A list with facets and pages, and the dossier of a focus area. No framework, no build.
// Open index.html?base=http://localhost:8000; the part of the address after # is a path of the API.
import { Communique } from "communique-client";

/** @typedef {import("communique-client").InitiativePage} InitiativePage */
/** @typedef {import("communique-client").InitiativeRead} InitiativeRead */

const FIRST_PAGE = "/v1/initiatives?facet=modality,focus_area&limit=5";
const DOSSIER = /^\/v1\/focus-areas\/([^/?]+)$/;

const address = new URLSearchParams(location.search).get("base") ?? "http://localhost:8000";
const base = new Communique(address);

/**
 * An element with attributes and children. Texts are set as text: nothing of a document is HTML.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** @param {string} path @param {string} text */
function link(path, text) {
  return element("a", { href: `#${path}` }, text);
}

/** @param {InitiativeRead} initiative */
function showInitiative(initiative) {
  const quotes = initiative.citations.map((citation) =>
    element("blockquote", {}, citation.exact),
  );
  const areas = initiative.focus_area_slugs.flatMap((slug) => [
    " ",
    link(`/v1/focus-areas/${slug}`, slug),
  ]);
  const title = element("b", {}, initiative.title);
  return element("li", {}, title, ` (${initiative.modality})`, ...areas, ...quotes);
}

/** @param {InitiativePage} page */
function showList(page) {
  const aside = element("aside", {}, link(FIRST_PAGE, "All initiatives"));
  for (const [name, facet] of Object.entries(page.facets)) {
    // Each value has the address of its list, which has `count` records.
    const values = facet.buckets.map((bucket) =>
      element("li", {}, link(bucket.url, bucket.label), ` ${bucket.count}`),
    );
    aside.append(element("h2", {}, name), element("ul", {}, ...values));
  }
  const heading = element("h1", {}, `${page.total} initiatives`);
  const items = element("ul", { id: "items" }, ...page.items.map(showInitiative));
  const next = page.next === null ? "" : link(page.next, "Next page");
  return [aside, heading, items, next];
}

/** @param {string} slug */
async function showDossier(slug) {
  const area = await base.get("/v1/focus-areas/{slug}", {
    path: { slug },
    query: { include: ["initiatives", "timeline_items"] },
  });
  const initiatives = (area.initiatives?.items ?? []).map(showInitiative);
  const dates = (area.timeline_items?.items ?? []).map((item) =>
    element("li", {}, `${item.wording}: ${item.title} (${item.modality})`),
  );
  return [
    link(FIRST_PAGE, "All initiatives"),
    element("h1", {}, area.name),
    element("ul", { id: "items" }, ...initiatives),
    element("ul", { id: "dates" }, ...dates),
  ];
}

async function show() {
  const main = document.querySelector("main");
  if (main === null) return;
  const path = location.hash.slice(1) || FIRST_PAGE;
  const slug = DOSSIER.exec(path)?.[1];
  try {
    const nodes =
      slug === undefined
        ? showList(/** @type {InitiativePage} */ (await base.follow(path)))
        : await showDossier(decodeURIComponent(slug));
    main.replaceChildren(...nodes);
  } catch (error) {
    // The messages of problems are sentences for people.
    main.replaceChildren(error instanceof Error ? error.message : String(error));
  }
}

addEventListener("hashchange", show);
await show();
