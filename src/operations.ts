/** What an operation of the spec takes, returns and can fail with: types that follow `generated/`. */
import { OPERATIONS } from "../generated/contract.ts";
import type { operations, paths } from "../generated/schema.ts";
import type { AlwaysPossibleError, ErrorByStatus } from "./errors.ts";
import type { RequestOptions } from "./options.ts";

export type OperationId = keyof operations;

export type Method = "get" | "post" | "put" | "delete";

/** What the client knows about an operation at run time. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly security: readonly string[];
  /** The names of the query parameters. */
  readonly query?: readonly string[];
  /** Whether the operation takes a request body. */
  readonly takesBody?: true;
  /** The type of `data` in the envelope of a success. */
  readonly data: "object" | "list";
  /** Whether the response contains a key, so that errors must not quote it. */
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

/** How to call the same operation of a customer organization, such as `organization(id).users`, if the spec has it. */
export function partnerAlternative({ method, path }: Operation): string | undefined {
  const [, resource] = /^\/api\/organization\/(\w+)/.exec(path) ?? [];
  const isFound = findOperation(method, path.replace("/organization/", "/organizations/{org_id}/"));
  return resource && isFound && `\`organization(id).${resource}\``;
}

/** The generated path templates that have the method. */
export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

/** The operation at a method and a path. */
export type OperationAt<M extends Method, P extends keyof paths> = NonNullable<paths[P][M]>;

/** The body of a 200 as the spec defines it, with its envelope. */
export type ResponseBody<Op> = Op extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

/** The content of the envelope. A list that is `null` becomes an empty one. */
export type Data<Op> = NonNullable<ResponseBody<Op>["data" & keyof ResponseBody<Op>]>;

/** The errors for the statuses that the spec documents for an operation, and the errors common to all calls. */
export type ErrorOf<Op> = Op extends { responses: infer Responses }
  ? ErrorByStatus[keyof Responses & keyof ErrorByStatus] | AlwaysPossibleError
  : never;

/** The body that an operation takes. */
type RequestBody<Op> = Op extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? Body
  : undefined;

/** Path and query parameters. The client sets the headers itself. */
type Params<Op> = Op extends { parameters: infer Parameters }
  ? Pick<Parameters, keyof Parameters & ("path" | "query")>
  : never;

/** The arguments of one call of an operation. */
export type OperationInput<Op> = (object extends Params<Op>
  ? { readonly params?: Params<Op> }
  : { readonly params: Params<Op> }) &
  (undefined extends RequestBody<Op> ? { readonly body?: never } : { readonly body: RequestBody<Op> });

/** Everything that `request()` takes for one operation. */
type RequestInput<Op> = RequestOptions & OperationInput<Op>;

/**
 * The last argument of `request()`, which is optional if nothing in it is required. It distributes over operations, so
 * that the compiler's message for a path that does not exist mentions only the path.
 */
export type RequestArguments<Op> = Op extends unknown
  ? object extends RequestInput<Op>
    ? [input?: RequestInput<Op>]
    : [input: RequestInput<Op>]
  : never;
