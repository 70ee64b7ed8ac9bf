import { show } from "./address.ts";
import type { ExistingRole, ExistingUser, Objection } from "./types.ts";

/** The ids of roles, or why there are none. */
export type ResolvedRoles =
  { readonly ids: string[] } | { readonly kind: Objection["kind"]; readonly message: string; readonly ids?: undefined };

/** Finds the ids of roles. Without the roles of the organization, only ids can be used. */
export function resolveRoles(wanted: readonly string[], roles: readonly ExistingRole[] | undefined): ResolvedRoles {
  const ids = new Set<string>();
  for (const name of wanted) {
    const resolved = resolveRole(name, roles);
    if (!resolved.ids) return resolved;
    ids.add(resolved.ids[0]!);
  }
  return { ids: [...ids] };
}

function resolveRole(role: string, roles: readonly ExistingRole[] | undefined): ResolvedRoles {
  if (!roles) {
    if (isUuid(role)) return { ids: [role.toLowerCase()] };
    const message = `${show(role)} is not the id of a role. To use names, pass \`roles: await acme.roles.list()\`.`;
    return { kind: "unknown-role", message };
  }
  const matches = roles.filter(({ id, name }) => isSame(id, role) || isSame(name, role));
  const ids = [...new Set(matches.flatMap(({ id }) => id?.toLowerCase() ?? []))];
  if (ids.length === 1) return { ids };
  if (ids.length > 1) {
    return {
      kind: "ambiguous-role",
      message: `${ids.length} roles are called ${show(role)}. Use the id: ${ids.join(" or ")}.`,
    };
  }
  const names = roles.flatMap(({ id, name }) => (id && name ? name : [])).join(", ");
  return { kind: "unknown-role", message: `The organization has no role ${show(role)}. It has: ${names || "none"}.` };
}

function isSame(a: string | undefined, b: string): boolean {
  return typeof a === "string" && a.normalize().trim().toLowerCase() === b.normalize().trim().toLowerCase();
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

export function roleIdsOf({ role_ids }: ExistingUser): string[] {
  return [...new Set(role_ids?.map((id) => id.toLowerCase()))];
}

/** Whether a user has exactly these roles. */
export function hasRoles(user: ExistingUser, role_ids: readonly string[]): boolean {
  const [has, wanted] = [new Set(roleIdsOf(user)), new Set(role_ids.map((id) => id.toLowerCase()))];
  return has.size === wanted.size && [...has].every((id) => wanted.has(id));
}

/** Whether these roles make a user an admin. */
export function isAdmin(role_ids: readonly string[] | null | undefined, adminRoles: readonly string[] | null): boolean {
  const admins = new Set(adminRoles?.map((id) => id.toLowerCase()));
  return role_ids?.some((id) => admins.has(id.toLowerCase())) ?? false;
}
