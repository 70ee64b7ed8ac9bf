/**
 * Brings the users of an organization in line with a CSV or JSON list: invites, changes roles and deletes. Without
 * `--apply`, it only prints the plan. docs/guides/syncing-users.md describes the list, the options and what can go wrong.
 *
 *     npm run demo -- sync-users examples/users.csv
 *     npm run demo -- sync-users examples/users.csv --apply
 */
import { parseArgs } from "node:util";
import { HOW_TO_APPLY, run, UsageError } from "./shared/program.ts";
import { connect } from "./sync-users/directory.ts";
import { execute } from "./sync-users/execute.ts";
import { Admins, isLimit, objectionsTo } from "./sync-users/guard.ts";
import { describePlan, makePlan } from "./sync-users/plan.ts";
import { isUuid, readList } from "./sync-users/read.ts";
import { describeOutcomes, showProgress, stopOnSignal } from "./sync-users/report.ts";

const HELP = `Usage: npm run demo -- sync-users <list.csv or list.json> [options]

  --apply               Apply the plan. Default: only print it.
  --max-delete <n>      Refuse a plan that deletes more users: a number, or a share of the users. Default: 20%.
  --admin-role <id>     The id of a role that makes a user an admin; can be repeated. Default: the role of the users
                        whose legacy role is "admin". With "none", the organization needs no admin.
  --concurrency <n>     How many calls run at the same time. Default: 4.
  --help                Print this help.`;

/** Returns `undefined` for `--help`. */
function readCommandLine() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        apply: { type: "boolean", default: false },
        "max-delete": { type: "string", default: "20%" },
        "admin-role": { type: "string", multiple: true, default: [] },
        concurrency: { type: "string", default: "4" },
        help: { type: "boolean", default: false },
      },
    });
    const { "max-delete": limit, "admin-role": adminRoles, concurrency } = values;
    const [file, ...others] = positionals;
    if (values.help) return undefined;
    if (file === undefined) throw new UsageError(HELP);
    if (others.length > 0) throw new UsageError(`Name one list; got ${positionals.join(", ")}.`);
    if (!isLimit(limit)) throw new UsageError(`--max-delete must be a number or a share such as 20%; got ${limit}.`);
    if (!/^[1-9]\d?$/.test(concurrency)) throw new UsageError(`--concurrency must be 1 to 99; got ${concurrency}.`);
    const notId = adminRoles.find((id) => id !== "none" && !isUuid(id));
    if (notId !== undefined)
      throw new UsageError(`--admin-role must be a role id, which is a UUID, or none; got ${notId}.`);
    return { file, apply: values.apply, limit, adminRoles, concurrency: Number(concurrency) };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${(error as Error).message}\n\n${HELP}`);
  }
}

await run(async () => {
  const commandLine = readCommandLine();
  if (!commandLine) return console.log(HELP);
  const { file, apply, limit, adminRoles, concurrency } = commandLine;
  const list = await readList(file);
  const directory = connect();
  const users = await directory.list();
  const admins = new Admins(users, adminRoles);
  const plan = makePlan(users, list);
  console.log(
    `${file} lists ${list.length} users, and the organization has ${users.length}.\n\n${describePlan(plan)}\n`,
  );

  const objections = objectionsTo(plan, users, limit, admins);
  if (objections.length > 0) throw new UsageError(`Nothing was changed.\n${objections.join("\n")}`);
  if (plan.steps.length === 0) return console.log("Nothing to do.");
  if (!apply) return console.log(HOW_TO_APPLY);

  const stop = stopOnSignal();
  const progress = showProgress(plan.steps.length);
  const outcomes = await execute(plan.steps, {
    directory,
    admins,
    concurrency,
    signal: stop.signal,
    onOutcome: progress.add,
  });
  progress.end();
  console.log(describeOutcomes(outcomes));
  process.exitCode = stop.exitCode() ?? (outcomes.every(({ result }) => result === "done") ? 0 : 1);
});
