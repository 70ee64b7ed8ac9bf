import { InvalidArgumentError } from "../index.ts";
import { problemOf, show, skeletonOf } from "./address.ts";
import { isUuid } from "./roles.ts";
import type { SyncPlan, SyncStep } from "./types.ts";

/** Checks a plan completely: it is plain JSON, which somebody may have edited or damaged. */
export function checkPlan(plan: SyncPlan | null): void {
  const parts: unknown[] = [plan?.steps, plan?.objections, plan?.checks?.keep];
  refuseIf(!plan || !parts.every(Array.isArray), "must be what `planSync()` returned");
  refuseIf(!plan!.steps.every(isStep), "has a step that `planSync()` does not make");
  checkChecks(plan!.checks);
  checkPeople(plan!.steps);
  const [first, ...others] = plan!.objections;
  if (plan!.objections.length === 0) return;
  const count = others.length > 0 ? `${others.length + 1} objections, in \`plan.objections\`` : "an objection";
  const message = `The plan has ${count}, so nothing was changed. ${first?.message ?? ""}`;
  throw new InvalidArgumentError(message.trim(), { argument: "plan" });
}

function isStep(step: SyncStep | null): boolean {
  if (typeof step?.email !== "string") return false;
  if (step.action === "create") {
    return problemOf(step.email) === undefined && (step.role_ids === undefined || areRoles(step.role_ids));
  }
  if (!isId(step.id) || !Array.isArray(step.old_role_ids) || !step.old_role_ids.every(isId)) return false;
  return step.action === "delete" || (step.action === "update" && areRoles(step.role_ids));
}

function isId(value: unknown): boolean {
  return typeof value === "string" && isUuid(value);
}

function areRoles(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isId);
}

function checkChecks({ organization_id, mostDeletions, keep, adminRoles }: SyncPlan["checks"]): void {
  const isCount = Number.isInteger(mostDeletions) && mostDeletions >= 0;
  refuseIf(!isCount, "needs a whole number in `checks.mostDeletions`. Make a new plan");
  refuseIf(
    organization_id !== null && !isId(organization_id),
    "has no valid `checks.organization_id`. Make a new plan",
  );
  refuseIf(!keep.every((each) => typeof each === "string"), "has a `checks.keep` that is not an array of strings");
  const isKnown = adminRoles === null || (Array.isArray(adminRoles) && adminRoles.every(isId));
  refuseIf(!isKnown, "has no valid `checks.adminRoles`. Make a new plan");
}

/** Two users who are deleted may look alike, but a person who gets access has one step. */
function checkPeople(steps: readonly SyncStep[]): void {
  const ids = new Set<string>();
  const actions = new Map<string, SyncStep["action"]>();
  for (const step of steps) {
    const skeleton = skeletonOf(step.email);
    const other = actions.get(skeleton);
    const isRepeated = other !== undefined && !(other === "delete" && step.action === "delete");
    const id = step.action === "create" ? undefined : step.id.toLowerCase();
    refuseIf(isRepeated || (id !== undefined && ids.has(id)), `has two steps for ${show(step.email)}. Make a new plan`);
    actions.set(skeleton, step.action);
    if (id !== undefined) ids.add(id);
  }
}

function refuseIf(isWrong: boolean, rule: string): void {
  if (isWrong) throw new InvalidArgumentError(`\`plan\` ${rule}.`, { argument: "plan" });
}
