/**
 * The API, written down a second time by hand from the vendor's reference. Tests compare the spec, the client and the
 * sandbox with this page, so that a mistake in the spec cannot confirm itself.
 */
import type { ApiCall, Organization, Polytomic, RequestOptions } from "../src/index.ts";

export interface OperationFacts {
  /** `own`: the users of the organization that the key belongs to. `partner`: the users of a customer organization. */
  readonly family: "own" | "partner";
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path template. */
  readonly template: string;
  /** The error statuses that the reference lists. */
  readonly documented: readonly number[];
  /** What a successful response contains. */
  readonly data: "list" | "user" | "key";
  /** The query and the body that `call` sends. */
  readonly query?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Calls the SDK's method with the ids below. */
  readonly call: (polytomic: Polytomic, ...options: [RequestOptions?]) => ApiCall<unknown>;
}

export const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";
export const USER = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
export const ROLE = "d9f8e7c6-b5a4-3210-9fed-cba987654321";

const INVITATION = { email: "ada.lovelace@acmecorp.com", role_ids: [ROLE] };
const ROLES = { role_ids: [ROLE] };
const EMAIL_AND_ROLES = { email: "jane.doe@acmecorp.com", role_ids: [ROLE] };

const OWN = "/api/organization/users";
const PARTNER = "/api/organizations/{org_id}/users";

const partner = (polytomic: Polytomic): Organization["users"] => polytomic.organization(ORGANIZATION).users;

export const FACTS = {
  listCurrentOrgUsers: {
    family: "own",
    method: "GET",
    template: OWN,
    documented: [403, 404],
    data: "list",
    call: ({ users }, ...options) => users.list(...options),
  },
  createCurrentOrgUser: {
    family: "own",
    method: "POST",
    template: OWN,
    documented: [403, 422, 500],
    data: "user",
    body: INVITATION,
    call: ({ users }, ...options) => users.create(INVITATION, ...options),
  },
  getCurrentOrgUser: {
    family: "own",
    method: "GET",
    template: `${OWN}/{id}`,
    documented: [403, 404, 500],
    data: "user",
    call: ({ users }, ...options) => users.get(USER, ...options),
  },
  updateCurrentOrgUser: {
    family: "own",
    method: "PUT",
    template: `${OWN}/{id}`,
    documented: [403, 422, 500],
    data: "user",
    body: ROLES,
    call: ({ users }, ...options) => users.update(USER, ROLES, ...options),
  },
  deleteCurrentOrgUser: {
    family: "own",
    method: "DELETE",
    template: `${OWN}/{id}`,
    documented: [403, 404, 500],
    data: "user",
    call: ({ users }, ...options) => users.delete(USER, ...options),
  },
  listPartnerUsers: {
    family: "partner",
    method: "GET",
    template: PARTNER,
    documented: [403, 404],
    data: "list",
    call: (polytomic, ...options) => partner(polytomic).list(...options),
  },
  createPartnerUser: {
    family: "partner",
    method: "POST",
    template: PARTNER,
    documented: [403, 422, 500],
    data: "user",
    body: INVITATION,
    call: (polytomic, ...options) => partner(polytomic).create(INVITATION, ...options),
  },
  getPartnerUser: {
    family: "partner",
    method: "GET",
    template: `${PARTNER}/{id}`,
    documented: [403, 404, 500],
    data: "user",
    call: (polytomic, ...options) => partner(polytomic).get(USER, ...options),
  },
  updatePartnerUser: {
    family: "partner",
    method: "PUT",
    template: `${PARTNER}/{id}`,
    documented: [403, 422, 500],
    data: "user",
    body: EMAIL_AND_ROLES,
    call: (polytomic, ...options) => partner(polytomic).update(USER, EMAIL_AND_ROLES, ...options),
  },
  deletePartnerUser: {
    family: "partner",
    method: "DELETE",
    template: `${PARTNER}/{id}`,
    documented: [403, 404, 500],
    data: "user",
    call: (polytomic, ...options) => partner(polytomic).delete(USER, ...options),
  },
  createPartnerUserApiKey: {
    family: "partner",
    method: "POST",
    template: `${PARTNER}/{id}/keys`,
    documented: [403, 404, 500],
    data: "key",
    query: "?force=true",
    call: (polytomic, ...options) => partner(polytomic).createApiKey(USER, { force: true }, ...options),
  },
} as const satisfies Record<string, OperationFacts>;

export type OperationId = keyof typeof FACTS;

export const OPERATION_IDS = Object.keys(FACTS) as OperationId[];

/** Error statuses that any operation can return, whatever the reference lists. */
export const ALWAYS_POSSIBLE = [401, 409, 429] as const;

/** The name of the error for each status that has a class of its own. */
export const ERROR_NAMES: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "UnauthorizedError",
  403: "ForbiddenError",
  404: "NotFoundError",
  409: "ConflictError",
  422: "UnprocessableEntityError",
  429: "TooManyRequestsError",
  500: "ServerError",
};

/** A path template with the ids above. */
export function fillIn(template: string): string {
  return template.replace("{org_id}", ORGANIZATION).replace("{id}", USER);
}

const user = {
  id: USER,
  email: "jane.doe@acmecorp.com",
  organization_id: ORGANIZATION,
  role_ids: [ROLE],
  role: "admin",
};

/** The content of the envelope of a success. */
export const DATA = { list: [user], user, key: { value: "a-new-key" } } as const;
