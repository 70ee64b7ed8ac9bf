import { ApiError, ConfigurationError, InvalidArgumentError } from "../index.ts";
import { keyOf, show } from "./address.ts";
import { find } from "./people.ts";
import { hasRoles, isAdmin } from "./roles.ts";
import type { Run } from "./run.ts";
import type { CreateStep, DeleteStep, ExistingUser, SyncOutcome, SyncStep, UpdateStep } from "./types.ts";

/** A step that has to wait for a later stage has no outcome yet. */
export type Outcome = SyncOutcome | "later";

/** What a stage may do. */
export interface Stage {
  readonly mayChangeRoles: boolean;
  /** Only a stage that executes one step at a time, each after a new list of the users. */
  readonly mayRemoveAdmin: boolean;
}

/** What to send for a person on the list: a change of the roles of `user`, or a creation. */
interface Change {
  readonly user: ExistingUser | undefined;
}

/** Makes one person on the list a user with the roles of the list, even if somebody else has acted since the plan. */
export async function ensureUser(
  step: CreateStep | UpdateStep,
  run: Run,
  stage: Stage,
  isRepeated = false,
): Promise<Outcome> {
  const decision = decide(step, run, stage);
  if (decision === "later" || "result" in decision) return decision;
  const { user } = decision;
  try {
    if (user) await run.directory.changeRoles(user, step.role_ids!);
    else await run.directory.create(step);
    return { step, result: "done", ...noteOf(step, user) };
  } catch (error) {
    const isContradiction = hasStatus(error, ...(user ? [404] : [409, 422]));
    if (!isContradiction && isRefusal(error)) return failed(step, run, error);
    // The user exists although the plan creates them, or no longer exists; or the outcome is unknown.
    if (!(await listAgain(run))) return failed(step, run, error);
    const { user: now } = find(run.directory.people, step.email);
    if (now && isAsPlanned(now, step)) return { step, result: "done", ...noteOf(step, now) };
    if (!isRepeated && Boolean(now) !== Boolean(user)) return ensureUser(step, run, stage, true);
    return failed(step, run, error);
  }
}

function isAsPlanned(user: ExistingUser, { role_ids }: CreateStep | UpdateStep): boolean {
  return !role_ids || hasRoles(user, role_ids);
}

function noteOf({ action }: CreateStep | UpdateStep, user: ExistingUser | undefined): { note?: string } {
  if (action === "create" && user) return { note: "The user existed already." };
  return action === "update" && !user ? { note: "The user had been deleted, and was created again." } : {};
}

/** Decides what to do about a person, from the users as they were last listed. */
function decide(step: CreateStep | UpdateStep, run: Run, stage: Stage): Outcome | Change {
  const { people } = run.directory;
  const { user, unclear } = find(people, step.email);
  if (unclear) {
    const names = unclear.map(({ email }) => show(email)).join(" and ");
    return notStarted(step, `An address now looks like that of another user, ${names}. Make a new plan.`);
  }
  if (!user) {
    const isRenamed = step.action === "update" && people.byId.has(step.id.toLowerCase());
    return isRenamed ? notStarted(step, "The user now has another address. Make a new plan.") : { user };
  }
  if (isAsPlanned(user, step)) return { step, result: "done", note: "The user was as planned already." };
  if (!stage.mayChangeRoles) return "later";
  const isLost =
    isAdmin(user.role_ids, run.plan.checks.adminRoles) && !isAdmin(step.role_ids, run.plan.checks.adminRoles);
  return reasonToKeep(step, user, run) ?? (isLost ? adminReason(step, user, run, stage) : undefined) ?? { user };
}

/** Deletes one user who is not on the list, if the user is still the one who was planned. */
export async function deleteUser(step: DeleteStep, run: Run, stage: Stage): Promise<Outcome> {
  const { people } = run.directory;
  const user = people.byId.get(step.id.toLowerCase());
  if (!user) {
    const isBack = find(people, step.email).user !== undefined;
    if (isBack) return notStarted(step, "Somebody has deleted the user and created them again. Make a new plan.");
    return { step, result: "done", note: "The user no longer existed." };
  }
  if (keyOf(user.email) !== keyOf(step.email)) {
    return notStarted(step, `The user now has the address ${show(user.email)}. Make a new plan.`);
  }
  const isLost = isAdmin(user.role_ids, run.plan.checks.adminRoles);
  const reason = reasonToKeep(step, user, run) ?? (isLost ? adminReason(step, user, run, stage) : undefined);
  if (reason) return reason;
  try {
    await run.directory.delete(user);
    return { step, result: "done" };
  } catch (error) {
    const isGone = hasStatus(error, 404);
    if (!isGone && isRefusal(error)) return failed(step, run, error);
    const isListed = await listAgain(run);
    if (isListed ? run.directory.people.byId.has(user.id.toLowerCase()) : !isGone) return failed(step, run, error);
    return { step, result: "done", ...(isGone && { note: "The user no longer existed." }) };
  }
}

/** Why the user must not be changed or deleted, an admin or not. */
function reasonToKeep(step: SyncStep, user: ExistingUser, run: Run): SyncOutcome | undefined {
  if (run.isKept(user)) return notStarted(step, "`keep` contains the user.");
  if (user.harbor_only) return notStarted(step, "The user can access only harbors now.");
  if (!run.plan.checks.adminRoles)
    return notStarted(step, "It is not known who is an admin. Make a new plan with `adminRole`.");
  return undefined;
}

/** Why an admin must not be changed or deleted now. A user who is new in this run is no admin: the invitation is open. */
function adminReason(step: SyncStep, { id }: ExistingUser, run: Run, stage: Stage): Outcome | undefined {
  if (!stage.mayRemoveAdmin) return "later";
  const { people, first } = run.directory;
  const remains = people.users.some(
    (other) =>
      other.id !== id &&
      first.byId.has(other.id.toLowerCase()) &&
      !other.harbor_only &&
      isAdmin(other.role_ids, run.plan.checks.adminRoles),
  );
  return remains ? undefined : notStarted(step, "The user is the last admin.");
}

/** Lists the users again. If that fails, the API cannot be reached, and the run ends. */
export async function listAgain(run: Run, list = (): Promise<void> => run.directory.refresh()): Promise<boolean> {
  try {
    await list();
    return true;
  } catch (error) {
    run.stop({ note: `The users could not be listed again: ${messageOf(error)}`, error });
    return false;
  }
}

function notStarted(step: SyncStep, note: string): SyncOutcome {
  return { step, result: "not started", note };
}

function failed(step: SyncStep, run: Run, error: unknown): SyncOutcome {
  if (hasStatus(error, 401)) run.stop({ note: "The API rejects the key.", error });
  return { step, result: isRefusal(error) ? "failed" : "unknown", note: messageOf(error), error };
}

/** Whether the API has certainly not made the change. After a 408, a 409 or a 5xx, it may have, or may still do so. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ApiError) return error.status < 500 && error.status !== 408 && error.status !== 409;
  return error instanceof InvalidArgumentError || error instanceof ConfigurationError;
}

function hasStatus(error: unknown, ...statuses: number[]): boolean {
  return error instanceof ApiError && statuses.includes(error.status);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
