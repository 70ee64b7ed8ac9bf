import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { onTestFinished } from "vitest";
import type { Sandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { ENV, ROOT } from "./tables.ts";

/** What a program printed, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program against dist/ in a thread, which has its own arguments, environment and exit code. */
export function start(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
  execArgv: string[] = [],
) {
  const thread = new Worker(join(ROOT, program), {
    argv: [...args],
    env: { ...ENV, ...env },
    execArgv,
    stdout: true,
    stderr: true,
  });
  let thrown = "";
  thread.on("error", (error) => (thrown = inspect(error)));
  const exit = new Promise<number>((resolve) => thread.once("exit", resolve));
  const ended = Promise.all([exit, text(thread.stdout), text(thread.stderr)]).then(
    ([code, stdout, stderr]): Outcome => ({ code, stdout, stderr: stderr + thrown }),
  );
  return { thread, ended };
}

/** Serves a sandbox for one test. Also makes an empty folder, and the environment that an example needs. */
export async function serve(sandbox: Sandbox, server: Pick<Sandbox, "fetch"> = sandbox) {
  const served = await listen(server);
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(async () => {
    await served.close();
    await rm(folder, { recursive: true });
  });
  const env = {
    POLYTOMIC_DEPLOYMENT_KEY: sandbox.deploymentKey,
    POLYTOMIC_DEPLOYMENT_URL: served.url,
    POLYTOMIC_ORGANIZATION_ID: sandbox.organizationId,
  };
  return { folder, env };
}
