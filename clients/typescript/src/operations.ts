/** What the operations of the OpenAPI document take and return, as types. */
import type { components, paths } from "./schema.js";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** A schema by its name, such as `InitiativeDetail`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** The paths that have the method. */
export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never;
}[keyof paths];

export type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P]
  ? paths[P][M]
  : never;

/** The JSON of a success. */
export type Json<O> = O extends { responses: infer R }
  ? {
      [S in keyof R & (200 | 201)]: R[S] extends { content: { "application/json": infer J } }
        ? J
        : never;
    }[keyof R & (200 | 201)]
  : never;

/** The paths of lists with pages. */
export type PagedPath = {
  [P in PathWith<"get">]: Json<Operation<P, "get">> extends Page ? P : never;
}[PathWith<"get">];

export interface Page {
  items: unknown[];
  next: string | null;
}

/** One item of a list with pages. */
export type Item<P extends PagedPath> = Json<Operation<P, "get">>["items"][number];

type Parameters<O> = O extends { parameters: infer P } ? Pick<P, keyof P & ("path" | "query")> : object;

type Body<O> = O extends { requestBody: { content: infer C } } ? { body: C[keyof C] } : object;

/** The version that a write applies to: a record as it was read, its version, or an ETag. */
export type IfMatch = { version: number } | number | string;

export interface CallOptions {
  signal?: AbortSignal;
}

export interface WriteOptions extends CallOptions {
  ifMatch?: IfMatch;
  /** Made by default. Give one to repeat a write after a restart of the program. */
  idempotencyKey?: string;
}

type Optional<T> = object extends T ? [options?: T] : [options: T];

export type ReadArguments<O> = Optional<Parameters<O> & CallOptions>;
export type WriteArguments<O> = Optional<Parameters<O> & Body<O> & WriteOptions>;
