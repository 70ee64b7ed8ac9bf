/** The people and roles of the tests of planSync and applySync. */
import type { ExistingUser, WantedUser } from "../../src/sync/index.ts";

export const ADMIN = "d9f8e7c6-b5a4-3210-9fed-cba987654321";
export const MEMBER = "e1f2d3c4-b5a6-7890-1234-56789abcdef0";
export const EDITOR = "f0000000-0000-4000-8000-000000000001";
export const ROLES = [
  { id: ADMIN, name: "Admin" },
  { id: MEMBER, name: "Member" },
  { id: EDITOR, name: "Editor" },
] as const;

export const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";

/** A user, whose id follows from the address. */
export function user(email: string, ...role_ids: string[]): ExistingUser {
  return { email, id: idOf(email), organization_id: ORGANIZATION, role_ids: role_ids.length > 0 ? role_ids : null };
}

export function idOf(email: string): string {
  let hash = 7;
  for (const { codePointAt } of Array.from(email, (each) => ({ codePointAt: each.codePointAt(0)! }))) {
    hash = (hash * 31 + codePointAt) % 0xffff_ffff;
  }
  return `00000000-0000-4000-8000-${hash.toString(16).padStart(12, "0")}`;
}

export const wanted = (email: string, ...roles: string[]): WantedUser =>
  roles.length > 0 ? { email, roles } : { email };
