/** What an operation of the spec takes, returns and can fail with: types that follow `generated/`. */
import { OPERATIONS } from "../generated/contract.ts";
import type { operations, paths } from "../generated/schema.ts";
import type { AlwaysPossibleError, CallOperation, ErrorByStatus } from "./errors.ts";
import { withoutPrototype } from "./objects.ts";
import type { IdempotentRequestOptions, RequestOptions } from "./options.ts";

export type OperationId = keyof operations;

export type Method = "get" | "post" | "put" | "delete";

/** Whether requests with this method carry an idempotency key: those that cannot be repeated without one. */
export function isKeyed(method: string): boolean {
  return method === "post" || method === "patch";
}

/** What the client knows about an operation at run time. */
export interface Operation {
  readonly id: string;
  readonly method: Method | "patch";
  readonly path: string;
  readonly security: readonly string[];
  /** The names of the query parameters. */
  readonly query?: readonly string[];
  /** The names of the fields of the request body, if the operation takes one. */
  readonly body?: readonly string[];
  /** Fields of which a request body may have only one. */
  readonly exclusive?: readonly string[];
  /** The fields of the request body that are secrets, so that errors must not quote them. */
  readonly secrets?: readonly string[];
  /** The type of `data` in the envelope of a success. `unknown` if the spec does not have the operation. */
  readonly data: "object" | "list" | "unknown";
  /** Whether the response contains a key, so that errors must not quote it. */
  readonly secret?: true;
}

export function operation(id: OperationId): Operation {
  return withoutPrototype<Operation>({ id, ...OPERATIONS[id] });
}

export function findOperation(method: string, path: string): Operation | undefined {
  const ids = Object.keys(OPERATIONS) as OperationId[];
  const id = ids.find((candidate) => OPERATIONS[candidate].method === method && OPERATIONS[candidate].path === path);
  return id && operation(id);
}

/** Returns the operation as errors and events contain it. */
export function describeOperation({ id, method, path }: Operation): CallOperation {
  return { id, method: method.toUpperCase(), path };
}

/** How to call the same operation of a customer organization, such as `organization(id).users`, if the spec has it. */
export function partnerAlternative({ method, path }: Operation): string | undefined {
  const [, resource] = /^\/api\/organization\/(\w+)/.exec(path) ?? [];
  const alternative = findOperation(method, path.replace("/organization/", "/organizations/{org_id}/"));
  return resource && alternative && `\`organization(id).${resource}\``;
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

/** Fields as callers may pass them: lists can be read-only, and optional fields can be `undefined`. */
export type Input<Fields> = {
  readonly [Name in keyof Fields]: AsInput<Fields[Name]> | (object extends Pick<Fields, Name> ? undefined : never);
};

type AsInput<Value> = Value extends (infer Item)[] ? readonly Item[] : Value;

/** The body that an operation takes. */
type BodyOf<Op> = Op extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? Input<Body>
  : undefined;

/** Path and query parameters. The client sets the headers itself. */
type Params<Op> = Op extends { parameters: infer Parameters }
  ? Inputs<Pick<Parameters, keyof Parameters & ("path" | "query")>>
  : never;

type Inputs<Groups> = { [Name in keyof Groups]: Input<Groups[Name]> };

/** The arguments of one call of an operation. */
export type OperationInput<Op> = (object extends Params<Op>
  ? { readonly params?: Params<Op> }
  : { readonly params: Params<Op> }) &
  (undefined extends BodyOf<Op> ? { readonly body?: never } : { readonly body: BodyOf<Op> });

/** Everything that `request()` takes for an operation, or for each of several. */
type RequestInput<M extends Method, Op> = ([M] extends ["post"] ? IdempotentRequestOptions : RequestOptions) &
  UnionToIntersection<Op extends unknown ? OperationInput<Op> : never>;

type UnionToIntersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/**
 * The last argument of `request()`, which is optional if nothing in it is required. If the method is a union, it must fit
 * every operation. It distributes over paths, so that the compiler's message for a wrong path mentions only the path.
 */
export type RequestArguments<M extends Method, P extends keyof paths> = P extends unknown
  ? object extends RequestInput<M, OperationAt<M, P>>
    ? [input?: RequestInput<M, OperationAt<M, P>>]
    : [input: RequestInput<M, OperationAt<M, P>>]
  : never;
