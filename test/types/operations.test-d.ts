/**
 * The eleven operations as the façade was written for them, by hand. A change of the spec that reaches a type shows up
 * here as an error that names the operation and what changed; `src/users.ts` and its documentation may have to follow.
 */
import { describe, expectTypeOf, test } from "vitest";
import type { OPERATIONS } from "../../generated/contract.ts";
import type { operations, paths } from "../../generated/schema.ts";

interface User {
  id: string;
  email: string;
  organization_id: string;
  role_ids?: string[];
  role?: string;
}

/** What every body that gives roles has. */
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

/** What an operation is where its pin does not say otherwise. */
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
    at: "get /api/organization/users";
    answer: { data: User[] | null };
    statuses: Always;
    keys: OwnKeys;
  }>;
  createCurrentOrgUser: Pin<{
    at: "post /api/organization/users";
    header: PostHeaders;
    body: Invitation;
    bodyIsRequired: true;
    answer: { data: User };
    statuses: Always | 422 | 500;
    keys: OwnKeys;
  }>;
  getCurrentOrgUser: Pin<{
    at: "get /api/organization/users/{id}";
    path: { id: string };
    answer: { data: User };
    statuses: Always | 500;
    keys: OwnKeys;
  }>;
  updateCurrentOrgUser: Pin<{
    at: "put /api/organization/users/{id}";
    path: { id: string };
    body: Roles;
    bodyIsRequired: true;
    answer: { data: User };
    statuses: Always | 422 | 500;
    keys: OwnKeys;
  }>;
  deleteCurrentOrgUser: Pin<{
    at: "delete /api/organization/users/{id}";
    path: { id: string };
    answer: { data: User };
    statuses: Always | 500;
    keys: OwnKeys;
  }>;
  listPartnerUsers: Pin<{
    at: "get /api/organizations/{org_id}/users";
    path: Organization;
    answer: { data: User[] | null };
    statuses: Always;
    keys: PartnerKeys;
  }>;
  createPartnerUser: Pin<{
    at: "post /api/organizations/{org_id}/users";
    path: Organization;
    header: PostHeaders;
    body: Invitation;
    bodyIsRequired: true;
    answer: { data: User };
    statuses: Always | 422 | 500;
    keys: PartnerKeys;
  }>;
  getPartnerUser: Pin<{
    at: "get /api/organizations/{org_id}/users/{id}";
    path: OrganizationAndUser;
    answer: { data: User };
    statuses: Always | 500;
    keys: PartnerKeys;
  }>;
  updatePartnerUser: Pin<{
    at: "put /api/organizations/{org_id}/users/{id}";
    path: OrganizationAndUser;
    body: Invitation;
    bodyIsRequired: true;
    answer: { data: User };
    statuses: Always | 422 | 500;
    keys: PartnerKeys;
  }>;
  deletePartnerUser: Pin<{
    at: "delete /api/organizations/{org_id}/users/{id}";
    path: OrganizationAndUser;
    answer: { data: User };
    statuses: Always | 500;
    keys: PartnerKeys;
  }>;
  createPartnerUserApiKey: Pin<{
    at: "post /api/organizations/{org_id}/users/{id}/keys";
    query: { force?: boolean };
    path: OrganizationAndUser;
    header: PostHeaders;
    answer: { data: { value: string } };
    statuses: Always | 422 | 500;
    keys: PartnerKeys;
    secret: true;
  }>;
}

/** The same of the generated types. */
interface Generated<Id extends keyof operations> {
  at: At<Id>;
  query: Parameter<Id, "query">;
  path: Parameter<Id, "path">;
  header: Parameter<Id, "header">;
  body: [RequestBody<Id>] extends [never] ? undefined : Content<RequestBody<Id>>;
  bodyIsRequired: operations[Id] extends { requestBody: object } ? true : false;
  answer: Content<Responses<Id>[200 & keyof Responses<Id>]>;
  errors: { [S in keyof Responses<Id>]: S extends 200 ? never : Content<Responses<Id>[S]> }[keyof Responses<Id>];
  statuses: keyof Responses<Id>;
  keys: (typeof OPERATIONS)[Id & keyof typeof OPERATIONS]["security"];
  secret: (typeof OPERATIONS)[Id & keyof typeof OPERATIONS] extends { secret: true } ? true : false;
}

/** Method and path, where contract and types agree on them. */
type At<Id extends keyof operations> = (typeof OPERATIONS)[Id & keyof typeof OPERATIONS] extends {
  method: infer M extends string;
  path: infer P extends keyof paths;
}
  ? paths[P] extends Record<M, operations[Id]>
    ? `${M} ${P}`
    : never
  : never;

/** `undefined` where there is none; with it where it can be left out although something in it is required. */
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

/** Whether two types are the same to the compiler, once what is declared in parts is put together. */
// oxlint-disable typescript/no-unnecessary-type-parameters -- an open T is what makes the compiler compare identities
type Same<A, B> = (<T>() => T extends Flat<A> ? 1 : 2) extends <T>() => T extends Flat<B> ? 1 : 2 ? true : false;
// oxlint-enable typescript/no-unnecessary-type-parameters
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T;

/** What is not as pinned, each with the operation's name; `never` when all is. */
type Drift<Id extends keyof Pins> = Id extends keyof operations
  ? {
      [Aspect in keyof Pins[Id] & keyof Generated<Id>]: Same<Pins[Id][Aspect], Generated<Id>[Aspect]> extends true
        ? never
        : `${Id}: ${Aspect}`;
    }[keyof Pins[Id] & keyof Generated<Id>]
  : `${Id}: is gone`;

type Added = { [Id in Exclude<keyof operations, keyof Pins>]: `${Id}: is new` }[Exclude<keyof operations, keyof Pins>];

describe("the spec is as the façade knows it", () => {
  test("listCurrentOrgUsers", () => expectTypeOf<Drift<"listCurrentOrgUsers">>().toBeNever());
  test("createCurrentOrgUser", () => expectTypeOf<Drift<"createCurrentOrgUser">>().toBeNever());
  test("getCurrentOrgUser", () => expectTypeOf<Drift<"getCurrentOrgUser">>().toBeNever());
  test("updateCurrentOrgUser", () => expectTypeOf<Drift<"updateCurrentOrgUser">>().toBeNever());
  test("deleteCurrentOrgUser", () => expectTypeOf<Drift<"deleteCurrentOrgUser">>().toBeNever());
  test("listPartnerUsers", () => expectTypeOf<Drift<"listPartnerUsers">>().toBeNever());
  test("createPartnerUser", () => expectTypeOf<Drift<"createPartnerUser">>().toBeNever());
  test("getPartnerUser", () => expectTypeOf<Drift<"getPartnerUser">>().toBeNever());
  test("updatePartnerUser", () => expectTypeOf<Drift<"updatePartnerUser">>().toBeNever());
  test("deletePartnerUser", () => expectTypeOf<Drift<"deletePartnerUser">>().toBeNever());
  test("createPartnerUserApiKey", () => expectTypeOf<Drift<"createPartnerUserApiKey">>().toBeNever());
  test("and no other operation", () => expectTypeOf<Added>().toBeNever());
});
