/**
 * The eleven operations as the vendor's reference has them, written down a second time and by hand: tests compare the
 * spec, the client and the sandbox with this page, never with each other alone.
 */
export const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";
export const USER = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
export const ROLE = "d9f8e7c6-b5a4-3210-9fed-cba987654321";

export interface OperationFacts {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path with the ids above. */
  readonly path: string;
  readonly template: string;
  /** The error statuses that the reference lists. */
  readonly documented: readonly number[];
  readonly body?: Readonly<Record<string, unknown>>;
  readonly answers: "list" | "user" | "key";
}

const current = "/api/organization/users";
const partner = `/api/organizations/${ORGANIZATION}/users`;
const partnerTemplate = "/api/organizations/{org_id}/users";
const invitation = { email: "ada.lovelace@acmecorp.com", role_ids: [ROLE] };
const roles = { role_ids: [ROLE] };
const partnerRoles = { email: "jane.doe@acmecorp.com", role_ids: [ROLE] };

export const FACTS = {
  listCurrentOrgUsers: { method: "GET", path: current, template: current, documented: [403, 404], answers: "list" },
  createCurrentOrgUser: {
    method: "POST",
    path: current,
    template: current,
    documented: [403, 422, 500],
    body: invitation,
    answers: "user",
  },
  getCurrentOrgUser: {
    method: "GET",
    path: `${current}/${USER}`,
    template: `${current}/{id}`,
    documented: [403, 404, 500],
    answers: "user",
  },
  updateCurrentOrgUser: {
    method: "PUT",
    path: `${current}/${USER}`,
    template: `${current}/{id}`,
    documented: [403, 422, 500],
    body: roles,
    answers: "user",
  },
  deleteCurrentOrgUser: {
    method: "DELETE",
    path: `${current}/${USER}`,
    template: `${current}/{id}`,
    documented: [403, 404, 500],
    answers: "user",
  },
  listPartnerUsers: {
    method: "GET",
    path: partner,
    template: partnerTemplate,
    documented: [403, 404],
    answers: "list",
  },
  createPartnerUser: {
    method: "POST",
    path: partner,
    template: partnerTemplate,
    documented: [403, 422, 500],
    body: invitation,
    answers: "user",
  },
  getPartnerUser: {
    method: "GET",
    path: `${partner}/${USER}`,
    template: `${partnerTemplate}/{id}`,
    documented: [403, 404, 500],
    answers: "user",
  },
  updatePartnerUser: {
    method: "PUT",
    path: `${partner}/${USER}`,
    template: `${partnerTemplate}/{id}`,
    documented: [403, 422, 500],
    body: partnerRoles,
    answers: "user",
  },
  deletePartnerUser: {
    method: "DELETE",
    path: `${partner}/${USER}`,
    template: `${partnerTemplate}/{id}`,
    documented: [403, 404, 500],
    answers: "user",
  },
  createPartnerUserApiKey: {
    method: "POST",
    path: `${partner}/${USER}/keys`,
    template: `${partnerTemplate}/{id}/keys`,
    documented: [403, 404, 500],
    answers: "key",
  },
} as const satisfies Record<string, OperationFacts>;

export type OperationId = keyof typeof FACTS;

export const OPERATION_IDS = Object.keys(FACTS) as OperationId[];

/** Statuses that any operation can answer, whatever the reference lists. */
export const ALWAYS_POSSIBLE = [401, 409, 429] as const;

const user = {
  id: USER,
  email: "jane.doe@acmecorp.com",
  organization_id: ORGANIZATION,
  role_ids: [ROLE],
  role: "admin",
};

/** What is inside the envelope of a success. */
export const ANSWERS = { list: [user], user, key: { value: "a-minted-key" } } as const;
