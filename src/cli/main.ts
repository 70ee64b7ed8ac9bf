#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { isPolytomicError } from "../index.ts";
import { note, print, printable, toJson } from "./print.ts";
import { CommandError, UsageError } from "./usage.ts";
import { inWordsOfTheCommand } from "./wording.ts";

/** A verb of the command. */
interface Verb {
  readonly HELP: string;
  /**
   * Runs the verb.
   *
   * @param args The arguments after the verb.
   * @returns The exit code.
   * @throws `UsageError` if the arguments are invalid.
   */
  run(args: readonly string[]): Promise<number>;
}

/** A verb is loaded when it is needed, so that each starts fast. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  sandbox: () => import("./sandbox.ts"),
  sync: () => import("./sync.ts"),
  whoami: () => import("./whoami.ts"),
};

const HELP = `npx polytomic-users <verb> [options]

  --version   Print the version of this package.
  -h, --help  Print this help; after a verb, only the help of the verb.

Exit codes: 0 success; 1 something failed; 2 the command line, or a file that it names, is wrong.
`;

async function main([verb, ...args]: readonly string[]): Promise<number> {
  if (verb === undefined) {
    process.stderr.write(await helpOfAll());
    return 2;
  }
  if (verb === "--help" || verb === "-h") process.stdout.write(await helpOfAll());
  else if (verb === "--version") print(await readPackageVersion());
  else return await runVerb(verb, args);
  return 0;
}

async function runVerb(name: string, args: readonly string[]): Promise<number> {
  if (!Object.hasOwn(VERBS, name)) {
    const verbs = Object.keys(VERBS).join(", ");
    throw new UsageError(`Unknown verb ${JSON.stringify(name)}. Verbs: ${verbs}. Run npx polytomic-users --help.`);
  }
  const verb = await VERBS[name]!();
  if (!args.includes("--help") && !args.includes("-h")) return await verb.run(args);
  process.stdout.write(verb.HELP);
  return 0;
}

async function helpOfAll(): Promise<string> {
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  return [HELP, ...verbs.map((verb) => verb.HELP)].join("\n");
}

/** The path is the same from `src/cli/` and from `dist/cli/`. */
async function readPackageVersion(): Promise<string> {
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Explains an error on the standard error; with `--json`, also on the standard output. Returns the exit code. */
function explain(error: unknown): number {
  const isExpected = error instanceof CommandError || isPolytomicError(error);
  if (!isExpected) throw error;
  const message =
    error instanceof CommandError ? error.message : inWordsOfTheCommand(`${error.name}: ${error.message}`);
  const lines = message.split("\n").map(printable);
  note(`polytomic-users: ${lines.join("\n")}`);
  if (process.argv.includes("--json")) print(toJson({ error: lines.join("\n") }));
  return error instanceof CommandError ? error.exitCode : 1;
}

function failOutput({ code, message }: NodeJS.ErrnoException): void {
  if (code === "EPIPE") return;
  note(`polytomic-users: The output cannot be written: ${message}`);
  process.once("exit", () => (process.exitCode ||= 1));
}

// A verb goes on if its output cannot be written. The command then fails, unless the reader of the output has exited.
process.stderr.on("error", () => undefined);
process.stdout.once("error", failOutput).on("error", () => undefined);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = explain(error);
}
