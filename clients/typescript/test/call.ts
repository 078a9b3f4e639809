// One use of the client, named on the command line, for tests of what it does when requests fail.
import { Communique, NoResponseError, ProblemError } from "communique-client";

declare const process: { argv: string[] };

const [, , address = "", key = "", name = "", argument = "", seconds = "30"] = process.argv;
const base = new Communique(address, { key, timeoutSeconds: Number(seconds), maxWaitSeconds: 5 });

const uses: Record<string, () => Promise<unknown>> = {
  read: async () => (await base.get("/v1/offices")).items.length,
  readTwice: async () => {
    const first = await base.read("/v1/offices");
    const second = await base.read("/v1/offices");
    return { same: JSON.stringify(first) === JSON.stringify(second) };
  },
  items: async () => {
    const slugs: string[] = [];
    const query = { limit: 2, sort: ["slug"] } satisfies { limit: number; sort: ["slug"] };
    for await (const item of base.items("/v1/initiatives", { query })) slugs.push(item.slug);
    return slugs;
  },
  create: async () => {
    const body = { slug: argument, name: argument, derived: { name: "Made by a test" } };
    return (await base.post("/v1/focus-areas", { body })).version;
  },
  validate: async () => {
    const changes = [{ operation: "delete", type: "office", slug: argument, version: 1 }] as const;
    const body = { message: "A test", changes: [...changes] };
    return await base.post("/v1/changesets", { query: { validate_only: true }, body });
  },
  replace: async () => {
    const area = await base.get("/v1/focus-areas/{slug}", { path: { slug: argument } });
    const write = { path: { slug: argument }, body: area, ifMatch: area.version + 1 };
    return await base.put("/v1/focus-areas/{slug}", write);
  },
  follow: async () => {
    const changes: string[] = [];
    for await (const event of base.changes({ since: 0, retrySeconds: 0.05 })) {
      if (event.type === "current") break;
      changes.push(`${event.change.type}/${event.change.slug}`);
    }
    return changes;
  },
  stop: async () => {
    const controller = new AbortController();
    const events: string[] = [];
    for await (const event of base.changes({ since: "now", signal: controller.signal })) {
      events.push(event.type);
      controller.abort();
    }
    return events;
  },
  draft: async () => {
    const draft = await base.createDraft(argument, "text/markdown", { prose: true });
    const path = { draft: draft.id };
    const made = await base.post("/v1/drafts/{draft}/decisions", {
      path,
      body: { state: "accepted", min_score: 0 },
    });
    const published = await base.post("/v1/drafts/{draft}/publish", { path });
    return { decided: made.numbers.length, published };
  },
};

const started = Date.now();
const outcome: Record<string, unknown> = {};
try {
  outcome["result"] = await uses[name]?.();
} catch (error) {
  if (error instanceof ProblemError) {
    const { status, code, message, errors, retryAfter } = error;
    outcome["problem"] = { status, code, message, errors, retryAfter };
  } else if (error instanceof NoResponseError) {
    outcome["noResponse"] = error.message;
  } else {
    throw error;
  }
}
console.log(JSON.stringify({ ...outcome, seconds: (Date.now() - started) / 1000 }));
