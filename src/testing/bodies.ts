import { Problem } from "./problem.ts";
import type { OrganizationRecord, RoleChoice } from "./state.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Body = Record<string, unknown>;

/** The request's JSON object. */
export async function readBody(request: { text(): Promise<string> }): Promise<Body> {
  let body: unknown;
  try {
    body = JSON.parse(await request.text());
  } catch {
    throw new Problem(400, "The body is not JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Problem(422, "The body must be an object.");
  }
  return body as Body;
}

/** *Assumption*: this is what the API takes for an e-mail address. */
export function readEmail({ email }: Body): string {
  if (typeof email !== "string" || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new Problem(422, "`email` must be an e-mail address.", { field: "email" });
  }
  return email;
}

/** *Assumption*: an e-mail address can be used once in an organization. */
export function readNewEmail(body: Body, organization: OrganizationRecord): string {
  const email = readEmail(body);
  if (organization.emails.has(email.toLowerCase())) {
    throw new Problem(422, "There is a user with this e-mail address.", { field: "email" });
  }
  return email;
}

export function readRoles({ role_ids, role }: Body): RoleChoice {
  if (role_ids !== undefined && role !== undefined) throw new Problem(422, "Give either `role` or `role_ids`.");
  if (role !== undefined && typeof role !== "string") {
    throw new Problem(422, "`role` must be a string.", { field: "role" });
  }
  if (role_ids !== undefined && !isRoleIds(role_ids)) {
    throw new Problem(422, "`role_ids` must be an array of at least one UUID.", { field: "role_ids" });
  }
  return { role_ids, role };
}

function isRoleIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === "string" && UUID.test(id));
}
