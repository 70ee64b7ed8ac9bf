import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { RedoclyRun } from "../../scripts/spec/redocly.ts";

/**
 * Does the same as `redocly` in scripts/spec, but runs all commands in one process, one after another. A command takes a
 * quarter of the time there, since most of it is spent on loading the program and on code that is not optimized yet.
 */
export function redocly(...args: string[]): Promise<RedoclyRun> {
  const run = previous.then(() => runInChild(args));
  previous = run.catch(() => {});
  return run;
}

let previous: Promise<unknown> = Promise.resolve();
let child: ChildProcess | undefined;
let ended: Promise<never> | undefined;

async function runInChild(args: string[]): Promise<RedoclyRun> {
  child ??= start();
  child.send(args);
  const [result] = await Promise.race([once(child, "message"), ended!]);
  return result as RedoclyRun;
}

function start(): ChildProcess {
  const started = fork(fileURLToPath(new URL("./warm-redocly-child.ts", import.meta.url)), {
    execArgv: [],
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  ended = once(started, "exit").then(([code]) => Promise.reject(new Error(`redocly ended with exit code ${code}.`)));
  ended.catch(() => {});
  return started;
}

afterAll(async () => {
  child?.disconnect();
  await ended?.catch(() => {});
}, 60_000);
