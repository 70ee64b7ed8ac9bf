import type { OPERATIONS } from "../../../generated/contract.ts";
import type { operations } from "../../../generated/schema.ts";
import type { Same } from "../../exact-types.ts";
import type { OperationId } from "../call.ts";
import type { Caller } from "../caller.ts";
import type { OrganizationRecord, State } from "../state.ts";

/** A kind of record that every organization has, such as users. `Seed` and `Snapshot` are its parts of those. */
export interface Resource<Seed, Snapshot> {
  /** Adds the records of a seed to an organization. Throws a `TypeError` that names the invalid part of the seed. */
  readonly addSeed: (seed: Seed, target: SeedTarget) => void;
  /** Copies the records of an organization. */
  readonly takeSnapshot: (organization: OrganizationRecord) => Snapshot;
}

/** The organization that a seed is added to. */
export interface SeedTarget {
  readonly state: State;
  readonly organization: OrganizationRecord;
  /** The path of the organization in the seed, for messages: `organizations[0]`. */
  readonly place: string;
}

/** The operations whose paths are of this type. */
export type OperationsAt<Path extends string> = {
  [Id in OperationId]: (typeof OPERATIONS)[Id]["path"] extends Path ? Id : never;
}[OperationId];

/** The declared fields of a record that can have other fields, too. */
export type NamesOf<Record> = keyof { [Name in keyof Record as string extends Name ? never : Name]: unknown } & string;

/** A handler for each of the operations. */
export type Handlers<Ids extends OperationId> = { readonly [Id in Ids]: Handler<Id> };

/** Runs an operation. Returns the `data` of the response, or throws a `HttpError`. */
export type Handler<Id extends OperationId> = (input: Input<Id>) => Data<Id>;

/** What the handler of an operation receives. Parameters and body have the names that the spec gives them. */
export interface Input<Id extends OperationId> {
  readonly state: State;
  readonly caller: Caller;
  /** The organization that the call is for; `undefined` if a partner key calls an operation of no organization. */
  readonly organization: OrganizationOf[Id];
  readonly path: { readonly [Name in keyof Parameters<Id, "path">]: string };
  /** The query parameters as they were sent, once each, unchecked. */
  readonly query: { readonly [Name in keyof Parameters<Id, "query">]?: string };
  /** Parses the body, whose fields are unchecked. Throws a 422 if it is not a JSON object. */
  readonly readBody: () => { readonly [Name in keyof Body<Id>]?: unknown };
}

/** A partner key can call an operation whose path does not name an organization. */
type OrganizationOf = {
  [Id in OperationId]: [
    "partnerKey" extends (typeof OPERATIONS)[Id]["security"][number] ? true : false,
    "org_id" extends keyof Parameters<Id, "path"> ? true : false,
  ] extends [true, false]
    ? OrganizationRecord | undefined
    : OrganizationRecord;
};

type Parameters<Id extends OperationId, In extends "path" | "query"> = OrNothing<
  NonNullable<operations[Id]["parameters"][In]>
>;

type Body<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: { "application/json": infer Found } };
}
  ? Found
  : Nothing;

/** Without properties, so that a handler that reads one does not compile. */
type Nothing = object;
type OrNothing<Found> = [Found] extends [never] ? Nothing : Found;

type Data<Id extends OperationId> = operations[Id]["responses"][200]["content"]["application/json"]["data"];

/**
 * Returns the handlers unchanged. Does not compile if a handler returns other data than its operation, such as data
 * with a field dropped or added, which assignability alone would allow.
 */
export function exactHandlers<Actual extends Partial<Handlers<OperationId>>>(handlers: Actual & Exact<Actual>): Actual {
  return handlers;
}

type Exact<Actual> = {
  readonly [Id in keyof Actual]: Id extends OperationId ? ExactHandler<Actual[Id], Id> : never;
};

type ExactHandler<Actual, Id extends OperationId> = Actual extends (...input: never[]) => infer Returned
  ? Same<Returned, Data<Id>> extends true
    ? unknown
    : { readonly "must return exactly the data of": Id }
  : unknown;
