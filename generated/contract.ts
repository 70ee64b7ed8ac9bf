// Written by `npm run generate` from spec/openapi.yaml. Do not edit.

/** The API version that these types describe. The client requests it by default. */
export const API_VERSION = "2025-09-18";

/** The default base URL. */
export const SERVER_URL = "https://app.polytomic.com";

/** What the client needs to know about each operation at runtime. The types are in schema.ts. */
export const OPERATIONS = {
  listCurrentOrgUsers: {
    method: "get",
    path: "/api/organization/users",
    security: ["apiKey", "scopedKey"],
    data: "list",
  },
  createCurrentOrgUser: {
    method: "post",
    path: "/api/organization/users",
    security: ["apiKey", "scopedKey"],
    body: ["email", "role_ids", "role"],
    exclusive: ["role", "role_ids"],
    data: "object",
  },
  getCurrentOrgUser: {
    method: "get",
    path: "/api/organization/users/{id}",
    security: ["apiKey", "scopedKey"],
    data: "object",
  },
  updateCurrentOrgUser: {
    method: "put",
    path: "/api/organization/users/{id}",
    security: ["apiKey", "scopedKey"],
    body: ["role_ids", "role"],
    exclusive: ["role", "role_ids"],
    data: "object",
  },
  deleteCurrentOrgUser: {
    method: "delete",
    path: "/api/organization/users/{id}",
    security: ["apiKey", "scopedKey"],
    data: "object",
  },
  listPartnerUsers: {
    method: "get",
    path: "/api/organizations/{org_id}/users",
    security: ["partnerKey", "apiKey", "scopedKey"],
    data: "list",
  },
  createPartnerUser: {
    method: "post",
    path: "/api/organizations/{org_id}/users",
    security: ["partnerKey", "apiKey", "scopedKey"],
    body: ["email", "role_ids", "role"],
    exclusive: ["role", "role_ids"],
    data: "object",
  },
  getPartnerUser: {
    method: "get",
    path: "/api/organizations/{org_id}/users/{id}",
    security: ["partnerKey", "apiKey", "scopedKey"],
    data: "object",
  },
  updatePartnerUser: {
    method: "put",
    path: "/api/organizations/{org_id}/users/{id}",
    security: ["partnerKey", "apiKey", "scopedKey"],
    body: ["email", "role_ids", "role"],
    exclusive: ["role", "role_ids"],
    data: "object",
  },
  deletePartnerUser: {
    method: "delete",
    path: "/api/organizations/{org_id}/users/{id}",
    security: ["partnerKey", "apiKey", "scopedKey"],
    data: "object",
  },
  createPartnerUserApiKey: {
    method: "post",
    path: "/api/organizations/{org_id}/users/{id}/keys",
    security: ["partnerKey", "apiKey", "scopedKey"],
    query: ["force"],
    data: "object",
    secret: true,
  },
  getIdentity: { method: "get", path: "/api/me", security: ["apiKey", "partnerKey", "scopedKey"], data: "object" },
  getCurrentOrganization: {
    method: "get",
    path: "/api/organization",
    security: ["apiKey", "scopedKey"],
    data: "object",
  },
  listOrganizations: { method: "get", path: "/api/organizations", security: ["partnerKey"], data: "list" },
  createOrganization: {
    method: "post",
    path: "/api/organizations",
    security: ["partnerKey"],
    body: ["name", "sso_domain", "sso_org_id", "issuer", "client_id", "client_secret"],
    secrets: ["client_secret"],
    data: "object",
  },
  getOrganization: { method: "get", path: "/api/organizations/{id}", security: ["partnerKey"], data: "object" },
  listRoles: { method: "get", path: "/api/permissions/roles", security: ["apiKey", "scopedKey"], data: "list" },
} as const;
