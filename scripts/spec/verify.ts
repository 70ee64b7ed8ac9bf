/**
 * Asks a live API whether it matches the contract. The tests are in test/live.
 *
 *     npm run spec:verify                                 sends GET requests only
 *     npm run spec:verify -- --write --email <address>    also creates a user with this address, and deletes it
 *     npm run spec:verify -- --json                       prints Vitest's report as JSON
 *
 * It uses the keys in the environment, POLYTOMIC_ORGANIZATION_ID and POLYTOMIC_DEPLOYMENT_URL. Without a key it verifies
 * the sandbox over HTTP. CONTRIBUTING.md lists the exit codes. The output contains no values of responses: only statuses,
 * versions, names of fields and types. The one exception is the id of a user that this run created and did not delete.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { constants } from "node:os";
import { parseArgs } from "node:util";
import type { Vitest } from "vitest/node";
import { ConfigurationError } from "../../src/errors.ts";
import { findOrganization, readTarget, serveSandbox } from "../../test/live/target.ts";
import { ThrowawayUser, type CreatedUser } from "../../test/live/user.ts";

/** Aborted by a signal, with its name as the reason. */
const interruption = new AbortController();

process.exit(await verify().catch(failWith));

/** Returns the exit code. */
async function verify(): Promise<number> {
  const { write: isWrite, email, json: isJson } = readArguments();
  const api = readTarget();
  if (isWrite) checkEmail(email, api === undefined);
  print(api ? "Verifying the API." : "Verifying the sandbox, because no key is set in the environment.");
  const target = api ? await findOrganization(api) : await serveSandbox();
  const { createVitest } = await import("vitest/node"); // after the checks, because it takes a second
  const vitest = await createVitest("test", {
    config: "test/live/vitest.config.ts",
    watch: false,
    reporters: isJson ? [["json", { stdout: true }]] : ["verbose"],
  });
  vitest.provide("target", target);
  if (!isWrite) return runTests(vitest, ["reads"]);
  handleSignals();
  const user = new ThrowawayUser(target, email ?? `spec-verify-${randomUUID()}@example.com`, interruption.signal);
  const exitCode = await runWithUser(vitest, user).catch(failWith);
  const leftover = await user.remove();
  if (leftover !== undefined) return fail(leftover);
  const { aborted, reason } = interruption.signal;
  return aborted ? 128 + constants.signals[reason as NodeJS.Signals] : exitCode;
}

async function runWithUser(vitest: Vitest, user: ThrowawayUser): Promise<number> {
  const created: CreatedUser | string = await user.create();
  vitest.provide("user", created);
  vitest.provide("creates", user.creates);
  interruption.signal.throwIfAborted();
  const interrupted = once(interruption.signal, "abort").then(() => 0);
  const exitCode = await Promise.race([runTests(vitest), interrupted]);
  return exitCode === 0 && typeof created === "string" ? fail(`Nothing was written: ${created}.`) : exitCode;
}

async function runTests(vitest: Vitest, filters?: string[]): Promise<number> {
  const { testModules, unhandledErrors } = await vitest.start(filters);
  if (unhandledErrors.length > 0 || testModules.some((module) => !module.ok())) return 1;
  const tests = testModules.flatMap(({ children }) => [...children.allTests()]);
  return tests.some((test) => test.meta().succeeded) ? 0 : fail("Nothing could be verified: no request succeeded.");
}

function fail(problem: string): number {
  print(problem);
  return 2;
}

/** The message of any other error could contain a value. */
function failWith(error: unknown): number {
  if (interruption.signal.aborted) return 2;
  return fail(error instanceof ConfigurationError ? error.message : `The program failed (${(error as Error).name}).`);
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
    throw new ConfigurationError("Invalid arguments. Valid options: --write, --email <address>, --json.");
  }
}

function checkEmail(email: string | undefined, isSandbox: boolean): void {
  if (email === undefined && !isSandbox) {
    throw new ConfigurationError(
      "--write requires --email with a throwaway address: the API sends an invitation to it.",
    );
  }
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new ConfigurationError("--email must be an address.");
  }
}

/** The first signal ends the tests and deletes the user. Further ones do nothing, because npm sends each Ctrl-C twice. */
function handleSignals(): void {
  // A closed terminal does not keep the user from being deleted.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.removeAllListeners(signal); // Vitest would end the program at once
    process.on(signal, () => {
      if (!interruption.signal.aborted) print("Interrupted. Deleting the created user, if any (two minutes at most).");
      interruption.abort(signal);
    });
  }
}

function print(line: string): void {
  process.stderr.write(`${line}\n`);
}
