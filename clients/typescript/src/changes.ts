/** The changes of the base as they happen: server-sent events (WHATWG HTML §9.2), read by `fetch`,
 * which can send a key, and works in browsers and elsewhere. */
import type { ChangeRead } from "./schema.js";
import { sleep } from "./transport.js";

/** One change, or the message that all changes up to a revision were received. With `id` as `since`
 * the next stream goes on after it. */
export type ChangeEvent =
  | { type: "change"; id: string; change: ChangeRead }
  | { type: "current"; id: string; revision: number };

interface ServerEvent {
  type: string;
  data: string;
  id: string;
}

/** A server sends something every 15 seconds, if only a comment. */
const MAX_SILENCE_SECONDS = 60;

interface Stream {
  /** Requests the stream after a position; null if that may succeed later. */
  open: (since: string) => Promise<Response | null>;
  since: string;
  signal: AbortSignal;
  retrySeconds: number;
}

/** Follows the changes. A stream that ends or breaks off is opened again after the last event, until
 * the signal is aborted. What `open` throws ends it. */
export async function* followChanges(
  stream: Stream,
): AsyncGenerator<ChangeEvent, void, undefined> {
  let { since } = stream;
  while (!stream.signal.aborted) {
    const response = await stream.open(since);
    if (response?.body) {
      for await (const event of readEvents(response.body)) {
        since = event.id;
        const data: unknown = JSON.parse(event.data);
        if (event.type === "change") {
          yield { type: "change", id: since, change: data as ChangeRead };
        } else if (event.type === "current") {
          yield { type: "current", id: since, ...(data as { revision: number }) };
        }
      }
    }
    await sleep(stream.retrySeconds, stream.signal);
  }
}

/** The events of a stream until it ends or breaks off; an event that is not complete is dropped. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const bytes = await readChunk(reader);
      if (bytes === null) return;
      const blocks = (text + decoder.decode(bytes, { stream: true })).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** The next bytes; null at the end, after a failure, and after a long silence. */
async function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), MAX_SILENCE_SECONDS * 1000);
  });
  try {
    const result = await Promise.race([reader.read(), silence]);
    return result?.value ?? null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function parseEvent(block: string): ServerEvent | null {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [name = "", ...rest] = line.split(":");
    const value = rest.join(":").replace(/^ /, "");
    const earlier = fields.get(name);
    fields.set(name, name === "data" && earlier !== undefined ? `${earlier}\n${value}` : value);
  }
  const type = fields.get("event");
  const data = fields.get("data");
  const id = fields.get("id");
  if (type === undefined || data === undefined || id === undefined) return null;
  return { type, data, id };
}
