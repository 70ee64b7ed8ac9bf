import type { ExistingUser, PlanOptions, SyncPlan, WantedUser } from "./types.ts";

export function planSync(
  _users: readonly ExistingUser[],
  _wanted: readonly WantedUser[],
  _options: PlanOptions = {},
): SyncPlan {
  throw new Error("not written yet");
}
