/**
 * Asks a live API whether it matches the contract.
 *
 *     npm run spec:verify                                 sends GET requests only
 *     npm run spec:verify -- --write --email <address>    also creates a user with this address, and deletes it
 *     npm run spec:verify -- --json                       prints the report as JSON
 *
 * It uses the keys in the environment, POLYTOMIC_ORGANIZATION_ID and POLYTOMIC_DEPLOYMENT_URL. Without a key it verifies
 * the sandbox over HTTP. CONTRIBUTING.md lists the exit codes. The report contains no values of responses: only statuses,
 * versions, names of fields and types. The one exception is the id of a user that this run created, or may have created,
 * and did not delete.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { readAssumptions } from "./verify/assumptions.ts";
import { addressOf, CreatedUsers, NOTHING_LEFT, type Leftovers } from "./verify/created.ts";
import { LIMITS, type Limits } from "./verify/exchange.ts";
import { dataOf, describe, fieldOf, notTested, type Finding } from "./verify/finding.ts";
import { createLab, type Lab } from "./verify/lab.ts";
import { hasResponse, isListed, READS, survey, usersIn, type Family, type Ground } from "./verify/reads.ts";
import { createFailure, createReport, format, type Report } from "./verify/report.ts";
import { isUuid } from "../../src/formats.ts";
import { chooseTarget, UsageError, type Environment, type Target } from "./verify/target.ts";
import { creationCall, exercise, WRITES } from "./verify/writes.ts";

export interface Options {
  readonly write?: boolean;
  readonly email?: string | undefined;
  readonly limits?: Limits;
  /** How long to wait before it lists the users again, if one may be left, in milliseconds. */
  readonly pauses?: readonly number[];
  /** Ends the run early, with the name of a signal as the reason. The created user is deleted nevertheless. */
  readonly interruption?: AbortSignal;
  readonly onStart?: (target: Target) => void;
  /** Called before the first create. */
  readonly onWrite?: (users: CreatedUsers) => void;
}

/** Verifies the API that the environment names, and returns the report. */
export async function verify(environment: Environment, options: Options = {}): Promise<Report> {
  const target = await chooseTarget(environment);
  try {
    const email = chooseEmail(target, options);
    options.onStart?.(target);
    const lab = createLab(target, options);
    const ground = await survey(lab);
    const findings = new Map<string, Finding>();
    const isSilent = !hasResponse(ground);
    const written =
      email === undefined || isSilent ? NOTHING_WRITTEN : await write(lab, ground, { ...options, email, findings });
    for (const [id, probe] of Object.entries(READS)) {
      findings.set(id, isSilent ? notTested("no list got a complete response") : await probe(lab, ground));
    }
    return createReport(lab, {
      ...written,
      findings,
      assumptions: readAssumptions(),
      interruption: exitCodeOf(lab.interruption),
    });
  } finally {
    await target.close();
  }
}

interface Written {
  readonly problems: readonly string[];
  readonly left: Leftovers;
}

const NOTHING_WRITTEN: Written = { problems: [], left: NOTHING_LEFT };

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
  const { email, findings, pauses = [1000, 3000], onWrite } = options;
  if (lab.interruption.aborted) return NOTHING_WRITTEN;
  const [family, other] = writableFamilies(lab, ground);
  const refusal = family ? refuse(family, email) : "no key of the environment could list the users";
  if (refusal !== undefined || !family) {
    return { ...NOTHING_WRITTEN, problems: [`Nothing was written: ${refusal}.`] };
  }
  const users = new CreatedUsers(lab, { family, email, pauses });
  onWrite?.(users);
  const problems: string[] = [];
  let left: Leftovers;
  try {
    const call = creationCall(family, email);
    const { reply, id } = await users.create(call);
    if (id === undefined) problems.push(`The create returned no user that this run can identify (${describe(reply)}).`);
    else {
      const work = { lab, family, other, users, email, id, creation: { call, reply }, minted: [] };
      await exercise(work);
      for (const [name, probe] of Object.entries(WRITES)) findings.set(name, await probe(work));
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

function exitCodeOf({ aborted, reason }: AbortSignal): number | undefined {
  return aborted ? 128 + constants.signals[reason as NodeJS.Signals] : undefined;
}

/** Runs the program, and returns its exit code. */
export async function main(args: string[], environment: Environment = process.env): Promise<number> {
  const isJson = args.includes("--json");
  const interruption = new AbortController();
  let users: CreatedUsers | undefined;
  const left = (): Leftovers => users?.leftovers ?? NOTHING_LEFT;
  let stopHandling: (() => void) | undefined;
  try {
    const { write: isWrite, email } = readArguments(args);
    if (isWrite) {
      const endAtOnce = (): void => {
        process.exit(print(createFailure(undefined, left(), exitCodeOf(interruption.signal)), isJson));
      };
      stopHandling = handleSignals({ interruption, left, endAtOnce });
    }
    const report = await verify(environment, {
      write: isWrite,
      email,
      interruption: interruption.signal,
      onStart: ({ name }) => {
        process.stderr.write(`Verifying ${name}. Each request times out after ${LIMITS.timeout / 1000} seconds.\n`);
      },
      onWrite: (created) => (users = created),
    });
    return print(report, isJson);
  } catch (error) {
    // Only a UsageError has a message without values.
    const problem = error instanceof UsageError ? error.message : `The program failed (${(error as Error).name}).`;
    return print(createFailure(problem, left()), isJson);
  } finally {
    stopHandling?.();
  }
}

/** Prints a report, and returns its exit code. */
function print(report: Report, isJson: boolean): number {
  if (isJson) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else if (report.target === null) process.stderr.write(`${report.problems.join("\n")}\n`);
  else process.stdout.write(format(report));
  return report.exitCode;
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
function handleSignals({ interruption, left, endAtOnce }: Handling): () => void {
  let first = 0;
  process.stderr.on("error", () => undefined); // a closed terminal does not keep the user from being deleted
  const handle = (signal: NodeJS.Signals): void => {
    if (!interruption.signal.aborted) {
      interruption.abort(signal);
      first = Date.now();
      const { ids, mayHaveMore } = left();
      const next = ids.length > 0 || mayHaveMore ? " Deleting the created user." : "";
      process.stderr.write(`Interrupted.${next} Press Ctrl-C again to end at once.\n`);
    } else if (Date.now() - first > 500) {
      // npm passes a Ctrl-C on although the terminal has sent it already, so that one press arrives twice.
      endAtOnce();
    }
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return () => SIGNALS.forEach((signal) => process.off(signal, handle));
}

interface Handling {
  readonly interruption: AbortController;
  readonly left: () => Leftovers;
  readonly endAtOnce: () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
