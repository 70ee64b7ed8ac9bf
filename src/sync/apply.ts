import {
  ConfigurationError,
  InvalidArgumentError,
  type CurrentOrganizationUsers,
  type OrganizationUsers,
} from "../index.ts";
import { show, skeletonOf } from "./address.ts";
import { mostDeletions } from "./guard.ts";
import { createRun, type Run } from "./run.ts";
import { deleteUser, ensureUser, listAgain, messageOf, type Outcome } from "./step.ts";
import type { ApplyOptions, CreateStep, DeleteStep, SyncPlan, SyncReport, SyncStep, UpdateStep } from "./types.ts";

/**
 * Applies a plan: creates users, changes roles, and then deletes users, if all creations and role changes of the plan are
 * done.
 *
 * It lists the users first and between these stages, and decides from what it finds: somebody else may have changed them
 * since the plan was made. A user who exists already is not created, one who is gone is not deleted, and the last admin
 * keeps the role. So a plan can be applied again, for example after a crash: it then does what is left.
 *
 * Roles take effect when an invitation is accepted. Until then, the API may return other roles than those that were
 * sent, and the next plan sends them again.
 *
 * @param users `polytomic.users`, or `polytomic.organization(id).users`: the users that the plan was made for.
 * @param plan What `planSync()` returned, without objections. You can leave steps out.
 * @param options How many calls run at the same time, a signal that ends the run, and an observer.
 * @returns The outcome of each step. A failure of the API is an outcome, and does not reject.
 * @throws `InvalidArgumentError` if the plan has objections or was made for another organization, or an argument is
 * invalid; `ConfigurationError` if the client's key does not fit. Nothing was changed.
 * @example
 * const wanted = [{ email: "jane.doe@acmecorp.com" }, { email: "john.smith@acmecorp.com" }];
 * const plan = planSync(await acme.users.list(), wanted, { roles: await acme.roles.list() });
 * const report = await applySync(acme.users, plan, { concurrency: 4 });
 * for (const { step, result, note } of report.outcomes) console.log(step.action, step.email, result, note);
 * if (!report.isComplete) process.exitCode = 1;
 */
export async function applySync(
  users: CurrentOrganizationUsers | OrganizationUsers,
  plan: SyncPlan,
  options: ApplyOptions = {},
): Promise<SyncReport> {
  const run = createRun(users, plan, options);
  if (plan.steps.length > 0 && !run.stopped() && (await begin(run))) {
    await ensureUsers(run);
    await deleteUsers(run);
  }
  return run.report();
}

/** Lists the users, and makes sure that they are those of the plan. */
async function begin(run: Run): Promise<boolean> {
  try {
    await run.directory.refresh();
  } catch (error) {
    if (error instanceof InvalidArgumentError || error instanceof ConfigurationError) throw error;
    run.stop({ note: `The users could not be listed: ${messageOf(error)}`, error });
    return false;
  }
  const mismatch = describeMismatch(run);
  if (mismatch) throw new InvalidArgumentError(`${mismatch} Nothing was changed.`, { argument: "plan" });
  if (run.plan.checks.organization_id === null || run.directory.people.users.length > 0) return true;
  run.stop({ note: "The organization has no users any more. Make a new plan." });
  return false;
}

/** Returns what is wrong if the plan is for another organization, or for this one before it had users. */
function describeMismatch({ plan, directory }: Run): string | undefined {
  const planned = plan.checks.organization_id?.toLowerCase();
  const users = directory.people.users.filter(({ organization_id }) => organization_id);
  if (planned !== undefined) {
    const other = users.find(({ organization_id }) => organization_id!.toLowerCase() !== planned);
    return other && `The plan was made for the organization ${planned}, not for ${other.organization_id}.`;
  }
  const own = new Set(plan.steps.map(({ email }) => skeletonOf(email)));
  const stranger = users.find(({ email }) => !own.has(skeletonOf(email)));
  if (!stranger) return undefined;
  return `The plan was made for an organization without users, but there are others now, such as ${show(stranger.email)}. Make a new plan.`;
}

/** How many steps rely on one list of the users. */
const BATCH = 100;

/** Creates users, then changes roles, and takes the role of an admin away last, from one user at a time. */
async function ensureUsers(run: Run): Promise<void> {
  const isCreation = (step: SyncStep): step is CreateStep => step.action === "create";
  const isUpdate = (step: SyncStep): step is UpdateStep => step.action === "update";
  const creations = run.plan.steps.filter(isCreation);
  const existing = await execute(creations, creations.length, run, (step) =>
    ensureUser(step, run, { mayChangeRoles: false, mayRemoveAdmin: false }),
  );
  const changes = [...run.plan.steps.filter(isUpdate), ...existing];
  const demotions = await execute(changes, BATCH, run, (step) =>
    ensureUser(step, run, { mayChangeRoles: true, mayRemoveAdmin: false }),
  );
  await execute(demotions, 1, run, (step) => ensureUser(step, run, { mayChangeRoles: true, mayRemoveAdmin: true }));
}

/** Deletes users, admins last and one at a time, unless something speaks against all deletions. */
async function deleteUsers(run: Run): Promise<void> {
  const deletions = run.plan.steps.filter((step): step is DeleteStep => step.action === "delete");
  if (deletions.length === 0 || !(await isReady(run))) return;
  const note = reasonAgainst(deletions, run);
  if (note) return deletions.forEach((step) => run.record({ step, result: "not started", note }));
  const admins = await execute(deletions, BATCH, run, (step) =>
    deleteUser(step, run, { mayChangeRoles: false, mayRemoveAdmin: false }),
  );
  await execute(admins, 1, run, (step) => deleteUser(step, run, { mayChangeRoles: false, mayRemoveAdmin: true }));
}

/** Why nobody may be deleted: somebody on the list has not got access yet, or there are fewer users than planned. */
function reasonAgainst(deletions: readonly DeleteStep[], { plan, outcomes, directory }: Run): string | undefined {
  const others = plan.steps.filter(({ action }) => action !== "delete");
  const undone = others.filter((step) => outcomes.get(step)?.result !== "done").length;
  if (undone > 0)
    return `Nobody is deleted, because ${undone} of ${others.length} creations and role changes are not done.`;
  const [before, now] = [directory.first, directory.people].map(({ users }) =>
    users.filter((user) => !user.harbor_only),
  );
  const most = Math.min(
    plan.checks.mostDeletions,
    mostDeletions(plan.checks.maxDelete, Math.min(before!.length, now!.length)),
  );
  const left = deletions.filter(({ id }) => directory.people.byId.has(id.toLowerCase())).length;
  if (left > most) return `Nobody is deleted: \`maxDelete\` now allows ${most}, and the plan deletes ${left}.`;
  return undefined;
}

/**
 * Executes steps, several at a time, and returns those that have to wait for a later stage. Each batch starts with a list
 * of the users that is newer than the last change of this run.
 */
async function execute<Step extends SyncStep>(
  steps: readonly Step[],
  size: number,
  run: Run,
  perform: (step: Step) => Promise<Outcome>,
): Promise<Step[]> {
  const later: Step[] = [];
  for (let start = 0; start < steps.length && (await isReady(run)); start += size) {
    const batch = steps.slice(start, start + size);
    const queue = batch.values(); // the workers share it
    const work = async (): Promise<void> => {
      for (const step of queue) {
        if (run.stopped()) return;
        const outcome = await perform(step);
        if (outcome === "later") later.push(step);
        else run.record(outcome);
      }
    };
    await Promise.all(Array.from({ length: Math.min(run.concurrency, batch.length) }, work));
  }
  return later;
}

/** Whether the next steps can start: the run has not ended, and the users are known as they are now. */
async function isReady(run: Run): Promise<boolean> {
  if (!run.stopped()) await listAgain(run, () => run.directory.refreshIfChanged());
  return !run.stopped();
}
