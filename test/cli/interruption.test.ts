import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { addressesIn, COMMAND, run, serve, start, type Run, type ServedSandbox } from "./command.ts";

/** Without a deadline of its own, since a busy machine can be slow. */
const POLLING = { timeout: 60_000, interval: 5 };

const JANE = "jane.doe@acmecorp.com";
const LIST = ["email", JANE, ...[1, 2, 3, 4, 5].map((number) => `new-${number}@acmecorp.com`)].join("\n");

interface Gate extends ServedSandbox {
  /** How many requests of the method wait. */
  readonly waiting: () => number;
  readonly open: () => void;
}

/** Serves a sandbox that holds back requests of a method until the gate is open. */
async function serveBehindGate(method: string): Promise<Gate> {
  let waiting = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const served = await serve({}, (fetch) => async (request) => {
    if (request.method !== method) return fetch(request);
    waiting++;
    await opened;
    return fetch(request);
  });
  return { ...served, waiting: () => waiting, open };
}

/** Starts to apply the list, two users at a time, and waits until both requests have arrived. */
async function startApplying(method: string): Promise<Gate & Run> {
  const gate = await serveBehindGate(method);
  const options = ["--apply", "--max-delete", "1", "--concurrency", "2"];
  const running = start(["sync", "-", ...options], { env: gate.env.apiKey, stdin: LIST });
  await vi.waitUntil(gate.waiting, POLLING);
  return { ...gate, ...running };
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "after %s, sync finishes the running calls, shows what is done and what is left, and exits with %i",
  async (signal, exitCode) => {
    const { child, output, ended, open, waiting, sandbox } = await startApplying("POST");
    await vi.waitUntil(() => waiting() === 2, POLLING);
    child.kill(signal);
    await vi.waitUntil(() => output.stderr.includes("Stopping after the running calls."), POLLING);
    open();
    const { status, stdout } = await ended;
    expect(status).toBe(exitCode);
    expect(stdout).toMatch(/: created 2, updated 0, deleted 0, not started 4$/m);
    expect(stdout).toMatch(/^ {2}not started \+ new-5@acmecorp\.com/m);
    expect(stdout).toContain("Run the command again to do what is left.\n");
    expect(addressesIn(sandbox)).toEqual([JANE, "john.smith@acmecorp.com", "new-1@acmecorp.com", "new-2@acmecorp.com"]);
  },
);

test("two signals of one Ctrl-C, as npm forwards it, count as one", async () => {
  const { child, output, ended, open, waiting } = await startApplying("POST");
  await vi.waitUntil(() => waiting() === 2, POLLING);
  child.kill("SIGINT");
  child.kill("SIGTERM");
  await vi.waitUntil(() => output.stderr.includes("Stopping after the running calls."), POLLING);
  open();
  expect((await ended).stdout).toMatch(/: created 2, updated 0, deleted 0, not started 4$/m);
});

test("a second Ctrl-C ends sync at once, and the next run does what is left", async () => {
  const { child, output, ended, open, sandbox, env } = await startApplying("POST");
  child.kill("SIGINT");
  await vi.waitUntil(() => output.stderr.includes("Press Ctrl-C again to stop at once."), POLLING);
  const impatience = setInterval(() => child.kill("SIGINT"), 20);
  onTestFinished(() => clearInterval(impatience));
  expect((await ended).status).toBe(130);
  open();
  const again = await run(["sync", "-", "--apply", "--max-delete", "1"], { env: env.apiKey, stdin: LIST });
  expect(again.status).toBe(0);
  expect(addressesIn(sandbox)).toHaveLength(6);
});

test.each([[[]], [["--json"]]])("Ctrl-C before the plan is made changes nothing: %j", async (options) => {
  const { env, waiting, sandbox } = await serveBehindGate("GET");
  const { child, ended } = start(["sync", "-", "--apply", ...options], { env: env.apiKey, stdin: LIST });
  await vi.waitUntil(waiting, POLLING);
  child.kill("SIGINT");
  const { status, stdout, stderr } = await ended;
  expect(status).toBe(130);
  expect(stderr).toMatch(/\npolytomic-users: Stopped\. Nothing was changed\.\n$/);
  expect(stdout).toBe(options.length > 0 ? '{\n  "error": "Stopped. Nothing was changed."\n}\n' : "");
  expect(addressesIn(sandbox)).toHaveLength(2);
});

test("sync applies the plan even if the reader of its output has exited", async () => {
  const { sandbox, env } = await serve();
  const people = Array.from({ length: 300 }, (_, index) => `new-${index}@acmecorp.com`);
  const { child, ended } = start(["sync", "-", "--apply", "--max-delete", "1"], {
    env: env.apiKey,
    stdin: ["email", JANE, ...people].join("\n"),
  });
  child.stdout.destroy();
  child.stderr.destroy();
  expect((await ended).status).toBe(0);
  expect(addressesIn(sandbox)).toHaveLength(301);
});

test("sync applies the plan even if its output cannot be stored, and reports that as a failure", async () => {
  const { sandbox, env } = await serve();
  const unwritable = openSync(import.meta.filename, "r"); // every write fails, as on a full disk
  onTestFinished(() => closeSync(unwritable));
  const child = spawn(process.execPath, [COMMAND, "sync", "-", "--apply", "--max-delete", "1", "--json"], {
    env: env.apiKey,
    stdio: ["pipe", unwritable, "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin!.end(LIST);
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  expect(await once(child, "close")).toEqual([1, null]);
  expect(stderr).toContain("polytomic-users: The output cannot be written: ");
  expect(addressesIn(sandbox)).toHaveLength(6);
});

test("a report that is longer than a pipe is printed completely", async () => {
  const { env } = await serve();
  const people = Array.from({ length: 5_000 }, (_, index) => `new-${index}@acmecorp.com`);
  const { stdout } = await run(["sync", "-", "--json"], { env: env.apiKey, stdin: ["email", ...people].join("\n") });
  expect((JSON.parse(stdout) as { total: object }).total).toMatchObject({ create: 5_000 });
});
