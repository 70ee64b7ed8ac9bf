/**
 * Asks a live API whether it matches the contract. The tests are in test/live.
 *
 *     npm run spec:verify                                 sends GET requests only
 *     npm run spec:verify -- --write --email <address>    also creates a user with this address, and deletes it
 *     npm run spec:verify -- --json                       prints Vitest's report as JSON
 *
 * It uses the keys in the environment, POLYTOMIC_ORGANIZATION_ID and POLYTOMIC_DEPLOYMENT_URL. Without a key it verifies
 * the sandbox over HTTP. CONTRIBUTING.md lists the exit codes. The output contains no values of responses: only statuses,
 * versions, names of fields and types. The one exception is the id of a user that this run created, or may have created,
 * and did not delete.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { SERVER_URL } from "../../generated/contract.ts";
import { PolytomicError } from "../../src/errors.ts";
import { LIMITS, type Target } from "../../test/live/request.ts";
import { readTarget, serveSandbox, survey, UsageError } from "../../test/live/target.ts";
import { ThrowawayUser, type CreatedUser } from "../../test/live/user.ts";

/** Aborted by a signal, with its name as the reason. */
const interruption = new AbortController();
let user: ThrowawayUser | undefined;

try {
  exit(await verify());
} catch (error) {
  // The message of any other error could contain a value.
  const isSafe = error instanceof UsageError || error instanceof PolytomicError;
  exit(fail(isSafe ? error.message : `The program failed (${(error as Error).name}).`));
}

/** Runs the tests, and returns the exit code unless a user is left. */
async function verify(): Promise<number> {
  const { write: isWrite, email, json: isJson } = readArguments();
  const api = readTarget(process.env);
  if (isWrite) checkEmail(email, api === undefined);
  print(`Verifying ${nameOf(api)}. Each request times out after ${LIMITS.timeout / 1000} seconds.`);
  const { createVitest } = await import("vitest/node"); // after the checks, because it takes a second
  const vitest = await createVitest("test", {
    config: "test/live/vitest.config.ts",
    watch: false,
    reporters: isJson ? [["json", { stdout: true }]] : ["verbose"],
  });
  const target = await survey(api ?? (await serveSandbox()));
  if (typeof target === "string") return fail(`Nothing could be verified: ${target}.`);
  vitest.provide("target", target);
  if (isWrite) {
    handleSignals();
    user = new ThrowawayUser(target, email ?? `spec-verify-${randomUUID()}@example.com`, interruption.signal);
  }
  let created: CreatedUser | string = "needs --write";
  try {
    if (user) created = await user.create();
    vitest.provide("user", created);
    interruption.signal.throwIfAborted();
    await Promise.race([vitest.start(), once(interruption.signal, "abort")]);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
  } finally {
    await user?.remove();
  }
  if (interruption.signal.aborted) return 128 + constants.signals[interruption.signal.reason as NodeJS.Signals];
  user?.deviations.forEach(print);
  const modules = vitest.state.getTestModules();
  const hasFailed = modules.some((module) => !module.ok()) || vitest.state.getUnhandledErrors().length > 0;
  if (hasFailed || user?.deviations.size) return 1;
  if (user && typeof created === "string") return fail(`Nothing was written: ${created}.`);
  const isVerified = modules.some(({ children }) => [...children.allTests()].some((test) => test.meta().succeeded));
  return isVerified ? 0 : fail("Nothing could be verified: no request succeeded.");
}

function fail(problem: string): number {
  print(problem);
  return 2;
}

/** Without the host of a deployment. */
function nameOf(api: Target | undefined): string {
  if (!api) return "the sandbox, because no key is set in the environment";
  return api.baseUrl === SERVER_URL ? SERVER_URL : "the API at POLYTOMIC_DEPLOYMENT_URL";
}

/** Prints who is left, which matters most, and ends the program. */
function exit(code: number): never {
  const leftovers = user?.leftovers ?? [];
  leftovers.forEach(print);
  process.exit(leftovers.length > 0 ? 2 : code);
}

function readArguments(): { write: boolean; email?: string; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        write: { type: "boolean", default: false },
        email: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    return values;
  } catch {
    // The message of parseArgs repeats the argument, which can be a misplaced key.
    throw new UsageError("Invalid arguments. Valid options: --write, --email <address>, --json.");
  }
}

function checkEmail(email: string | undefined, isSandbox: boolean): void {
  if (email === undefined && !isSandbox) {
    throw new UsageError("--write requires --email with a throwaway address: the API sends an invitation to it.");
  }
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) throw new UsageError("--email must be an address.");
}

/** The first signal ends the tests and deletes the user. The second ends the program at once. */
function handleSignals(): void {
  let first = 0;
  // A closed terminal does not keep the user from being deleted.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const handle = (signal: NodeJS.Signals): void => {
    if (!interruption.signal.aborted) {
      first = Date.now();
      print("Interrupted. Deleting the created user, if any. Press Ctrl-C again to end at once.");
      interruption.abort(signal);
    } else if (Date.now() - first > 500) {
      // npm passes a Ctrl-C on although the terminal has sent it already, so that one press arrives twice.
      exit(128 + constants.signals[signal]);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.removeAllListeners(signal); // Vitest would end the program at once
    process.on(signal, handle);
  }
}

function print(line: string): void {
  process.stderr.write(`${line}\n`);
}
