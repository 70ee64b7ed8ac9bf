/**
 * The types of the operations, derived from the facts. A change of the spec that affects a type causes an error here
 * that names the operation and the changed aspect. Then check whether the façade and its documentation still match.
 */
import { expectTypeOf, test } from "vitest";
import type { OPERATIONS } from "../../generated/contract.ts";
import type { operations, paths } from "../../generated/schema.ts";
import type { Same } from "../../src/exact-types.ts";
import type { ALWAYS_POSSIBLE, DATA, FACTS, SecretData } from "../facts.ts";

interface ApiError {
  key?: string;
  message?: string;
  metadata?: { [key: string]: unknown } | null;
  status?: number;
}

interface VersionHeader {
  "X-Polytomic-Version"?: string;
}

interface PostHeaders extends VersionHeader {
  "Idempotency-Key"?: string;
}

type Facts = typeof FACTS;

/** The types of one operation, derived from its facts. */
interface Pinned<Row extends Facts[keyof Facts]> {
  at: `${Lowercase<Row["method"]>} ${Row["template"]}`;
  query: Row extends { query: infer Query } ? Query : undefined;
  path: PathOf<NamesIn<Row["template"]>>;
  header: Row["method"] extends "POST" ? PostHeaders : VersionHeader;
  body: Row extends { body: infer Body } ? Body : undefined;
  bodyIsRequired: Row extends { body: object } ? true : false;
  response: { data: (typeof DATA)[Row["data"]] };
  errors: ApiError;
  statuses: 200 | Row["documented"][number] | (typeof ALWAYS_POSSIBLE)[number] | "5XX";
  keys: Row["keys"];
  secret: Row["data"] extends SecretData ? true : false;
  secrets: Row extends { secrets: infer Names } ? Names : undefined;
}

type NamesIn<Template> = Template extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type PathOf<Name extends string> = [Name] extends [never] ? undefined : Record<Name, string>;

/** The same types, derived from the generated ones. */
interface Generated<Id extends keyof operations> {
  at: At<Id>;
  query: Parameter<Id, "query">;
  path: Parameter<Id, "path">;
  header: Parameter<Id, "header">;
  body: [RequestBody<Id>] extends [never] ? undefined : Content<RequestBody<Id>>;
  bodyIsRequired: operations[Id] extends { requestBody: object } ? true : false;
  response: Content<Responses<Id>[200 & keyof Responses<Id>]>;
  errors: { [S in keyof Responses<Id>]: S extends 200 ? never : Content<Responses<Id>[S]> }[keyof Responses<Id>];
  statuses: keyof Responses<Id>;
  keys: (typeof OPERATIONS)[Id & keyof typeof OPERATIONS]["security"];
  secret: (typeof OPERATIONS)[Id & keyof typeof OPERATIONS] extends { secret: true } ? true : false;
  secrets: (typeof OPERATIONS)[Id & keyof typeof OPERATIONS] extends { secrets: infer Names } ? Names : undefined;
}

/** The method and the path, or `never` if the contract and the types disagree. */
type At<Id extends keyof operations> = (typeof OPERATIONS)[Id & keyof typeof OPERATIONS] extends {
  method: infer M extends string;
  path: infer P extends keyof paths;
}
  ? paths[P] extends Record<M, operations[Id]>
    ? `${M} ${P}`
    : never
  : never;

/** The type of some parameters, or `undefined` if the operation has none. */
type Parameter<
  Id extends keyof operations,
  In extends "query" | "path" | "header",
> = operations[Id]["parameters"][In] extends infer Found
  ? [Exclude<Found, undefined>] extends [never]
    ? undefined
    : object extends Exclude<Found, undefined>
      ? Exclude<Found, undefined>
      : Found
  : never;

type RequestBody<Id extends keyof operations> = NonNullable<operations[Id]["requestBody"]>;
type Responses<Id extends keyof operations> = operations[Id]["responses"];
type Content<Message> = Message extends { content: { "application/json": infer Body } } ? Body : "no JSON body";

/** Flattens intersections, so that types are compared by their fields. */
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T;

/** The aspects that differ, each with the operation's name. */
type Drift = {
  [Id in keyof Facts]: Id extends keyof operations
    ? {
        [Aspect in keyof Pinned<Facts[Id]>]: Same<
          Flat<Pinned<Facts[Id]>[Aspect]>,
          Flat<Generated<Id>[Aspect]>
        > extends true
          ? never
          : `${Id}: ${Aspect}`;
      }[keyof Pinned<Facts[Id]>]
    : `${Id}: is gone`;
};

type Added = { [Id in Exclude<keyof operations, keyof Facts>]: `${Id}: is new` };

// The unions are written out, because the compiler would print the name of an alias.
test("every operation has the types of its facts", () => expectTypeOf<Drift[keyof Drift]>().toBeNever());
test("the facts have every operation of the spec", () => expectTypeOf<Added[keyof Added]>().toBeNever());
