/** The client: typed reads and writes of a base. */
import createClient from "openapi-fetch";

import { type ChangeEvent, followChanges } from "./changes.js";
import { NoResponseError, ProblemError } from "./errors.js";
import type {
  CallOptions,
  IfMatch,
  Item,
  Json,
  Method,
  Operation,
  Page,
  PagedPath,
  PathWith,
  ReadArguments,
  WriteArguments,
  WriteOptions,
} from "./operations.js";
import type { DraftDetail, operations, RecordType } from "./schema.js";
import { Transport, type TransportOptions } from "./transport.js";

export interface ClientOptions extends TransportOptions {
  /** A key of the base, for writes, drafts, and bases that are not public. */
  key?: string | null | undefined;
}

/** A response with what its headers say. */
export interface ReadResult<T> {
  data: T;
  /** For `ifMatch`; null where there is none. */
  etag: string | null;
  /** The revision of the base that the response shows. */
  revision: number;
}

export interface ChangesOptions extends CallOptions {
  since?: string | number;
  type?: RecordType[];
  /** How long to wait before a stream that ended is opened again; 3 by default. */
  retrySeconds?: number;
}

interface AnyOptions extends WriteOptions {
  path?: object;
  query?: object;
  body?: unknown;
  accept?: string;
  contentType?: string;
}

interface AnyOperation {
  parameters: { path?: Record<string, unknown>; query?: Record<string, unknown> };
  requestBody?: { content: { "application/json": unknown } };
}

type DraftQuery = NonNullable<operations["create_draft"]["parameters"]["query"]>;

/** A base at its address. Every method throws ProblemError for an error response, and
 * NoResponseError if none came. */
export class Communique {
  readonly #root: string;
  readonly #options: ClientOptions;
  readonly #transport: Transport;
  readonly #http;
  #asOf: { as_of?: string } = {};

  constructor(address: string, options: ClientOptions = {}) {
    const base = "location" in globalThis ? globalThis.location.href : undefined;
    this.#root = new URL(address, base).href.replace(/\/$/, "");
    this.#options = options;
    this.#transport = new Transport(options);
    this.#http = createClient<Record<string, Record<Method, AnyOperation>>>({
      baseUrl: this.#root,
      fetch: (request) => this.#transport.send(request),
    });
  }

  /** The same base as it was at a revision or an instant, for reads of records, lists and counts. */
  asOf(moment: number | string): Communique {
    const past = new Communique(this.#root, this.#options);
    past.#asOf = { as_of: String(moment) };
    return past;
  }

  async get<P extends PathWith<"get">>(
    path: P,
    ...[options]: ReadArguments<Operation<P, "get">>
  ): Promise<Json<Operation<P, "get">>> {
    return (await this.#call<Json<Operation<P, "get">>>("get", path, options)).data;
  }

  /** As `get`, with the ETag and the revision of the response. */
  async read<P extends PathWith<"get">>(
    path: P,
    ...[options]: ReadArguments<Operation<P, "get">>
  ): Promise<ReadResult<Json<Operation<P, "get">>>> {
    return await this.#call("get", path, options);
  }

  /** A response that is text: CSV, a calendar, a feed, the text of a document. */
  async text<P extends PathWith<"get">>(
    path: P,
    ...[options]: ReadArguments<Operation<P, "get">>
  ): Promise<string> {
    return (await this.#call<string>("get", path, { ...options, accept: "*/*" })).data;
  }

  /** The pages of a list, one request each. */
  async *pages<P extends PagedPath>(
    path: P,
    ...[options]: ReadArguments<Operation<P, "get">>
  ): AsyncGenerator<Json<Operation<P, "get">>, void, undefined> {
    type ThisPage = Json<Operation<P, "get">> & Page;
    let { data: page } = await this.#call<ThisPage>("get", path, options);
    for (;;) {
      yield page;
      if (page.next === null) return;
      page = await this.follow<ThisPage>(page.next, options?.signal);
    }
  }

  /** The items of all pages of a list. */
  async *items<P extends PagedPath>(
    path: P,
    ...options: ReadArguments<Operation<P, "get">>
  ): AsyncGenerator<Item<P>, void, undefined> {
    for await (const page of this.pages(path, ...options)) yield* page.items;
  }

  /** What a path in a response leads to: `next`, `url`, `delta`. */
  async follow<T>(path: string, signal?: AbortSignal): Promise<T> {
    const request = this.#request(path, "application/json", signal);
    const response = await this.#transport.send(request);
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new ProblemError(response, body);
    return body as T;
  }

  async post<P extends PathWith<"post">>(
    path: P,
    ...[options]: WriteArguments<Operation<P, "post">>
  ): Promise<Json<Operation<P, "post">>> {
    return (await this.#call<Json<Operation<P, "post">>>("post", path, options)).data;
  }

  async put<P extends PathWith<"put">>(
    path: P,
    ...[options]: WriteArguments<Operation<P, "put">>
  ): Promise<Json<Operation<P, "put">>> {
    return (await this.#call<Json<Operation<P, "put">>>("put", path, options)).data;
  }

  async patch<P extends PathWith<"patch">>(
    path: P,
    ...[options]: WriteArguments<Operation<P, "patch">>
  ): Promise<Json<Operation<P, "patch">>> {
    const contentType = "application/merge-patch+json";
    const patch: AnyOptions = { ...options, contentType };
    return (await this.#call<Json<Operation<P, "patch">>>("patch", path, patch)).data;
  }

  async delete<P extends PathWith<"delete">>(
    path: P,
    ...[options]: WriteArguments<Operation<P, "delete">>
  ): Promise<void> {
    await this.#call("delete", path, options);
  }

  /** Draft a document: read a file, and propose cited records from it. The same file is the same
   * draft. */
  async createDraft(
    file: Blob | string,
    contentType: string,
    query: DraftQuery & WriteOptions = {},
  ): Promise<DraftDetail> {
    const { signal, idempotencyKey, ifMatch, ...parameters } = query;
    // Bytes, because a Blob would send its own type.
    const body = typeof file === "string" ? file : await file.arrayBuffer();
    const options: AnyOptions = { query: parameters, body, contentType };
    if (signal) options.signal = signal;
    if (idempotencyKey) options.idempotencyKey = idempotencyKey;
    return (await this.#call<DraftDetail>("post", "/v1/drafts", options)).data;
  }

  /** The changes after `since`, which is a revision, the `id` of an event, or the next one (`now`).
   * It goes on after interruptions, until the signal is aborted or the loop is left. */
  changes(
    options: ChangesOptions = {},
  ): AsyncGenerator<ChangeEvent, void, undefined> {
    const { since = "now", signal = new AbortController().signal, retrySeconds = 3 } = options;
    const open = async (position: string): Promise<Response | null> => {
      const query = new URLSearchParams({ since: position });
      for (const type of options.type ?? []) query.append("type", type);
      const path = `${new URL(this.#root).pathname.replace(/\/$/, "")}/v1/changes/stream?${query}`;
      try {
        const response = await this.#transport.open(
          this.#request(path, "text/event-stream", signal),
        );
        if (response.ok) return response;
        const body: unknown = await response.json().catch(() => null);
        if (response.status < 500 && response.status !== 429) {
          throw new ProblemError(response, body);
        }
      } catch (error) {
        if (!(error instanceof NoResponseError) && !signal.aborted) throw error;
      }
      return null;
    };
    return followChanges({ open, since: String(since), signal, retrySeconds });
  }

  #request(path: string, accept: string, signal: AbortSignal | undefined): Request {
    // A path in a response has the path of the public address in front already.
    const headers = { Accept: accept, ...this.#authorization() };
    return new Request(new URL(path, this.#root), { headers, signal: signal ?? null });
  }

  #authorization(): Record<string, string> {
    const { key } = this.#options;
    return key ? { Authorization: `Bearer ${key}` } : {};
  }

  async #call<T>(
    method: Method,
    path: string,
    options: AnyOptions = {},
  ): Promise<ReadResult<T>> {
    const { body, signal, accept = "application/json" } = options;
    const headers: Record<string, string> = { Accept: accept, ...this.#authorization() };
    const contentType = options.contentType ?? (typeof body === "string" ? "text/plain" : null);
    if (contentType !== null) headers["Content-Type"] = contentType;
    if (options.ifMatch !== undefined) headers["If-Match"] = formatIfMatch(options.ifMatch);
    if (method !== "get" && writes(path, { ...options.query })) {
      headers["Idempotency-Key"] = options.idempotencyKey ?? makeKey();
    }
    const query = method === "get" ? { ...this.#asOf, ...options.query } : { ...options.query };
    const { data, error, response } = await this.#http.request(method, path, {
      params: { path: { ...options.path }, query },
      headers,
      parseAs: accept === "application/json" ? "json" : "text",
      ...(body === undefined ? {} : { body, bodySerializer: serializeBody }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) throw new ProblemError(response, error);
    return {
      data: data as T,
      etag: response.headers.get("ETag"),
      revision: Number(response.headers.get("Communique-Revision")),
    };
  }
}

/** Whether a request of a writing method writes. Others take no key, and are not repeated. */
function writes(path: string, query: { validate_only?: boolean }): boolean {
  return !path.endsWith("/verify") && query.validate_only !== true;
}

function serializeBody(body: unknown): BodyInit {
  if (typeof body === "string" || body instanceof ArrayBuffer) return body;
  return JSON.stringify(body);
}

function formatIfMatch(ifMatch: IfMatch): string {
  if (typeof ifMatch === "string") return ifMatch;
  return `"${typeof ifMatch === "number" ? ifMatch : ifMatch.version}"`;
}

/** A key that no other request has. `crypto.randomUUID` is missing on pages without TLS. */
function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
