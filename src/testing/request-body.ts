import { isEmail, isRoleIds } from "./formats.ts";
import { Problem } from "./problem.ts";
import type { RoleChoice } from "./roles.ts";
import type { OrganizationRecord } from "./state.ts";

type Body = Record<string, unknown>;

/**
 * Parses a request body. *Assumptions*: the API ignores the `Content-Type`, responds with 422 to a body that is not a
 * JSON object, and ignores fields that the spec does not have.
 */
export function readBody(text: string): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Problem(422, "The body must be JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Problem(422, "The body must be a JSON object.");
  }
  return body as Body;
}

export function readEmail({ email }: Body): string {
  if (!isEmail(email)) throw new Problem(422, "`email` must be an email address.", { metadata: { field: "email" } });
  return email;
}

/** *Assumption*: an organization can have an email address once, regardless of case. */
export function readNewEmail(body: Body, organization: OrganizationRecord): string {
  const email = readEmail(body);
  if (organization.emails.has(email.toLowerCase())) {
    throw new Problem(422, "A user with this email address already exists.", { metadata: { field: "email" } });
  }
  return email;
}

export function readRoles({ role_ids, role }: Body): RoleChoice {
  if (role_ids !== undefined && role !== undefined) {
    throw new Problem(422, "The body must have either `role` or `role_ids`, not both.");
  }
  if (role !== undefined && (typeof role !== "string" || role.trim() === "")) {
    throw new Problem(422, "`role` must be the name of a role.", { metadata: { field: "role" } });
  }
  if (role_ids !== undefined && !isRoleIds(role_ids)) {
    throw new Problem(422, "`role_ids` must be an array of at least one UUID.", { metadata: { field: "role_ids" } });
  }
  return { role_ids, role };
}
