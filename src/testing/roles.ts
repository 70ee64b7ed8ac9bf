import type { components } from "../../generated/schema.ts";

/** The roles of a user. */
export type Roles = Pick<components["schemas"]["User"], "role_ids" | "role">;

/** The roles in a request: ids, a legacy name, or neither. */
export interface RoleChoice {
  readonly role_ids?: readonly string[] | undefined;
  readonly role?: string | undefined;
}

/** *Assumption*: a user that is created without roles gets the role `user`. */
export const DEFAULT_ROLE: RoleChoice = { role: "user" };

/**
 * Completes ids with the legacy name, and the name with ids. *Assumption*: the API accepts any id and any name, since
 * organizations have their own roles. Names are stored in lower case.
 */
export function chooseRoles({ role_ids, role }: RoleChoice): Roles | undefined {
  if (role_ids) {
    const ids = [...new Set(role_ids.map((id) => id.toLowerCase()))];
    const known = KNOWN_ROLES.find(({ id }) => ids.includes(id));
    return { role_ids: ids, ...(known && { role: known.name }) };
  }
  if (role === undefined) return undefined;
  const name = role.trim().toLowerCase();
  return { role_ids: KNOWN_ROLES.filter((known) => known.name === name).map(({ id }) => id), role: name };
}

/** *Assumption*: every organization has these two roles. Their ids and names are those of the vendor's examples. */
const KNOWN_ROLES = [
  { id: "d9f8e7c6-b5a4-3210-9fed-cba987654321", name: "admin" },
  { id: "e1f2d3c4-b5a6-7890-1234-56789abcdef0", name: "user" },
] as const;
