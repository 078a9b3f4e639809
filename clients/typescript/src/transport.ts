/** Sends requests, again where that is safe, and keeps responses that the server can confirm. */
import { NoResponseError, readRetryAfter } from "./errors.js";

export interface TransportOptions {
  /** Instead of the `fetch` of the platform. */
  fetch?: (request: Request, init?: RequestInit) => Promise<Response>;
  /** How often a request is sent again that may be; 4 by default. */
  retries?: number;
  /** How long one attempt may take; 30 by default. */
  timeoutSeconds?: number;
  /** How long to wait before an attempt. If the server asks for more, its error is thrown; 60 by
   * default. */
  maxWaitSeconds?: number;
  /** How many responses are kept with their ETag. None in browsers, which do so themselves; 100
   * elsewhere. */
  cachedResponses?: number;
}

interface StoredResponse {
  etag: string;
  response: Response;
}

const IDEMPOTENCY_KEY = "Idempotency-Key";
/** Statuses of a moment: the same request may succeed later. */
const PASSING_STATUSES = new Set([408, 425, 429, 502, 503, 504]);
/** Statuses of responses without a body, which `Response` refuses to give one. */
const BODILESS_STATUSES = new Set([204, 205, 304]);
const FIRST_WAIT_SECONDS = 0.25;
const MAX_CACHED_BYTES = 1_000_000;

export class Transport {
  readonly #fetch: (request: Request, init?: RequestInit) => Promise<Response>;
  readonly #retries: number;
  readonly #timeoutSeconds: number;
  readonly #maxWaitSeconds: number;
  readonly #cachedResponses: number;
  /** The responses by address and media type, the one used last at the end. */
  readonly #cache = new Map<string, StoredResponse>();

  constructor(options: TransportOptions) {
    this.#fetch = options.fetch ?? ((request, init) => globalThis.fetch(request, init));
    this.#retries = options.retries ?? 4;
    this.#timeoutSeconds = options.timeoutSeconds ?? 30;
    this.#maxWaitSeconds = options.maxWaitSeconds ?? 60;
    this.#cachedResponses = options.cachedResponses ?? ("location" in globalThis ? 0 : 100);
  }

  /** The complete response. Throws NoResponseError, or the reason of an aborted `signal`. */
  async send(request: Request): Promise<Response> {
    const isRead = request.method === "GET" && this.#cachedResponses > 0;
    const key = `${request.headers.get("Accept")} ${request.url}`;
    const stored = isRead ? this.#cache.get(key) : undefined;
    if (stored !== undefined) request.headers.set("If-None-Match", stored.etag);
    const response = await this.#repeat(request, true);
    if (response.status === 304 && stored !== undefined) {
      this.#store(key, stored);
      return stored.response.clone();
    }
    const etag = response.headers.get("ETag");
    if (isRead && response.status === 200 && etag !== null) {
      const copy = response.clone();
      const { size } = await response.clone().blob();
      if (size <= MAX_CACHED_BYTES) this.#store(key, { etag, response: copy });
    }
    return response;
  }

  /** A response whose body is read as it comes. Throws as `send` does. */
  async open(request: Request): Promise<Response> {
    return await this.#repeat(request, false);
  }

  #store(key: string, stored: StoredResponse): void {
    this.#cache.delete(key);
    this.#cache.set(key, stored);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > this.#cachedResponses && oldest !== undefined) {
      this.#cache.delete(oldest);
    }
  }

  async #repeat(request: Request, isWhole: boolean): Promise<Response> {
    // A write without a key would be carried out twice.
    const mayRepeat = request.method === "GET" || request.headers.has(IDEMPOTENCY_KEY);
    const attempts = mayRepeat ? this.#retries + 1 : 1;
    for (let attempt = 1; ; attempt += 1) {
      let waitSeconds = FIRST_WAIT_SECONDS * 2 ** (attempt - 1) * (0.5 + Math.random());
      try {
        const response = await this.#attempt(request.clone(), isWhole);
        if (attempt === attempts || !(await isPassing(response))) return response;
        waitSeconds = readRetryAfter(response.headers) ?? waitSeconds;
        if (waitSeconds > this.#maxWaitSeconds) return response;
        await response.body?.cancel();
      } catch (error) {
        request.signal.throwIfAborted();
        if (attempt === attempts) throw new NoResponseError(request, error);
      }
      await sleep(waitSeconds, request.signal);
      request.signal.throwIfAborted();
    }
  }

  async #attempt(request: Request, isWhole: boolean): Promise<Response> {
    const controller = new AbortController();
    const abort = (): void => controller.abort(request.signal.reason);
    const timer = setTimeout(() => {
      controller.abort(new Error(`no response within ${this.#timeoutSeconds} s`));
    }, this.#timeoutSeconds * 1000);
    request.signal.addEventListener("abort", abort, { once: true });
    try {
      const response = await this.#fetch(request, { signal: controller.signal });
      if (!isWhole) return response;
      // Here, so that a body that breaks off is a failed attempt.
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      const isBodiless = BODILESS_STATUSES.has(status);
      // Not every platform reports that a body breaks off if the connection is closed after it.
      const isJson = /^application\/(problem\+)?json/.test(headers.get("Content-Type") ?? "");
      if (isJson && !isBodiless) JSON.parse(new TextDecoder().decode(body));
      return new Response(isBodiless ? null : body, {
        status,
        statusText,
        headers,
      });
    } finally {
      clearTimeout(timer);
      // A stream stays under the control of its caller.
      if (isWhole) request.signal.removeEventListener("abort", abort);
    }
  }
}

/** Whether the same request may succeed later. */
async function isPassing(response: Response): Promise<boolean> {
  if (PASSING_STATUSES.has(response.status)) return true;
  if (response.status !== 409) return false;
  // An earlier attempt of this request is still being carried out.
  return (await response.clone().text()).includes('"still-running"');
}

/** Waits, at most until the signal is aborted. */
export async function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(finish, seconds * 1000);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish);
    if (signal.aborted) finish();
  });
}
