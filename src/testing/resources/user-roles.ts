import type { components } from "../../../generated/schema.ts";
import { show } from "../check.ts";
import { isUuid } from "../../formats.ts";
import { HttpError } from "../http-error.ts";

/** The roles of a user. */
export type Roles = Pick<components["schemas"]["User"], "role_ids" | "role">;

/** The roles in a request or a seed, unchecked. */
interface UncheckedRoles {
  readonly role_ids?: unknown;
  readonly role?: unknown;
}

/** The roles in a request: ids, a legacy name, or neither. */
interface RoleChoice {
  readonly role_ids?: readonly string[] | undefined;
  readonly role?: string | undefined;
}

/** Reads the roles in a request body. Returns `undefined` if it has none. */
export function readRoles({ role_ids, role }: UncheckedRoles): Roles | undefined {
  if (role_ids !== undefined && role !== undefined) {
    throw new HttpError(422, "The body must have either `role` or `role_ids`, not both.");
  }
  if (role !== undefined && !isRole(role)) {
    throw new HttpError(422, "`role` must be the name of a role.", { metadata: { field: "role" } });
  }
  if (role_ids !== undefined && !isRoleIds(role_ids)) {
    throw new HttpError(422, "`role_ids` must be an array of at least one UUID.", { metadata: { field: "role_ids" } });
  }
  return chooseRoles({ role_ids, role });
}

/** Unlike a request, a seed may have both `role_ids` and `role`, as a user in a response does. */
export function seedRoles({ role_ids, role }: UncheckedRoles, place: string): Roles | undefined {
  if (role !== undefined && !isRole(role)) {
    throw new TypeError(`\`${place}.role\` must be the name of a role; got ${show(role)}.`);
  }
  if (role_ids === undefined) return chooseRoles({ role });
  const named = role === undefined ? {} : { role: role.trim().toLowerCase() };
  if (role_ids === null || (Array.isArray(role_ids) && role_ids.length === 0)) return { role_ids: null, ...named };
  if (!isRoleIds(role_ids)) throw new TypeError(`\`${place}.role_ids\` must be an array of UUIDs or null.`);
  return { ...chooseRoles({ role_ids }), ...named };
}

/** *Assumption* (`default-role`): a user that is created without roles gets the role `user`. */
export function defaultRoles(): Roles {
  return namedRoles("user");
}

function isRole(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isRoleIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isUuid);
}

/**
 * Completes ids with the legacy name, and the name with ids. Names are stored in lower case.
 *
 * *Assumption* (`any-role`, `role-names`): the API accepts any id and any name, since organizations have their own roles.
 */
function chooseRoles({ role_ids, role }: RoleChoice): Roles | undefined {
  if (role_ids) {
    const ids = [...new Set(role_ids.map((id) => id.toLowerCase()))];
    const known = KNOWN_ROLES.find(({ id }) => ids.includes(id));
    return { role_ids: ids, ...(known && { role: known.name }) };
  }
  return role === undefined ? undefined : namedRoles(role);
}

/** *Assumption* (`no-roles`): `role_ids` is `null` if the user has no roles, since Polytomic's types allow that. */
function namedRoles(role: string): Roles {
  const name = role.trim().toLowerCase();
  const known = KNOWN_ROLES.find((each) => each.name === name);
  return { role_ids: known ? [known.id] : null, role: name };
}

/** *Assumption* (`known-roles`): every organization has these two roles of Polytomic's examples. */
const KNOWN_ROLES = [
  { id: "d9f8e7c6-b5a4-3210-9fed-cba987654321", name: "admin" },
  { id: "e1f2d3c4-b5a6-7890-1234-56789abcdef0", name: "user" },
] as const;
