/**
 * The types of the eleven operations, written by hand. A change of the spec that affects a type causes an error here
 * that names the operation and the changed aspect. Then check whether `src/users.ts` and its documentation still match.
 */
import { expectTypeOf, test } from "vitest";
import type { OPERATIONS } from "../../generated/contract.ts";
import type { operations, paths } from "../../generated/schema.ts";
import type { FACTS } from "../facts.ts";

interface User {
  id: string;
  email: string;
  organization_id: string;
  role_ids?: string[];
  role?: string;
}

/** The fields of every body that sets roles. */
interface Roles {
  role_ids?: string[];
  role?: string;
}

interface Invitation extends Roles {
  email: string;
}

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

type Organization = { org_id: string };
type OrganizationAndUser = { org_id: string; id: string };
type OwnKeys = readonly ["apiKey", "scopedKey"];
type PartnerKeys = readonly ["partnerKey", "apiKey"];
type Always = 200 | 400 | 401 | 403 | 404 | 409 | 429 | "5XX";

/** The defaults of `Pin`. */
interface Plain {
  query: undefined;
  path: undefined;
  header: VersionHeader;
  body: undefined;
  bodyIsRequired: false;
  errors: ApiError;
  secret: false;
}

type Pin<Special> = Omit<Plain, keyof Special> & Special;

interface Pins {
  listCurrentOrgUsers: Pin<{
    response: { data: User[] | null };
    statuses: Always;
    keys: OwnKeys;
  }>;
  createCurrentOrgUser: Pin<{
    header: PostHeaders;
    body: Invitation;
    bodyIsRequired: true;
    response: { data: User };
    statuses: Always | 422 | 500;
    keys: OwnKeys;
  }>;
  getCurrentOrgUser: Pin<{
    path: { id: string };
    response: { data: User };
    statuses: Always | 500;
    keys: OwnKeys;
  }>;
  updateCurrentOrgUser: Pin<{
    path: { id: string };
    body: Roles;
    bodyIsRequired: true;
    response: { data: User };
    statuses: Always | 422 | 500;
    keys: OwnKeys;
  }>;
  deleteCurrentOrgUser: Pin<{
    path: { id: string };
    response: { data: User };
    statuses: Always | 500;
    keys: OwnKeys;
  }>;
  listPartnerUsers: Pin<{
    path: Organization;
    response: { data: User[] | null };
    statuses: Always;
    keys: PartnerKeys;
  }>;
  createPartnerUser: Pin<{
    path: Organization;
    header: PostHeaders;
    body: Invitation;
    bodyIsRequired: true;
    response: { data: User };
    statuses: Always | 422 | 500;
    keys: PartnerKeys;
  }>;
  getPartnerUser: Pin<{
    path: OrganizationAndUser;
    response: { data: User };
    statuses: Always | 500;
    keys: PartnerKeys;
  }>;
  updatePartnerUser: Pin<{
    path: OrganizationAndUser;
    body: Invitation;
    bodyIsRequired: true;
    response: { data: User };
    statuses: Always | 422 | 500;
    keys: PartnerKeys;
  }>;
  deletePartnerUser: Pin<{
    path: OrganizationAndUser;
    response: { data: User };
    statuses: Always | 500;
    keys: PartnerKeys;
  }>;
  createPartnerUserApiKey: Pin<{
    query: { force?: boolean };
    path: OrganizationAndUser;
    header: PostHeaders;
    response: { data: { value: string } };
    statuses: Always | 422 | 500;
    keys: PartnerKeys;
    secret: true;
  }>;
}

/** A pin, with the method and the path template from the facts. */
type Pinned<Id extends keyof Pins> = Pins[Id] & {
  at: `${Lowercase<(typeof FACTS)[Id]["method"]>} ${(typeof FACTS)[Id]["template"]}`;
};

/** The same aspects, derived from the generated types. */
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

/** Whether two types are identical after intersections are flattened. */
type Same<A, B> = (<T>() => T extends Flat<A> ? T : 0) extends <T>() => T extends Flat<B> ? T : 0 ? true : false;
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T;

/** The aspects that differ, each with the operation's name. `never` if none does. */
type Drift<Id extends keyof Pins> = Id extends keyof operations
  ? {
      [Aspect in keyof Pinned<Id> & keyof Generated<Id>]: Same<Pinned<Id>[Aspect], Generated<Id>[Aspect]> extends true
        ? never
        : `${Id}: ${Aspect}`;
    }[keyof Pinned<Id> & keyof Generated<Id>]
  : `${Id}: is gone`;

type Added = { [Id in Exclude<keyof operations, keyof Pins>]: `${Id}: is new` }[Exclude<keyof operations, keyof Pins>];

test("listCurrentOrgUsers has the pinned types", () => expectTypeOf<Drift<"listCurrentOrgUsers">>().toBeNever());
test("createCurrentOrgUser has the pinned types", () => expectTypeOf<Drift<"createCurrentOrgUser">>().toBeNever());
test("getCurrentOrgUser has the pinned types", () => expectTypeOf<Drift<"getCurrentOrgUser">>().toBeNever());
test("updateCurrentOrgUser has the pinned types", () => expectTypeOf<Drift<"updateCurrentOrgUser">>().toBeNever());
test("deleteCurrentOrgUser has the pinned types", () => expectTypeOf<Drift<"deleteCurrentOrgUser">>().toBeNever());
test("listPartnerUsers has the pinned types", () => expectTypeOf<Drift<"listPartnerUsers">>().toBeNever());
test("createPartnerUser has the pinned types", () => expectTypeOf<Drift<"createPartnerUser">>().toBeNever());
test("getPartnerUser has the pinned types", () => expectTypeOf<Drift<"getPartnerUser">>().toBeNever());
test("updatePartnerUser has the pinned types", () => expectTypeOf<Drift<"updatePartnerUser">>().toBeNever());
test("deletePartnerUser has the pinned types", () => expectTypeOf<Drift<"deletePartnerUser">>().toBeNever());
test("createPartnerUserApiKey has the pinned types", () =>
  expectTypeOf<Drift<"createPartnerUserApiKey">>().toBeNever());
test("the spec has no operation without a pin", () => expectTypeOf<Added>().toBeNever());
