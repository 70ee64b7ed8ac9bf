export { applySync } from "./apply.ts";
export { planSync } from "./plan.ts";
export type {
  ApplyOptions,
  CreateStep,
  DeleteStep,
  ExistingRole,
  ExistingUser,
  Objection,
  PlanChecks,
  PlanOptions,
  SyncOutcome,
  SyncPlan,
  SyncReport,
  SyncStep,
  UpdateStep,
  WantedUser,
} from "./types.ts";
