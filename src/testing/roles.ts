import type { User } from "./state.ts";

/** *Assumption*: these two roles exist; their ids and names are those of the vendor's examples. */
const ROLES = [
  { id: "d9f8e7c6-b5a4-3210-9fed-cba987654321", name: "admin" },
  { id: "e1f2d3c4-b5a6-7890-1234-56789abcdef0", name: "user" },
] as const;

/** What a request asks for in the way of roles: ids, or a legacy name, or nothing. */
export interface RoleChoice {
  readonly role_ids?: readonly string[] | undefined;
  readonly role?: string | undefined;
}

/** What a user has in the way of roles. */
export type Roles = Pick<User, "role_ids" | "role">;

/** *Assumption*: a user that is created without roles has the role `user`. */
export const DEFAULT_ROLE: RoleChoice = { role: "user" };

/**
 * Role ids and the legacy name say the same thing in two ways. *Assumption*: any id and any name is taken, since
 * organizations have roles of their own; the two roles above are known under both. Names are kept in lower case.
 */
export function chooseRoles({ role_ids, role }: RoleChoice): Roles | undefined {
  if (role_ids) {
    const ids = [...new Set(role_ids.map((id) => id.toLowerCase()))];
    const known = ROLES.find(({ id }) => ids.includes(id));
    return { role_ids: ids, ...(known && { role: known.name }) };
  }
  if (role === undefined) return undefined;
  const name = role.trim().toLowerCase();
  return { role_ids: ROLES.filter((known) => known.name === name).map(({ id }) => id), role: name };
}
