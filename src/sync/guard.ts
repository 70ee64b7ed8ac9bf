import { isAdmin, resolveRoles, roleIdsOf } from "./roles.ts";
import type { PlanSettings } from "./check.ts";
import type { ExistingUser, Objection, PlanChecks, SyncStep } from "./types.ts";

/** The most users that may be deleted. A share is rounded down. */
export function mostDeletions(maxDelete: PlanChecks["maxDelete"], users: number): number {
  if (typeof maxDelete === "number") return maxDelete;
  return Math.floor((users * Number.parseFloat(maxDelete)) / 100 + 1e-9); // 7 % of 100 are 7.000000000000001
}

export function limitObjections(
  steps: readonly SyncStep[],
  users: number,
  { maxDelete, mostDeletions: most }: Pick<PlanChecks, "maxDelete" | "mostDeletions">,
): Objection[] {
  const deletions = steps.filter(({ action }) => action === "delete").length;
  if (deletions <= most) return [];
  const message = `The plan deletes ${deletions} of ${users} users, but \`maxDelete\` is ${maxDelete}, which allows ${most}. If the list is complete, set \`maxDelete\` to ${deletions}.`;
  return [{ kind: "too-many-deletions", message }];
}

/** The ids of the roles that make a user an admin, or why they are unknown. */
interface AdminRoles {
  readonly ids: readonly string[] | null;
  readonly problem?: string;
}

export function chooseAdminRoles({ adminRole, roles }: Pick<PlanSettings, "adminRole" | "roles">): AdminRoles {
  if (!adminRole) return { ids: [] };
  const resolved = resolveRoles([adminRole], roles);
  return resolved.ids ? { ids: resolved.ids } : { ids: null, problem: resolved.message };
}

const ADVICE = "Set `adminRole` to the role that makes a user an admin, or to `false` if the organization needs none.";

/** Objects to a plan that leaves the organization without an admin. A new user is none until the invitation is accepted. */
export function adminObjections(
  steps: readonly SyncStep[],
  users: readonly ExistingUser[],
  { ids, problem }: AdminRoles,
): Objection[] {
  const changed = new Map(steps.flatMap((step) => (step.action === "create" ? [] : [[step.id, step] as const])));
  if (ids?.length === 0 || changed.size === 0) return [];
  if (!ids) return [{ kind: "unknown-admins", message: `It is not known who is an admin. ${problem} ${ADVICE}` }];
  const before = users.filter((user) => isAdmin(roleIdsOf(user), ids));
  const remaining = users.some((user) => {
    const step = changed.get(user.id);
    return step?.action !== "delete" && isAdmin(step?.role_ids ?? roleIdsOf(user), ids);
  });
  if (remaining) return [];
  if (before.length > 0) {
    const message = `The plan leaves the organization without an admin. Keep an existing admin on the list, with the role of an admin. ${ADVICE}`;
    return [{ kind: "last-admin", message }];
  }
  if (steps.every(({ action }) => action !== "delete")) return []; // nobody is an admin, and nobody loses access
  return [{ kind: "unknown-admins", message: `No user has the role of an admin. ${ADVICE}` }];
}
