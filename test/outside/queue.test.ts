/** examples/queue with a Redis server and two workers, of which one dies. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox } from "../../dist/testing/index.js";
import { listen, type FetchHandler } from "../../dist/testing/node.js";

const ROOT = new URL("../..", import.meta.url).pathname;
const QUEUE = join(ROOT, "examples/queue");

/**
 * A new organization takes 3 lists and 2 creations. In any second, the workers start jobs of at most two periods of the
 * limiter, 32, beside the 8 that they are working on. These send at most 200 requests.
 */
const LIMITS = { jobsPerSecond: 16, requestsPerSecond: 200 };

test("the programs in examples/queue compile", async () => {
  const compiler = join(ROOT, "node_modules/typescript-7/bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, "-p", QUEUE]);
  expect(stdout).toBe("");
});

test("two workers of examples/queue bring 300 organizations in line, although one is killed in the middle", async () => {
  const organizations = Array.from({ length: 300 }, (_, index) => ({ name: `Organization ${index}`, users: [] }));
  const sandbox = createSandbox({ organizations, latency: 10 });
  sandbox.rateLimit({ requests: LIMITS.requestsPerSecond, per: 1000 });
  const ids = sandbox.snapshot().organizations.map(({ id }) => id);
  const [unclear, unavailable] = ids as [string, string];
  const wanted = new Map(ids.map((id) => [id, [`ada@${id}.example`, `grace@${id}.example`]]));
  wanted.set(unclear, ["ada\u{200b}@acmecorp.com"]);
  const directory = await serveDirectory(wanted, unavailable);
  const redis = await startRedis();

  const env = { ...redis, DIRECTORY_URL: directory.url, POLYTOMIC_DEPLOYMENT_KEY: sandbox.deploymentKey };
  const produce = (): Promise<unknown> =>
    start("producer.ts", { ...env, JOBS_PER_SECOND: `${LIMITS.jobsPerSecond}` }).ended;
  expect(await produce()).toEqual({ code: 0, stdout: "300 organizations are in the queue.\n", stderr: "" });
  await produce();

  const created = new Map<string, number>();
  let endWait = (): void => undefined;
  const inLine = new Promise<void>((resolve) => (endWait = resolve));
  const countCreation = (organization: string): void => {
    created.set(organization, (created.get(organization) ?? 0) + 1);
    if ([...created.values()].reduce((sum, count) => sum + count, 0) === 2 * 299) endWait();
  };
  let killedAt = "";
  const mortalUrl = await serve(sandbox, async (organization, number) => {
    if (number === 100) {
      killedAt = organization;
      mortal.child.kill("SIGKILL"); // the person was created, but the worker does not know
      await mortal.ended;
    }
    countCreation(organization);
  });
  const url = await serve(sandbox, countCreation);
  const mortal = start("worker.ts", { ...env, POLYTOMIC_DEPLOYMENT_URL: mortalUrl });
  const worker = start("worker.ts", { ...env, POLYTOMIC_DEPLOYMENT_URL: url });
  const done = inLine.then(() => worker.prints(`${killedAt}_`)); // it can be in line before its job has ended
  await Promise.race([done, worker.ended]);
  worker.child.kill("SIGTERM");
  const [killed, ended] = await Promise.all([mortal.ended, worker.ended]);

  expect(ended.code, ended.stderr).toBe(0);
  for (const { id, users } of sandbox.snapshot().organizations) {
    const addresses = users.map(({ email }) => email).toSorted();
    expect(addresses).toEqual(id === unclear ? [] : wanted.get(id));
  }
  expect(new Set(created.values())).toEqual(new Set([2])); // nobody was created twice
  const statuses = sandbox.requests.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200])); // the API has never refused a request

  const finished = [killed, ended].map(({ stdout }) => [...stdout.matchAll(/^(\S{36})_\S+: /gm)].map(([, id]) => id!));
  expect(finished[0]!.length).toBeGreaterThan(10);
  expect(finished[1]).toContain(killedAt);
  expect(new Set(finished.flat()).size).toBe(finished.flat().length); // the second producer added nothing
  const failures = `${killed.stderr}${ended.stderr}`.trim().split("\n");
  expect(failures).toHaveLength(2);
  expect(failures).toContainEqual(expect.stringMatching(`^${unclear}_.*U\\+200B`));
  expect(failures).toContainEqual(expect.stringContaining(`returned 503 for organizations/${unavailable}.`));
  expect(directory.reads(unclear)).toBe(1); // an objection is not retried
  expect(directory.reads(unavailable)).toBe(2);
}, 300_000);

/** Serves the sandbox. Calls `onCreation` after each creation, before the response is sent. */
async function serve(
  sandbox: Sandbox,
  onCreation: (organization: string, number: number) => void | Promise<void>,
): Promise<string> {
  let number = 0;
  return listenUntilTheEnd(async (request) => {
    const [, organization] = /organizations\/([^/]+)\/users$/.exec(request.url) ?? [];
    const response = await sandbox.fetch(request);
    if (request.method === "POST" && organization && response.ok) await onCreation(organization, ++number);
    return response;
  });
}

/** Serves the lists as JSON. It fails once for one organization. */
async function serveDirectory(wanted: ReadonlyMap<string, readonly string[]>, failing: string) {
  const reads: string[] = [];
  const url = await listenUntilTheEnd(async ({ url: path }) => {
    const [, id] = /organizations\/(.+)$/.exec(path) ?? [];
    if (!id) return Response.json([...wanted.keys()]);
    reads.push(id);
    if (id === failing && reads.indexOf(id) === reads.length - 1) return new Response(null, { status: 503 });
    return Response.json(wanted.get(id)!.map((email) => ({ email })));
  });
  return { url, reads: (id: string) => reads.filter((each) => each === id).length };
}

async function listenUntilTheEnd(fetch: FetchHandler["fetch"]): Promise<string> {
  const served = await listen({ fetch });
  onTestFinished(() => served.close());
  return served.url;
}

/** Starts a Redis server on a free port, which keeps nothing on the disk. */
async function startRedis(): Promise<{ REDIS_URL: string }> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  const port = String(await freePort());
  const child = spawn("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder]);
  onTestFinished(async () => {
    await end(child);
    await rm(folder, { recursive: true });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error("redis-server ended")));
    child.stdout.on("data", (text) => String(text).includes("Ready to accept connections") && resolve());
  });
  return { REDIS_URL: `redis://127.0.0.1:${port}` };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program of examples/queue with this environment. */
function start(program: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(QUEUE, program)], { env: { PATH: process.env["PATH"], ...env } });
  onTestFinished(() => end(child));
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => (output.stdout += String(text)));
  child.stderr.on("data", (text) => (output.stderr += String(text)));
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...output })));
  const prints = async (text: string): Promise<void> => {
    while (!output.stdout.includes(text)) await once(child.stdout, "data");
  };
  return { child, ended, prints };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "close");
}
