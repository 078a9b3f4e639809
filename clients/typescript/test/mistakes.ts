// Mistakes that the types find: the compiler must report each of them.
import { Communique, type Schema } from "communique-client";

const base = new Communique("http://localhost:8000");

// @ts-expect-error: no such path
await base.get("/v1/offices/{slg}", { path: { slg: "x" } });
// @ts-expect-error: the path has a parameter
await base.get("/v1/offices/{slug}");
// @ts-expect-error: no such modality
await base.get("/v1/initiatives", { query: { modality: ["promised"] } });
// @ts-expect-error: no such parameter
await base.get("/v1/initiatives", { query: { focus: ["training"] } });
// @ts-expect-error: a key of another type
await base.get("/v1/offices", { query: { sort: ["title"] } });
// @ts-expect-error: a name and an organization are required
await base.post("/v1/offices", { body: { slug: "x" } });
// @ts-expect-error: the overview has no pages
base.items("/v1");

export function read(record: Schema<"InitiativeDetail">): string {
  // @ts-expect-error: an initiative may have no office
  const office: string = record.office_slug;
  // @ts-expect-error: present only if `include` names it
  record.focus_areas.length;
  // @ts-expect-error: initiatives have no wording
  record.wording;
  return office;
}
