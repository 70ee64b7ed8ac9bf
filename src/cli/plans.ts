import { isPolytomicError } from "../index.ts";
import { applySync, planSync, type SyncOutcome, type SyncPlan, type SyncReport } from "../sync/index.ts";
import { inParallel } from "./in-parallel.ts";
import type { SyncOptions } from "./sync-options.ts";
import type { Target } from "./targets.ts";
import { inWordsOfTheCommand, wordObjections, type PlanFacts } from "./wording.ts";

/** How many organizations are read or changed at the same time. */
const ORGANIZATIONS = 4;

/** The plan of an organization, or why there is none. */
export interface PlannedTarget {
  readonly target: Target;
  readonly plan: SyncPlan | undefined;
  /** The name of each role by its id. */
  readonly roleNames: ReadonlyMap<string, string>;
  /** Why the organization could not be read. */
  readonly problem: string | undefined;
}

interface PlanSettings
  extends Pick<SyncOptions, "delete" | "maxDelete" | "adminRole">, Pick<PlanFacts, "unit" | "keyUser" | "isOneOfMany"> {
  /** The ids and addresses of users that must stay. */
  readonly keep: readonly string[];
  readonly signal: AbortSignal;
  readonly onPlanned: () => void;
}

/** Makes a plan for each organization. Changes nothing. Rejects with the reason of the signal when it aborts. */
export function makePlans(targets: readonly Target[], settings: PlanSettings): Promise<PlannedTarget[]> {
  return inParallel(targets, ORGANIZATIONS, async (target) => {
    const planned = await makePlan(target, settings);
    settings.onPlanned();
    return planned;
  });
}

async function makePlan(target: Target, settings: PlanSettings): Promise<PlannedTarget> {
  const { signal, keep, maxDelete, adminRole } = settings;
  signal.throwIfAborted();
  try {
    const [users, roles] = await Promise.all([target.users.list({ signal }), target.roles.list({ signal })]);
    const plan = planSync(users, target.people, { roles, keep, maxDelete, adminRole, delete: settings.delete });
    const roleNames = new Map(roles.map(({ id, name }) => [id.toLowerCase(), name]));
    const objections = wordObjections({ ...settings, plan, users, roles });
    return { target, plan: { ...plan, objections }, roleNames, problem: undefined };
  } catch (error) {
    return { target, plan: undefined, roleNames: new Map(), problem: messageOf(error) };
  }
}

/** Errors of the API and of the connection are for people. Any other error is a bug, and rejects. */
function messageOf(error: unknown): string {
  if (!isPolytomicError(error)) throw error;
  return inWordsOfTheCommand(`${error.name}: ${error.message}`);
}

/** What was done in an organization, or why nothing was. */
export interface AppliedTarget extends PlannedTarget {
  readonly plan: SyncPlan;
  readonly report: SyncReport | undefined;
}

interface ApplySettings {
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: SyncOutcome) => void;
}

/** Applies plans without objections. */
export function applyPlans(
  planned: readonly (PlannedTarget & { readonly plan: SyncPlan })[],
  { concurrency, signal, onOutcome }: ApplySettings,
): Promise<AppliedTarget[]> {
  return inParallel(planned, ORGANIZATIONS, async (each) => {
    const { target, plan } = each;
    if (plan.steps.length === 0) return { ...each, report: undefined };
    try {
      const report = await applySync(target.users, plan, { concurrency, signal, onOutcome });
      return { ...each, report };
    } catch (error) {
      return { ...each, report: undefined, problem: messageOf(error) };
    }
  });
}
