// The recipe of docs/querying.md, compiled against the types that openapi.json gives.
import type { paths } from "./generated/schema.js";

type Search = paths["/v1/search"]["get"];
type Row = Search["responses"][200]["content"]["application/json"]["items"][number];

export async function claims(base: string, focusArea: string): Promise<Row[]> {
  const rows: Row[] = [];
  let path: string | null = `/v1/search?${new URLSearchParams({ focus_area: focusArea })}`;
  while (path !== null) {
    const response: Response = await fetch(base + path);
    const page = await response.json();
    if (!response.ok) throw new Error(page.detail);
    rows.push(...page.items);
    path = page.next;
  }
  return rows;
}
