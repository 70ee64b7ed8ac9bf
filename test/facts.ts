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

interface Identity {
  id?: string;
  email?: string;
  is_user?: boolean;
  is_organization?: boolean;
  is_partner?: boolean;
  is_system?: boolean;
  organization_id?: string;
  organization_name?: string;
  role?: string;
}

interface Organization {
  id: string;
  name: string;
  issuer?: string;
  sso_domain?: string;
  sso_org_id?: string;
}

interface NewOrganization {
  name: string;
  sso_domain?: string;
  sso_org_id?: string;
  issuer?: string;
  client_id?: string;
  client_secret?: string;
}

interface Role {
  id: string;
  name: string;
  organization_id?: string;
  system?: boolean;
}

export interface OperationFacts {
  /** What has the SDK's method: the client, or `organization(id)`. */
  readonly owner: "polytomic" | "organization";
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path template. */
  readonly template: string;
  /** The kinds of keys that the operation accepts, as the spec names them. Tests use the first one. */
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
  /** The fields of the body that are secrets. */
  readonly secrets?: readonly string[];
}

export type KeyKind = "apiKey" | "partnerKey" | "scopedKey";

export const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";
export const USER = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
export const ROLE = "d9f8e7c6-b5a4-3210-9fed-cba987654321";

const INVITATION: Invitation = { email: "ada.lovelace@acmecorp.com", role_ids: [ROLE] };
const ROLES: Roles = { role_ids: [ROLE] };
const EMAIL_AND_ROLES: PartnerUpdate = { email: "jane.doe@acmecorp.com", role_ids: [ROLE] };
const NEW_ORGANIZATION: NewOrganization = {
  name: "Globex",
  sso_domain: "globex.example",
  sso_org_id: "org_globex",
  issuer: "https://login.globex.example",
  client_id: "polytomic",
  client_secret: "a-client-secret",
};
const FORCE: { force?: boolean } = { force: true };

const USER_DATA: User = {
  id: USER,
  email: "jane.doe@acmecorp.com",
  organization_id: ORGANIZATION,
  role_ids: [ROLE],
  role: "admin",
};

const CURRENT_USER_DATA: CurrentUser = { ...USER_DATA, harbor_ids: null, harbor_only: false };

const IDENTITY_DATA: Identity = {
  id: USER,
  email: "jane.doe@acmecorp.com",
  is_user: true,
  is_organization: false,
  is_partner: false,
  is_system: false,
  organization_id: ORGANIZATION,
  organization_name: "Acme Corp",
  role: "admin",
};

const ORGANIZATION_DATA: Organization = {
  id: ORGANIZATION,
  name: "Acme Corp",
  issuer: "https://login.acmecorp.com",
  sso_domain: "acmecorp.com",
  sso_org_id: "org_acme",
};

const ROLE_DATA: Role = { id: ROLE, name: "Admin", organization_id: ORGANIZATION, system: true };

/** The content of the envelope of each kind of success. Its types are those of the spec. */
export const DATA = {
  users: [USER_DATA] as User[] | null,
  user: USER_DATA,
  currentUsers: [CURRENT_USER_DATA] as CurrentUser[] | null,
  currentUser: CURRENT_USER_DATA,
  key: { value: "a-new-key" },
  identity: IDENTITY_DATA,
  organization: ORGANIZATION_DATA,
  organizations: [ORGANIZATION_DATA] as Organization[] | null,
  roles: [ROLE_DATA] as Role[] | null,
};

/** The kinds of data that contain a key. */
export type SecretData = "key";

const OWN = "/api/organization/users";
const PARTNER = "/api/organizations/{org_id}/users";
const ORGANIZATIONS = "/api/organizations";

/** The keys that operations accept: those of the own organization, of a customer organization, and of a partner. */
const OWN_KEYS = ["apiKey", "scopedKey"] as const;
const PARTNER_KEYS = ["partnerKey", "apiKey", "scopedKey"] as const;
const ONLY_PARTNER_KEY = ["partnerKey"] as const;

export const FACTS = {
  listCurrentOrgUsers: {
    owner: "polytomic",
    method: "GET",
    template: OWN,
    keys: OWN_KEYS,
    documented: [403, 404],
    data: "currentUsers",
    sdk: "users.list",
    args: [],
  },
  createCurrentOrgUser: {
    owner: "polytomic",
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
    owner: "polytomic",
    method: "GET",
    template: `${OWN}/{id}`,
    keys: OWN_KEYS,
    documented: [403, 404, 500],
    data: "currentUser",
    sdk: "users.get",
    args: [USER],
  },
  updateCurrentOrgUser: {
    owner: "polytomic",
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
    owner: "polytomic",
    method: "DELETE",
    template: `${OWN}/{id}`,
    keys: OWN_KEYS,
    documented: [403, 404, 500],
    data: "user",
    sdk: "users.delete",
    args: [USER],
  },
  listPartnerUsers: {
    owner: "organization",
    method: "GET",
    template: PARTNER,
    keys: PARTNER_KEYS,
    documented: [403, 404],
    data: "users",
    sdk: "users.list",
    args: [],
  },
  createPartnerUser: {
    owner: "organization",
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
    owner: "organization",
    method: "GET",
    template: `${PARTNER}/{id}`,
    keys: PARTNER_KEYS,
    documented: [403, 404, 500],
    data: "user",
    sdk: "users.get",
    args: [USER],
  },
  updatePartnerUser: {
    owner: "organization",
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
    owner: "organization",
    method: "DELETE",
    template: `${PARTNER}/{id}`,
    keys: PARTNER_KEYS,
    documented: [403, 404, 500],
    data: "user",
    sdk: "users.delete",
    args: [USER],
  },
  createPartnerUserApiKey: {
    owner: "organization",
    method: "POST",
    template: `${PARTNER}/{id}/keys`,
    keys: PARTNER_KEYS,
    documented: [403, 404, 500],
    data: "key",
    sdk: "users.createApiKey",
    args: [USER, FORCE],
    query: FORCE,
  },
  getIdentity: {
    owner: "polytomic",
    method: "GET",
    template: "/api/me",
    keys: ["apiKey", "partnerKey", "scopedKey"],
    documented: [401, 500],
    data: "identity",
    sdk: "identity.get",
    args: [],
  },
  getCurrentOrganization: {
    owner: "polytomic",
    method: "GET",
    template: "/api/organization",
    keys: OWN_KEYS,
    documented: [401, 403, 404],
    data: "organization",
    sdk: "organizations.getCurrent",
    args: [],
  },
  listOrganizations: {
    owner: "polytomic",
    method: "GET",
    template: ORGANIZATIONS,
    keys: ONLY_PARTNER_KEY,
    documented: [500],
    data: "organizations",
    sdk: "organizations.list",
    args: [],
  },
  createOrganization: {
    owner: "polytomic",
    method: "POST",
    template: ORGANIZATIONS,
    keys: ONLY_PARTNER_KEY,
    documented: [409, 422, 500],
    data: "organization",
    sdk: "organizations.create",
    args: [NEW_ORGANIZATION],
    body: NEW_ORGANIZATION,
    secrets: ["client_secret"],
  },
  getOrganization: {
    owner: "polytomic",
    method: "GET",
    template: `${ORGANIZATIONS}/{id}`,
    keys: ONLY_PARTNER_KEY,
    documented: [403, 404, 500],
    data: "organization",
    sdk: "organizations.get",
    args: [ORGANIZATION],
  },
  listRoles: {
    owner: "polytomic",
    method: "GET",
    template: "/api/permissions/roles",
    keys: OWN_KEYS,
    documented: [500],
    data: "roles",
    sdk: "roles.list",
    args: [],
  },
} as const satisfies Record<string, OperationFacts>;

export type OperationId = keyof typeof FACTS;

export const OPERATION_IDS = Object.keys(FACTS) as OperationId[];

/** Error statuses that any operation can return, whatever the reference lists. */
export const ALWAYS_POSSIBLE = [400, 401, 403, 404, 409, 422, 429, 500] as const;

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
  const { sdk, args } = FACTS[id];
  const owner = FACTS[id].owner === "organization" ? polytomic.organization(ORGANIZATION) : polytomic;
  const [resource, method] = sdk.split(".") as [string, string];
  const methods = Reflect.get(owner, resource) as Record<string, (...args: unknown[]) => ApiCall<unknown>>;
  return methods[method]!(...args, options);
}
