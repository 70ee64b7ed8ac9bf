import type { CurrentOrganizationUsers, OrganizationUsers } from "../index.ts";
import { checkApplyArguments } from "./check.ts";
import { directoryOf, type Directory } from "./directory.ts";
import { isIn } from "./people.ts";
import type { ApplyOptions, ExistingUser, SyncOutcome, SyncPlan, SyncReport, SyncStep } from "./types.ts";

/** Why no further step starts. */
type Stop = Pick<SyncOutcome, "note" | "error">;

/** What the stages of one `applySync()` share. */
export interface Run {
  readonly plan: SyncPlan;
  readonly directory: Directory;
  readonly concurrency: number;
  readonly isKept: (user: ExistingUser) => boolean;
  /** The steps whose outcome is known. */
  readonly outcomes: ReadonlyMap<SyncStep, SyncOutcome>;
  /** After this, no further step starts. */
  stop(why: Stop): void;
  /** Why the run has ended early, if it has. */
  stopped(): Stop | undefined;
  record(outcome: SyncOutcome): void;
  report(): SyncReport;
}

export function createRun(
  users: CurrentOrganizationUsers | OrganizationUsers,
  plan: SyncPlan,
  options: ApplyOptions,
): Run {
  const { concurrency, signal, onOutcome } = checkApplyArguments(users, plan, options);
  const outcomes = new Map<SyncStep, SyncOutcome>();
  let end: Stop | undefined;
  const stopped = (): Stop | undefined => (signal?.aborted ? { note: "The run was aborted." } : end);
  const record = (outcome: SyncOutcome): void => {
    outcomes.set(outcome.step, outcome);
    notify(onOutcome, outcome);
  };
  return {
    plan,
    directory: directoryOf(users, signal),
    concurrency,
    isKept: isIn(plan.checks.keep),
    outcomes,
    stop: (why) => void (end ??= why),
    stopped,
    record,
    report: () => {
      for (const step of plan.steps) if (!outcomes.has(step)) record({ step, result: "not started", ...stopped() });
      return reportOf(plan.steps.map((step) => outcomes.get(step)!));
    },
  };
}

/** Like an observer of events, one of outcomes cannot end the run. */
function notify(onOutcome: ApplyOptions["onOutcome"], outcome: SyncOutcome): void {
  try {
    // An async function fits the type too, and its rejection must not end the process.
    Promise.resolve(onOutcome?.(outcome)).catch(() => {});
  } catch {
    // the report has the outcome
  }
}

function reportOf(outcomes: readonly SyncOutcome[]): SyncReport {
  const counts = { done: 0, failed: 0, unknown: 0, "not started": 0 };
  for (const { result } of outcomes) counts[result]++;
  return { outcomes, counts, isComplete: counts.done === outcomes.length };
}
