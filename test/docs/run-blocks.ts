/**
 * A worker thread that runs programs one after another, each with a fresh sandbox, environment and `fetch`. Posts a
 * `BlockRun` for each.
 */
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import type { Sandbox } from "polytomic-users/testing";
import { takeViolations } from "../sandbox/contract/checked.ts";

export interface Program {
  /** Absolute path of the program. */
  readonly file: string;
  /** Absolute path of the module that is loaded before the program. It stays loaded for the programs that follow. */
  readonly setting: string;
}

export interface BlockRun {
  readonly file: string;
  /** What the program wrote to stdout. */
  readonly out: string;
  /** What it wrote to stderr, then its uncaught error, if any, then the exchanges that do not match the spec. */
  readonly err: string;
}

const { programs, api } = workerData as { programs: readonly Program[]; api: string };
const { sandbox } = (await load(api)) as { sandbox: Sandbox };
const { fetch } = globalThis;
const environment = { ...process.env };
let [out, err] = ["", ""];

process.stdout.write = (chunk) => Boolean((out += String(chunk)));
process.stderr.write = (chunk) => Boolean((err += String(chunk)));
process.on("unhandledRejection", (reason) => (err += inspect(reason)));

for (const { file, setting } of programs) {
  sandbox.reset();
  globalThis.fetch = fetch;
  process.env = { ...environment };
  [out, err] = ["", ""];
  await load(setting);
  await load(file).catch((error: unknown) => (err += inspect(error)));
  await setImmediate(); // rejections that nobody handled are reported now
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort!.postMessage({ file, out, err: err + takeViolations().join("\n") } satisfies BlockRun);
}

function load(file: string): Promise<unknown> {
  return import(pathToFileURL(file).href);
}
