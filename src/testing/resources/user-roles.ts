import type { components } from "../../../generated/schema.ts";
import { show } from "../check.ts";
import { isUuid } from "../../formats.ts";
import { HttpError } from "../http-error.ts";
import type { OrganizationRecord } from "../state.ts";
import { rolesOf, type Role } from "./roles.ts";

/** The roles of a user. */
export type UserRoles = Pick<components["schemas"]["User"], "role_ids" | "role">;

/** The roles in a request or a seed, unchecked. */
interface UncheckedRoles {
  readonly role_ids?: unknown;
  readonly role?: unknown;
}

/**
 * Reads the roles in a request body. Returns `undefined` if it has none.
 *
 * *Assumption* (`known-roles`): a role that the organization does not have gets a 422.
 */
export function readRoles(organization: OrganizationRecord, body: UncheckedRoles): UserRoles | undefined {
  const { role_ids, role } = body;
  if (role_ids !== undefined && role !== undefined) {
    throw new HttpError(422, "The body must have either `role` or `role_ids`, not both.");
  }
  if (role_ids !== undefined) {
    if (!isRoleIds(role_ids)) throw invalid("role_ids", "`role_ids` must be an array of at least one UUID.");
    const chosen = rolesWithIds(organization, role_ids);
    if (typeof chosen === "string") throw invalid("role_ids", `The organization has no role with the id ${chosen}.`);
    return chosen;
  }
  if (role === undefined) return undefined;
  if (!isName(role)) throw invalid("role", "`role` must be the name of a role.");
  const named = findByName(organization, role);
  if (!named) throw invalid("role", `The organization has no role with this name. It has ${namesIn(organization)}.`);
  return only(named);
}

function invalid(field: string, message: string): HttpError {
  return new HttpError(422, message, { metadata: { field } });
}

/**
 * Reads the roles of a user in a seed. Unlike a request, it may have both `role_ids` and `role`, as a user in a response
 * does.
 */
export function seedRoles(organization: OrganizationRecord, seed: UncheckedRoles, place: string): UserRoles {
  const { role_ids, role } = seed;
  if (role !== undefined && !isName(role)) {
    throw new TypeError(`\`${place}.role\` must be the name of a role; got ${show(role)}.`);
  }
  const legacyName = role === undefined ? {} : { role: role.trim().toLowerCase() };
  if (role_ids === null || (Array.isArray(role_ids) && role_ids.length === 0)) return { role_ids: null, ...legacyName };
  if (role_ids !== undefined) {
    if (!isRoleIds(role_ids)) throw new TypeError(`\`${place}.role_ids\` must be an array of UUIDs or null.`);
    const chosen = rolesWithIds(organization, role_ids);
    if (typeof chosen !== "string") return { ...chosen, ...legacyName };
    throw new TypeError(`\`${place}.role_ids\` has ${chosen}, which is not the id of a role of the organization.`);
  }
  if (role === undefined) return defaultRoles(organization);
  const named = findByName(organization, role);
  if (named) return only(named);
  throw new TypeError(
    `\`${place}.role\`, ${role}, is not a role of the organization. It has ${namesIn(organization)}.`,
  );
}

/**
 * *Assumption* (`default-role`, `no-roles`): a user that is created without roles gets the role Member, and `role_ids` is
 * `null` if the user has no roles.
 */
export function defaultRoles(organization: OrganizationRecord): UserRoles {
  const member = findByName(organization, "Member");
  return member ? only(member) : { role_ids: null };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isRoleIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isUuid);
}

/** Returns an id that the organization does not have, if any. */
function rolesWithIds(organization: OrganizationRecord, ids: readonly string[]): UserRoles | string {
  const known = rolesOf(organization);
  const wanted = new Set(ids.map((id) => id.toLowerCase()));
  const unknown = [...wanted].find((id) => !known.has(id));
  if (unknown !== undefined) return unknown;
  const first = [...known.values()].find(({ id }) => wanted.has(id))!;
  return { role_ids: [...wanted], role: legacyNameOf(first) };
}

/** Finds a role by its name or its legacy name, in any letter case. */
function findByName(organization: OrganizationRecord, name: string): Role | undefined {
  const wanted = name.trim().toLowerCase();
  const isWanted = (role: Role): boolean => role.name.trim().toLowerCase() === wanted || legacyNameOf(role) === wanted;
  return [...rolesOf(organization).values()].find(isWanted);
}

/**
 * *Assumption* (`legacy-names`): the legacy name of the role Member is `user`, as in Polytomic's examples; that of another
 * role is its name in lower case. A user with several roles has the legacy name of the one that the organization lists first.
 */
function legacyNameOf({ name }: Role): string {
  const lower = name.trim().toLowerCase();
  return lower === "member" ? "user" : lower;
}

function only(role: Role): UserRoles {
  return { role_ids: [role.id], role: legacyNameOf(role) };
}

function namesIn(organization: OrganizationRecord): string {
  const names = Array.from(rolesOf(organization).values(), ({ name }) => name);
  return names.length === 0 ? "no roles" : names.join(", ");
}
