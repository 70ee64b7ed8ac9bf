import type { SyncOutcome } from "../sync/index.ts";
import { describeOutcomes, describePlans, type RoleNames } from "./describe-report.ts";
import { watchInterruption, type Interruption } from "./interruption.ts";
import type { List } from "./list.ts";
import { applyPlans, makePlans, type PlannedTarget } from "./plans.ts";
import { note, print, printable, toJson } from "./print.ts";
import { showProgress } from "./progress.ts";
import { readList } from "./read-list.ts";
import { createReport, exitCodeOf, type Report } from "./report.ts";
import { connect, findMismatch, type Session } from "./session.ts";
import { readOptions, type SyncOptions } from "./sync-options.ts";
import { findTargets, type Target } from "./targets.ts";
import { CommandError, UsageError } from "./usage.ts";

export const HELP = `sync: makes the users of organizations match a list. Without --apply, it only shows what would change.

  npx polytomic-users sync <list.csv|list.json|-> [--organization <id or name>] [--apply] [--no-delete]
                           [--max-delete <number or share>] [--admin-role <name or id>] [--concurrency <number>]
                           [--json]

  --organization <id or name>  The organization, if a partner or deployment key can manage several.
  --apply                      Change the users: creations first, then roles, then deletions.
  --no-delete                  Keep users who are not on the list.
  --max-delete <limit>         The most users that may be deleted in each organization: a number, or a share of its
                               users such as 10%. Default: 20%.
  --admin-role <name or id>    The role of which every organization keeps a user, or none. Default: Admin.
  --concurrency <number>       How many users of an organization are changed at the same time. Default: 4. Four
                               organizations are read or changed at the same time.
  --json                       Print a JSON report, or { "error" }, and nothing else, to the standard output.

The list is CSV with the columns email, roles and organization, or a JSON array of objects with these names, in UTF-8.
- reads it from the standard input. Other columns, such as a status, are ignored.
  email         The address of a person who should be a user. Users who are not on the list are deleted.
                To a partner or deployment key, users who can only use harbors look like everyone else: they are
                deleted, too, if they are not on the list.
  roles         The names or ids of all roles, separated by semicolons in CSV, and an array in JSON. If it is empty, the
                person keeps their roles, and a new user gets the default role.
  organization  The id or the exact name of an organization. With this column, the list is for many organizations.
                Organizations that are not on the list are not touched.

Objections protect against mistakes: an unclear address, role or organization, too many deletions, the last admin, or
the user that the key belongs to. If there is an objection to one organization, or one cannot be read, nothing is
changed in any of them: a person with a wrong organization could be missing from another. Deletions start only after
all other changes of the organization have succeeded.

It reads the key as whoami does. Ctrl-C finishes the running calls, and shows what is left; a second one stops at once.
Exit codes: 0 in line, planned or applied; 1 something failed; 2 objections, or a wrong command line or list;
130 Ctrl-C; 143 SIGTERM.
`;

export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const list = await readList(options.list);
  if (list.ignored.length > 0) note(`Ignored columns: ${printable(list.ignored.join(", "))}`);
  const interruption = watchInterruption();
  try {
    const session = await connect(interruption.signal);
    return await sync(session, options, list, interruption);
  } catch (error) {
    if (error !== interruption.signal.reason) throw error;
    throw new CommandError("Stopped. Nothing was changed.", interruption.exitCode()!);
  }
}

async function sync(session: Session, options: SyncOptions, list: List, interruption: Interruption): Promise<number> {
  const { signal } = interruption;
  const mismatch = findMismatch(session);
  if (mismatch !== undefined) throw new UsageError(mismatch);
  const { targets, objections } = await findTargets(session, { list, organization: options.organization, signal });
  const planned = await plan(session, targets, { ...options, signal, unit: list.unit });
  const roleNames = new Map(planned.flatMap((each) => [...each.roleNames]));
  const plans = createReport(planned, objections, false);
  const isApplied = options.isApplied && exitCodeOf(plans) === 0;
  if (!options.isJson) print(describePlans(plans, roleNames));
  if (!isApplied) return finishPlans(plans, options);
  const report = await apply(planned, { ...options, signal });
  printOutcomes(report, options, roleNames);
  const isInterrupted = signal.aborted && report.total.notStarted > 0;
  return isInterrupted ? interruption.exitCode()! : exitCodeOf(report);
}

type Stage = SyncOptions & { readonly signal: AbortSignal };

async function plan(
  session: Session,
  targets: readonly Target[],
  stage: Stage & Pick<List, "unit">,
): Promise<PlannedTarget[]> {
  const { id, email } = session.identity;
  const keep = [id, email].filter((each) => each !== undefined);
  const isOneOfMany = targets.length > 1;
  const progress = isOneOfMany ? showProgress("organizations read", targets.length) : undefined;
  const onPlanned = (): void => progress?.add();
  const planned = await makePlans(targets, { ...stage, keep, keyUser: email, isOneOfMany, onPlanned });
  progress?.end();
  return planned;
}

/** Prints why nothing was changed. */
function finishPlans(plans: Report, { isApplied, isJson }: SyncOptions): number {
  const exitCode = exitCodeOf(plans);
  const { create, update, delete: deletions } = plans.total;
  if (isJson) print(toJson(plans));
  if (exitCode !== 0) note("Nothing was changed, because of the objections or problems.");
  else if (!isApplied && create + update + deletions > 0) note("Nothing was changed. To apply this, add --apply.");
  return exitCode;
}

async function apply(planned: readonly PlannedTarget[], { concurrency, signal }: Stage): Promise<Report> {
  const plans = planned.flatMap((each) => (each.plan ? [{ ...each, plan: each.plan }] : []));
  const steps = plans.reduce((total, each) => total + each.plan.steps.length, 0);
  const progress = showProgress("changes", steps);
  const onOutcome = ({ result }: SyncOutcome): void => (result === "not started" ? undefined : progress.add());
  const applied = await applyPlans(plans, { concurrency, signal, onOutcome });
  progress.end();
  return createReport(applied, [], true);
}

function printOutcomes(report: Report, { isJson }: SyncOptions, roleNames: RoleNames): void {
  if (isJson) print(toJson(report));
  else if (report.total.inLine < report.organizations.length) print(describeOutcomes(report, roleNames));
}
