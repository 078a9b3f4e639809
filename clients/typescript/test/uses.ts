// Five uses of the client, compiled with every strict flag, and run against a server.
import { Communique, ProblemError, type Schema } from "communique-client";

declare const process: { argv: string[] };

const [, , address = "", key = ""] = process.argv;
const base = new Communique(address, { key });

/** A list with filters and a facet: how many records each modality has. */
async function countModalities(focusArea: string): Promise<Record<string, number>> {
  const page = await base.get("/v1/initiatives", {
    query: { focus_area: [focusArea], modality: ["recommended", "stated"], facet: ["modality"] },
  });
  const buckets = page.facets["modality"]?.buckets ?? [];
  return Object.fromEntries(buckets.map(({ value, count }) => [value, count]));
}

/** All pages of a list. */
async function listTitles(): Promise<string[]> {
  const titles: string[] = [];
  for await (const item of base.items("/v1/timeline-items", { query: { limit: 1 } })) {
    titles.push(item.title);
  }
  return titles;
}

/** A record with related records, and the words of its citations. */
async function readDossier(slug: string): Promise<{ quotes: string[]; titles: string[] }> {
  const area = await base.get("/v1/focus-areas/{slug}", {
    path: { slug },
    query: { include: ["initiatives"] },
  });
  return {
    quotes: area.citations.map((citation) => citation.exact),
    titles: area.initiatives?.items.map((initiative) => initiative.title) ?? [],
  };
}

/** A change of the record as it was read. If somebody changed it meanwhile: its version now. */
async function summarize(
  office: Schema<"OfficeRead">,
  summary: string,
): Promise<{ written: number } | { stale: number | undefined }> {
  try {
    const changed = await base.patch("/v1/offices/{slug}", {
      path: { slug: office.slug },
      body: { summary, derived: { ...office.derived, summary: "Written by a test" } },
      ifMatch: office,
    });
    return { written: changed.version };
  } catch (error) {
    if (error instanceof ProblemError && error.code === "stale-version") {
      return { stale: error.errors[0]?.version };
    }
    throw error;
  }
}

/** The changes after a position, up to the latest, and the position to go on from. */
async function catchUp(since: string): Promise<{ slugs: string[]; since: string }> {
  const slugs: string[] = [];
  for await (const event of base.changes({ since, type: ["office"] })) {
    if (event.type === "change") slugs.push(event.change.slug);
    else return { slugs, since: event.id };
  }
  throw new Error("The stream ended.");
}

const { items } = await base.get("/v1/offices");
const [office] = items;
if (office === undefined) throw new Error("There is no office.");
const before = await catchUp("0");
console.log(
  JSON.stringify({
    counts: await countModalities("Training"),
    titles: await listTitles(),
    dossier: await readDossier("training"),
    written: await summarize(office, "Once."),
    stale: await summarize(office, "Twice."),
    before: before.slugs,
    after: (await catchUp(before.since)).slugs,
  }),
);
