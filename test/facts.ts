/**
 * The API, written down a second time by hand from Polytomic's reference. Tests compare the spec, the client and the
 * sandbox with this page, so that a mistake in the spec cannot confirm itself.
 */
import type { ApiCall, IdempotentRequestOptions, Polytomic, RequestOptions } from "../src/index.ts";

interface User {
  id: string;
  email: string;
  organization_id: string;
  role_ids?: string[] | null;
  role?: string;
}

/** As the list and the get of the current organization return it. */
interface CurrentUser extends User {
  harbor_ids?: string[] | null;
  harbor_only?: boolean;
}

/** The fields of every body that sets roles. */
interface Roles {
  role_ids?: string[];
  role?: string;
}

interface Invitation extends Roles {
  email: string;
}

interface PartnerUpdate extends Roles {
  email: string;
}

export interface OperationFacts {
  /** `own`: of the organization that the key belongs to. `partner`: of a customer organization. */
  readonly family: "own" | "partner";
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path template. */
  readonly template: string;
  /** The kinds of keys that the operation accepts, as the spec names them. */
  readonly keys: readonly KeyKind[];
  /** The error statuses that the reference lists. */
  readonly documented: readonly number[];
  /** What a successful response contains: a key of `DATA`. */
  readonly data: keyof typeof DATA;
  /** The SDK's method, and its arguments. */
  readonly sdk: `${string}.${string}`;
  readonly args: readonly unknown[];
  /** The query and the body that this call sends. Their types are those of the spec. */
  readonly query?: object;
  readonly body?: object;
}

export type KeyKind = "apiKey" | "partnerKey" | "scopedKey";

export const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";
export const USER = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
export const ROLE = "d9f8e7c6-b5a4-3210-9fed-cba987654321";

const INVITATION: Invitation = { email: "ada.lovelace@acmecorp.com", role_ids: [ROLE] };
const ROLES: Roles = { role_ids: [ROLE] };
const EMAIL_AND_ROLES: PartnerUpdate = { email: "jane.doe@acmecorp.com", role_ids: [ROLE] };
const FORCE: { force?: boolean } = { force: true };

const USER_DATA: User = {
  id: USER,
  email: "jane.doe@acmecorp.com",
  organization_id: ORGANIZATION,
  role_ids: [ROLE],
  role: "admin",
};

const CURRENT_USER_DATA: CurrentUser = { ...USER_DATA, harbor_ids: null, harbor_only: false };

/** The content of the envelope of each kind of success. Its types are those of the spec. */
export const DATA = {
  users: [USER_DATA] as User[] | null,
  user: USER_DATA,
  currentUsers: [CURRENT_USER_DATA] as CurrentUser[] | null,
  currentUser: CURRENT_USER_DATA,
  key: { value: "a-new-key" },
};

/** The kinds of data that contain a key. */
export type SecretData = "key";

const OWN = "/api/organization/users";
const PARTNER = "/api/organizations/{org_id}/users";

/** The keys that the operations of each family accept. */
const OWN_KEYS = ["apiKey", "scopedKey"] as const;
const PARTNER_KEYS = ["partnerKey", "apiKey", "scopedKey"] as const;

export const FACTS = {
  listCurrentOrgUsers: {
    family: "own",
    method: "GET",
    template: OWN,
    keys: OWN_KEYS,
    documented: [403, 404],
    data: "currentUsers",
    sdk: "users.list",
    args: [],
  },
  createCurrentOrgUser: {
    family: "own",
    method: "POST",
    template: OWN,
    keys: OWN_KEYS,
    documented: [403, 422, 500],
    data: "user",
    sdk: "users.create",
    args: [INVITATION],
    body: INVITATION,
  },
  getCurrentOrgUser: {
    family: "own",
    method: "GET",
    template: `${OWN}/{id}`,
    keys: OWN_KEYS,
    documented: [403, 404, 500],
    data: "currentUser",
    sdk: "users.get",
    args: [USER],
  },
  updateCurrentOrgUser: {
    family: "own",
    method: "PUT",
    template: `${OWN}/{id}`,
    keys: OWN_KEYS,
    documented: [403, 422, 500],
    data: "user",
    sdk: "users.update",
    args: [USER, ROLES],
    body: ROLES,
  },
  deleteCurrentOrgUser: {
    family: "own",
    method: "DELETE",
    template: `${OWN}/{id}`,
    keys: OWN_KEYS,
    documented: [403, 404, 500],
    data: "user",
    sdk: "users.delete",
    args: [USER],
  },
  listPartnerUsers: {
    family: "partner",
    method: "GET",
    template: PARTNER,
    keys: PARTNER_KEYS,
    documented: [403, 404],
    data: "users",
    sdk: "users.list",
    args: [],
  },
  createPartnerUser: {
    family: "partner",
    method: "POST",
    template: PARTNER,
    keys: PARTNER_KEYS,
    documented: [403, 422, 500],
    data: "user",
    sdk: "users.create",
    args: [INVITATION],
    body: INVITATION,
  },
  getPartnerUser: {
    family: "partner",
    method: "GET",
    template: `${PARTNER}/{id}`,
    keys: PARTNER_KEYS,
    documented: [403, 404, 500],
    data: "user",
    sdk: "users.get",
    args: [USER],
  },
  updatePartnerUser: {
    family: "partner",
    method: "PUT",
    template: `${PARTNER}/{id}`,
    keys: PARTNER_KEYS,
    documented: [403, 422, 500],
    data: "user",
    sdk: "users.update",
    args: [USER, EMAIL_AND_ROLES],
    body: EMAIL_AND_ROLES,
  },
  deletePartnerUser: {
    family: "partner",
    method: "DELETE",
    template: `${PARTNER}/{id}`,
    keys: PARTNER_KEYS,
    documented: [403, 404, 500],
    data: "user",
    sdk: "users.delete",
    args: [USER],
  },
  createPartnerUserApiKey: {
    family: "partner",
    method: "POST",
    template: `${PARTNER}/{id}/keys`,
    keys: PARTNER_KEYS,
    documented: [403, 404, 500],
    data: "key",
    sdk: "users.createApiKey",
    args: [USER, FORCE],
    query: FORCE,
  },
} as const satisfies Record<string, OperationFacts>;

export type OperationId = keyof typeof FACTS;

export const OPERATION_IDS = Object.keys(FACTS) as OperationId[];

/** Error statuses that any operation can return, whatever the reference lists. */
export const ALWAYS_POSSIBLE = [400, 401, 404, 409, 422, 429, 500] as const;

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

/** The path of an operation with the ids of its call: that of the organization, and the first argument. */
export function pathOf({ template, args: [id] }: OperationFacts): string {
  return template.replace("{org_id}", ORGANIZATION).replace("{id}", id as string);
}

/** Calls the SDK's method of an operation with the ids and bodies above. */
export function callOperation(
  id: OperationId,
  polytomic: Polytomic,
  options?: RequestOptions | IdempotentRequestOptions,
): ApiCall<unknown> {
  const { family, sdk, args } = FACTS[id];
  const owner = family === "partner" ? polytomic.organization(ORGANIZATION) : polytomic;
  const [resource, method] = sdk.split(".") as [string, string];
  const methods = Reflect.get(owner, resource) as Record<string, (...args: unknown[]) => ApiCall<unknown>>;
  return methods[method]!(...args, options);
}
