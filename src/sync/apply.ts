import type { CurrentOrganizationUsers, OrganizationUsers } from "../index.ts";
import type { ApplyOptions, SyncPlan, SyncReport } from "./types.ts";

export function applySync(
  _users: CurrentOrganizationUsers | OrganizationUsers,
  _plan: SyncPlan,
  _options: ApplyOptions = {},
): Promise<SyncReport> {
  return Promise.reject(new Error("not written yet"));
}
