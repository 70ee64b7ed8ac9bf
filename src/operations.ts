/** What an operation of the spec takes, returns and can fail with: types that follow `generated/`. */
import { OPERATIONS } from "../generated/contract.ts";
import type { operations, paths } from "../generated/schema.ts";
import type { RequestOptions } from "./config.ts";
import type { AlwaysPossibleError, ErrorByStatus } from "./errors.ts";

export type OperationId = keyof operations;

export type Method = "get" | "post" | "put" | "delete";

/** What the runtime knows of an operation. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly security: readonly string[];
  /** The names of its query parameters. */
  readonly query?: readonly string[];
  /** Whether it takes a request body. */
  readonly takesBody?: true;
  /** What `data` in the envelope of a success is. */
  readonly data: "object" | "list";
  /** Whether the answer carries a key, so that no part of it may be quoted. */
  readonly secret?: true;
}

export function operation(id: OperationId): Operation {
  return { id, ...OPERATIONS[id] };
}

export function findOperation(method: string, path: string): Operation | undefined {
  const ids = Object.keys(OPERATIONS) as OperationId[];
  const id = ids.find((candidate) => OPERATIONS[candidate].method === method && OPERATIONS[candidate].path === path);
  return id && operation(id);
}

/** The generated path templates that have the method. */
export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

/** The operation at a method and a path. */
export type OperationAt<M extends Method, P extends keyof paths> = NonNullable<paths[P][M]>;

/** The body of a 200 as the spec has it, envelope and all. */
export type ResponseBody<Op> = Op extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

/** What is inside the envelope; a list that is `null` is an empty one. */
export type Data<Op> = NonNullable<ResponseBody<Op>["data" & keyof ResponseBody<Op>]>;

/** The errors for the statuses that the spec documents for an operation, then those that can always happen. */
export type ErrorOf<Op> = Op extends { responses: infer Responses }
  ? ErrorByStatus[keyof Responses & keyof ErrorByStatus] | AlwaysPossibleError
  : never;

/** The body that an operation takes. */
type RequestBody<Op> = Op extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? Body
  : undefined;

/** Ids and query parameters. Headers are not among them: the client sets those. */
type Params<Op> = Op extends { parameters: infer Parameters }
  ? Pick<Parameters, keyof Parameters & ("path" | "query")>
  : never;

/** Everything that is particular to one call of an operation. */
export type OperationInput<Op> = (object extends Params<Op>
  ? { readonly params?: Params<Op> }
  : { readonly params: Params<Op> }) &
  (undefined extends RequestBody<Op> ? { readonly body?: never } : { readonly body: RequestBody<Op> });

/** Everything that `request()` takes for one operation. */
type RequestInput<Op> = RequestOptions & OperationInput<Op>;

/**
 * The last argument of `request()`, which may be left out when nothing in it is required. It is worked out for one
 * operation at a time, so that of a path that does not exist the compiler says just that.
 */
export type RequestArguments<Op> = Op extends unknown
  ? object extends RequestInput<Op>
    ? [input?: RequestInput<Op>]
    : [input: RequestInput<Op>]
  : never;
