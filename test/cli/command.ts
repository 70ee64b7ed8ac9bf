import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { onTestFinished } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/testing/index.ts";
import { listen, type FetchHandler } from "../../src/testing/node.ts";

export const COMMAND = new URL("../../dist/cli/main.js", import.meta.url).pathname;

/** What a process has printed, and its exit code. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<Result>;
}

export interface Settings {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
}

/** Starts the compiled command without the keys of this machine. It is killed at the end of the test. */
export function start(args: readonly string[], { env = {}, stdin = "" }: Settings = {}): Run {
  const clean = Object.entries(process.env).filter(([name]) => !/^POLYTOMIC_|^(?:NO|FORCE)_COLOR$/.test(name));
  const child = spawn(process.execPath, [COMMAND, ...args], { env: { ...Object.fromEntries(clean), ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  child.stdin.on("error", () => undefined); // it need not read its input
  child.stdin.end(stdin);
  const ended = new Promise<Result>((resolve) => {
    child.once("close", (status) => resolve({ status, ...output }));
  });
  return { child, output, ended };
}

export function run(args: readonly string[], settings?: Settings): Promise<Result> {
  return start(args, settings).ended;
}

export interface ServedSandbox {
  readonly sandbox: Sandbox;
  /** The environment with each kind of key, and the URL. */
  readonly env: Readonly<Record<"apiKey" | "partnerKey" | "deploymentKey", Record<string, string>>>;
}

/** Serves a sandbox until the end of the test. `wrap` can replace its responses. */
export async function serve(
  options: SandboxOptions = {},
  wrap: (fetch: FetchHandler["fetch"]) => FetchHandler["fetch"] = (fetch) => fetch,
): Promise<ServedSandbox> {
  const sandbox = createSandbox(options);
  const served = await listen({ fetch: wrap((request) => sandbox.fetch(request)) });
  onTestFinished(() => served.close());
  const url = { POLYTOMIC_DEPLOYMENT_URL: served.url };
  return {
    sandbox,
    env: {
      apiKey: { POLYTOMIC_API_KEY: sandbox.apiKey, ...url },
      partnerKey: { POLYTOMIC_PARTNER_KEY: sandbox.partnerKey, ...url },
      deploymentKey: { POLYTOMIC_DEPLOYMENT_KEY: sandbox.deploymentKey, ...url },
    },
  };
}

/** The addresses of the users of an organization in the sandbox, in order. */
export function addressesIn(sandbox: Sandbox, index = 0): string[] {
  const { users } = sandbox.snapshot().organizations[index]!;
  return users.map(({ email }) => email).toSorted();
}
