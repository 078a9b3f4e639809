/** The errors of the client: problems that the server reports, and requests without a response. */
import type { Problem, ProblemItem } from "./schema.js";

/** An error response: problem details (RFC 9457). `code` tells the kind of a problem. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  /** Stable, such as `not-found`, `stale-version` or `invalid-request`; of a response that is no
   * problem details, `http-` and its status. */
  readonly code: string;
  readonly title: string;
  /** Each thing that is wrong, with its place in the request. */
  readonly errors: readonly ProblemItem[];
  /** After how many seconds the server asks to try again; null if it does not. */
  readonly retryAfter: number | null;

  constructor(response: Response, body: unknown) {
    const problem = isProblem(body) ? body : null;
    super(problem?.detail ?? `${response.status} ${response.statusText}`.trim());
    this.status = response.status;
    this.code = problem?.code ?? `http-${response.status}`;
    this.title = problem?.title ?? response.statusText;
    this.errors = problem?.errors ?? [];
    this.retryAfter = readRetryAfter(response.headers);
  }
}

/** No response came, or only part of one, as often as the request was sent; `cause` is the last
 * reason. */
export class NoResponseError extends Error {
  override readonly name = "NoResponseError";

  constructor(request: Request, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${request.method} ${request.url}: ${reason}`, { cause });
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}

/** The seconds of `Retry-After`, which may be a date (RFC 9110 §10.2.3). */
export function readRetryAfter(headers: Headers): number | null {
  const field = headers.get("Retry-After");
  if (field === null) return null;
  if (/^\d+$/.test(field)) return Number(field);
  const instant = Date.parse(field);
  return Number.isNaN(instant) ? null : Math.max(0, (instant - Date.now()) / 1000);
}
