import { isPolytomicError } from "polytomic-users";
import type { Directory } from "./directory.ts";
import type { Admins } from "./guard.ts";
import { hasRoles, type ChangeStep, type CreateStep, type DeleteStep, type Step } from "./plan.ts";

/** The result of a step. */
export interface Outcome {
  readonly step: Step;
  readonly result: "done" | "failed" | "not started";
  /** Why the step failed, or what else was done instead. */
  readonly note?: string;
}

export interface Execution {
  readonly directory: Directory;
  readonly admins: Admins;
  /** How many calls run at the same time. */
  readonly concurrency: number;
  /** Once it is aborted, no further step starts. Running calls finish. */
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: Outcome) => void;
}

/**
 * Executes the steps, and returns the outcome of each. A step that fails does not stop the others, unless the API rejects
 * the key.
 *
 * Access is granted before it is revoked: first creations, then promotions to admin, other role changes, and deletions. If
 * the run ends in between, nobody who is on the list has lost access.
 */
export async function execute(steps: readonly Step[], execution: Execution): Promise<Outcome[]> {
  const { admins, concurrency, signal, onOutcome } = execution;
  const outcomes = new Map<Step, Outcome>();
  let isKeyRejected = false;

  async function work(queue: Iterable<Step>): Promise<void> {
    for (const step of queue) {
      if (signal.aborted || isKeyRejected) return;
      const outcome = await attempt(step, execution).catch((error: unknown): Outcome => {
        if (!isPolytomicError(error)) throw error;
        if (error.name === "UnauthorizedError") isKeyRejected = true;
        return { step, result: "failed", note: `${error.name}: ${error.message}` };
      });
      outcomes.set(step, outcome);
      onOutcome(outcome);
    }
  }

  for (const phase of inPhases(steps, admins)) {
    const queue = phase.values(); // the workers share it
    await Promise.all(Array.from({ length: concurrency }, () => work(queue)));
  }
  return steps.map((step) => outcomes.get(step) ?? { step, result: "not started" });
}

function inPhases(steps: readonly Step[], admins: Admins): Step[][] {
  const phaseOf = (step: Step): number => {
    if (step.action === "create") return 0;
    if (step.action === "delete") return 3;
    return admins.promotes(step) ? 1 : 2;
  };
  return [0, 1, 2, 3].map((phase) => steps.filter((step) => phaseOf(step) === phase));
}

async function attempt(step: Step, execution: Execution): Promise<Outcome> {
  if (!execution.admins.allow(step)) return { step, result: "failed", note: "This is the last admin." };
  const note = await apply(step, execution);
  return { step, result: "done", ...(note !== undefined && { note }) };
}

/** Returns a note if the organization has changed since it was listed. */
function apply(step: Step, execution: Execution): Promise<string | undefined> {
  if (step.action === "create") return createUser(step, execution);
  return step.action === "change" ? changeUser(step, execution) : deleteUser(step, execution);
}

async function createUser({ email, role_ids }: CreateStep, execution: Execution): Promise<string | undefined> {
  const { admins, directory } = execution;
  try {
    await directory.create(email, role_ids);
    return undefined;
  } catch (error) {
    if (!isNamed(error, "UnprocessableEntityError")) throw error;
    // A refusal does not say whether the address is taken. If it is by now, change the roles instead.
    const user = (await directory.list()).find((each) => each.email.toLowerCase() === email.toLowerCase());
    if (!user) throw error;
    if (!role_ids || hasRoles(user, role_ids)) return "existed already";
    const change: ChangeStep = { action: "change", email, role_ids, user };
    if (!admins.allow(change)) return "existed already; kept the roles of the last admin";
    await changeRoles(change, execution);
    return "existed already; changed the roles";
  }
}

async function changeUser(step: ChangeStep, execution: Execution): Promise<string | undefined> {
  try {
    await changeRoles(step, execution);
    return undefined;
  } catch (error) {
    if (!isNamed(error, "NotFoundError")) throw error;
    execution.admins.forget(step.user);
    await execution.directory.create(step.email, step.role_ids);
    return "was deleted in the meantime; created again";
  }
}

async function changeRoles(step: ChangeStep, { admins, directory }: Execution): Promise<void> {
  await directory.changeRoles(step.user, step.role_ids);
  admins.record(step);
}

async function deleteUser({ user }: DeleteStep, { directory }: Execution): Promise<string | undefined> {
  try {
    await directory.delete(user);
    return undefined;
  } catch (error) {
    if (!isNamed(error, "NotFoundError")) throw error;
    return "no longer exists"; // deleted by somebody else, or by an attempt whose response was lost
  }
}

function isNamed(error: unknown, name: string): boolean {
  return isPolytomicError(error) && error.name === name;
}
