/** Typed client of Communiqué. */
export type { ChangeEvent } from "./changes.js";
export { Communique, type ChangesOptions, type ClientOptions, type ReadResult } from "./client.js";
export { NoResponseError, ProblemError } from "./errors.js";
export type { IfMatch, Item, Json, Operation, PagedPath, PathWith, Schema } from "./operations.js";
export type * from "./schema.js";
