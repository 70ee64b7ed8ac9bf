/**
 * Asks a live API whether it matches the contract.
 *
 *     npm run spec:verify                                 sends GET requests only
 *     npm run spec:verify -- --write --email <address>    also creates a user with this address, and deletes it
 *     npm run spec:verify -- --json                       prints the report as JSON
 *
 * It uses the keys in the environment, POLYTOMIC_ORGANIZATION_ID and POLYTOMIC_DEPLOYMENT_URL. Without a key it verifies
 * the sandbox over HTTP. The exit code is 0, 1 if the API contradicts the contract, and 2 if the run could not verify
 * anything, could not start or left a user behind. The report contains no values of responses: only statuses, versions,
 * names of fields and types. The one exception is the id of a user that this run created and could not delete.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { readAssumptions } from "./verify/assumptions.ts";
import { addressOf, trackCreatedUsers, type CreatedUsers, type Leftovers } from "./verify/created.ts";
import { LIMITS, type Limits } from "./verify/exchange.ts";
import { dataOf, describe, fieldOf, type Finding } from "./verify/finding.ts";
import { createLab, type Lab } from "./verify/lab.ts";
import { isListed, READS, survey, usersIn, type Family, type Ground } from "./verify/reads.ts";
import { createReport, format, type Report } from "./verify/report.ts";
import { chooseTarget, isUuid, UsageError, type Environment, type Target } from "./verify/target.ts";
import { creationCall, exercise, WRITES } from "./verify/writes.ts";

export interface Options {
  readonly write?: boolean;
  readonly email?: string | undefined;
  readonly limits?: Limits;
  /** How long to wait before each further look for a user whose creation got no response, in milliseconds. */
  readonly pauses?: readonly number[];
  readonly interruption?: Interruption;
}

/** Whether a signal asked the run to end, and what it would leave behind at the moment. */
interface Interruption {
  signal: NodeJS.Signals | undefined;
  users: CreatedUsers | undefined;
}

/** Verifies the API that the environment names, and returns the report. */
export async function verify(environment: Environment, options: Options = {}): Promise<Report> {
  const target = await chooseTarget(environment);
  try {
    const email = chooseEmail(target, options);
    const lab = createLab(target, options.limits ?? LIMITS);
    const ground = await survey(lab);
    const findings = new Map<string, Finding>();
    const written = email === undefined ? NOTHING_WRITTEN : await write(lab, ground, { ...options, email, findings });
    for (const [id, probe] of Object.entries(READS)) {
      if (options.interruption?.signal) break;
      findings.set(id, await probe(lab, ground));
    }
    return createReport(lab, {
      ...written,
      findings,
      assumptions: readAssumptions(),
      writes: email !== undefined,
      interrupted: exitCodeOf(options.interruption?.signal),
    });
  } finally {
    await target.close();
  }
}

interface Written {
  readonly problems: readonly string[];
  readonly left: Leftovers;
}

const NOTHING_WRITTEN: Written = { problems: [], left: { ids: [], mayHaveMore: false } };

function chooseEmail({ isSandbox }: Target, { write: isWrite = false, email }: Options): string | undefined {
  if (!isWrite) return undefined;
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) throw new UsageError("--email must be an address.");
  if (email === undefined && !isSandbox) {
    throw new UsageError("--write requires --email with a throwaway address: the API sends an invitation to it.");
  }
  return (email ?? `spec-verify-${randomUUID()}@example.com`).toLowerCase();
}

/** Creates one user, works with it, and deletes it whatever happens. */
async function write(lab: Lab, ground: Ground, options: Options & WriteOptions): Promise<Written> {
  const { email, findings, pauses = [1000, 3000], interruption } = options;
  if (interruption?.signal) return NOTHING_WRITTEN;
  const [family, other] = writableFamilies(lab, ground);
  const refusal = family ? refuse(family, email) : "no key of the environment could list the users";
  if (refusal !== undefined || !family) {
    return { ...NOTHING_WRITTEN, problems: [`Nothing was written: ${refusal}.`] };
  }
  const users = trackCreatedUsers(lab, { family, email, pauses });
  if (interruption) interruption.users = users;
  const problems: string[] = [];
  let left: Leftovers;
  try {
    const call = creationCall(family, email);
    const { reply, id } = await users.create(call);
    if (id === undefined) problems.push(`No user could be created for the tests (${describe(reply)}).`);
    else {
      const work = { lab, family, other, users, email, id, creation: { call, reply }, minted: [] };
      await exercise(work);
      for (const [name, probe] of Object.entries(WRITES)) {
        if (interruption?.signal) break;
        findings.set(name, await probe(work));
      }
    }
  } finally {
    left = await users.removeAll();
  }
  return { problems, left };
}

interface WriteOptions {
  readonly email: string;
  readonly findings: Map<string, Finding>;
}

/** The partner family first if there is a key for it, because only it can create API keys. */
function writableFamilies({ target }: Lab, { current, partner }: Ground): Family[] {
  const families = target.partnerKey === undefined ? [current, partner] : [partner, current];
  return families.filter((family) => family !== undefined).filter((family) => isListed(family));
}

/** Why writing would not be safe. */
function refuse({ list }: Family, email: string): string | undefined {
  const data = dataOf(list);
  const users = usersIn(list);
  const isReliable = data === null || Array.isArray(data);
  if (!isReliable || !users.every((user) => isUuid(fieldOf(user, "id")) && addressOf(user) !== undefined)) {
    return "the list of users does not match the spec, so that users of this run could not be told from others";
  }
  if (users.some((user) => addressOf(user) === email)) return "the address of --email belongs to a user already";
  return undefined;
}

function exitCodeOf(signal: NodeJS.Signals | undefined): number | undefined {
  return signal === undefined ? undefined : 128 + constants.signals[signal];
}

/** Runs the program, and returns its exit code. */
export async function main(args: string[], environment: Environment = process.env): Promise<number> {
  const isJson = args.includes("--json");
  const interruption: Interruption = { signal: undefined, users: undefined };
  let stopHandling: (() => void) | undefined;
  try {
    const { write: isWrite, email } = readArguments(args);
    if (isWrite) stopHandling = handleSignals(interruption);
    const report = await verify(environment, { write: isWrite, email, interruption });
    process.stdout.write(isJson ? `${JSON.stringify(report, undefined, 2)}\n` : format(report));
    return report.exitCode;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (isJson) process.stdout.write(`${JSON.stringify({ problems: [error.message], exitCode: 2 })}\n`);
    else process.stderr.write(`${error.message}\n`);
    return 2;
  } finally {
    stopHandling?.();
  }
}

function readArguments(args: string[]): { write: boolean; email: string | undefined } {
  try {
    const { values } = parseArgs({
      args,
      options: {
        write: { type: "boolean", default: false },
        email: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    return { write: values.write, email: values.email };
  } catch {
    // The message of parseArgs repeats the argument, which can be a misplaced key.
    throw new UsageError("Invalid arguments. Valid options: --write, --email <address>, --json.");
  }
}

/**
 * The first signal ends the work and deletes the user. The second ends the program at once. Returns a function that removes
 * the handlers.
 */
function handleSignals(interruption: Interruption): () => void {
  let first = 0;
  process.stderr.on("error", () => undefined); // a closed terminal does not keep the user from being deleted
  const handle = (signal: NodeJS.Signals): void => {
    if (!interruption.signal) {
      interruption.signal = signal;
      first = Date.now();
      process.stderr.write("Interrupted. Deleting the created user. Press Ctrl-C again to end at once.\n");
    } else if (Date.now() - first > 500) {
      // npm passes a Ctrl-C on although the terminal has sent it already, so that one press arrives twice.
      const { ids = [], mayHaveMore = false } = interruption.users?.leftovers ?? {};
      for (const id of ids) process.stderr.write(`Left: the user ${id}.\n`);
      if (mayHaveMore) process.stderr.write("Left: possibly a user with the address of --email.\n");
      process.exit(exitCodeOf(signal));
    }
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return () => SIGNALS.forEach((signal) => process.off(signal, handle));
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
