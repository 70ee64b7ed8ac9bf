import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { send, VERSION } from "./send.ts";
import { checkedFetch } from "./contract/checked.ts";

const COMMAND = new URL("../../dist/testing/cli.js", import.meta.url).pathname;
const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";

interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

const running: Run[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "polytomic-sandbox-"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});

function start(...options: string[]): Run {
  const child = spawn(process.execPath, [COMMAND, ...options]);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (output.stderr += String(chunk)));
  const run = { child, output, ended: new Promise<number | null>((resolve) => child.once("close", resolve)) };
  running.push(run);
  return run;
}

/** Starts it on a free port and waits until it answers. */
async function serve(...options: string[]): Promise<Run & { url: string }> {
  const run = start("--port", "0", ...options);
  await vi.waitUntil(() => run.output.stdout.includes("curl") && run.output.stdout.endsWith("\n\n"), { timeout: 5000 });
  return { ...run, url: /http:\/\/127\.0\.0\.1:\d+/.exec(run.output.stdout)![0] };
}

async function seedFile(text: string): Promise<string> {
  const file = join(folder, "seed.json");
  await writeFile(file, text);
  return file;
}

const askHttp = checkedFetch((input, init) => fetch(input, init));

describe("polytomic-sandbox", () => {
  test("prints the base URL, the keys, the organization id and a curl line that works", async () => {
    const { output, url } = await serve();
    for (const shown of [ORGANIZATION, "sandbox-partner-key", "sandbox-api-key", "sandbox-deployment-key"]) {
      expect(output.stdout).toContain(shown);
    }
    const line = /^ *(curl .+)$/m.exec(output.stdout)![1]!;
    const curl = spawn("sh", ["-c", `${line} --silent`]);
    let answer = "";
    curl.stdout.on("data", (chunk) => (answer += String(chunk)));
    await new Promise((ended) => curl.once("close", ended));
    expect(JSON.parse(answer)).toMatchObject({ data: [{ email: "jane.doe@acmecorp.com" }, {}] });
    expect(line).toContain(url);
  });

  test("logs one line per request, without keys", async () => {
    const { output, url } = await serve();
    const printed = output.stdout.length;
    await askHttp(`${url}/api/organization/users`, { headers: { "x-polytomic-version": VERSION } });
    await vi.waitUntil(() => output.stdout.length > printed);
    expect(output.stdout.slice(printed)).toMatch(/^GET \/api\/organization\/users 401 \d+ ms\n$/);
  });

  test("logs nothing with --quiet", async () => {
    const { child, output, ended, url } = await serve("--quiet");
    const printed = output.stdout.length;
    await askHttp(`${url}/api/organization/users`, { headers: { "x-polytomic-version": VERSION } });
    child.kill("SIGINT");
    await ended;
    expect(output.stdout.slice(printed)).toBe("");
  });

  test("goes on when nobody reads what it prints", async () => {
    const { child, output, url } = await serve();
    child.stdout.destroy();
    for (let count = 0; count < 3; count++) {
      expect((await fetch(`${url}/api/nothing`, { signal: AbortSignal.timeout(5000) })).status).toBe(404);
    }
    expect(output.stderr).toBe("");
  });

  test("prints a curl line that a shell takes, whatever the key", async () => {
    const seed = await seedFile(JSON.stringify({ partnerKey: "it's-$HOME" }));
    const { output } = await serve("--seed", seed);
    const line = /^ +(curl .*)$/m.exec(output.stdout)![1]!;
    const { stdout } = spawnSync("sh", ["-c", line.replace(/^curl/, "printf '%s\\n'")], { encoding: "utf8" });
    expect(stdout).toContain("Authorization: Bearer it's-$HOME\n");
  });

  test("takes a seed file with a byte order mark, as some editors write one", async () => {
    const { output } = await serve("--seed", await seedFile('\uFEFF{ "partnerKey": "my-key" }'));
    expect(output.stdout).toContain("my-key");
  });

  test("prints no key that came in a query", async () => {
    const { child, output, ended, url } = await serve();
    await fetch(`${url}/api/nothing?force=true&token=sandbox-partner-key&x=truest`);
    child.kill("SIGINT");
    await ended;
    expect(output.stdout).toMatch(/^GET \/api\/nothing\?force=true&token=\*\*\*&x=\*\*\* 404 \d+ ms$/m);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("ends cleanly on %s, whatever is running", async (signal) => {
    const { child, output, ended, url } = await serve("--latency", "60000");
    const held = fetch(`${url}/api/organization/users`, { headers: { authorization: "Bearer sandbox-api-key" } });
    held.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill(signal);
    expect(await ended).toBe(0);
    await expect(held).rejects.toThrow();
    expect(output.stderr).toBe("");
  });

  test("holds requests for --latency", async () => {
    const { url } = await serve("--latency", "40");
    const headers = { authorization: "Bearer sandbox-api-key", "x-polytomic-version": VERSION };
    const began = performance.now();
    expect((await askHttp(`${url}/api/organization/users`, { headers })).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(39);
  });

  test("takes what is in it from --seed", async () => {
    const seed = { organizations: [{ users: [{ email: "ada@acmecorp.com" }] }], partnerKey: "my-key" };
    const { url } = await serve("--seed", await seedFile(JSON.stringify(seed)));
    const sandbox = { organizationId: ORGANIZATION, partnerKey: "my-key" };
    const overHttp = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
      askHttp((input as string).replace("https://app.polytomic.com", url), init);
    const { body } = await send({ ...sandbox, fetch: overHttp }, "GET /users");
    expect(body).toMatchObject({ data: [{ email: "ada@acmecorp.com" }] });
  });

  test("prints what it takes with --help", async () => {
    const { output, ended } = start("--help");
    expect(await ended).toBe(0);
    for (const option of ["--port", "--seed", "--latency", "--quiet"]) expect(output.stdout).toContain(option);
  });
});

describe("what cannot be is one line, and exit 1", () => {
  async function refusal(...options: string[]): Promise<string> {
    const { output, ended } = start(...options);
    expect(await ended).toBe(1);
    expect(output.stdout).toBe("");
    expect(output.stderr).toMatch(/^polytomic-sandbox: [^\n]+\n$/);
    return output.stderr;
  }

  test("a port that is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => void taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    expect(await refusal("--port", String(port))).toContain(`port ${port} is taken. Choose another one with --port`);
    await new Promise((closed) => taken.close(closed));
  });

  test.each([
    [["--port", "http"], '--port takes a whole number; got "http".'],
    [["--port", "65536"], "`port` must be a whole number from 0 to 65535; got 65536."],
    [["--latency", "1s"], '--latency takes a whole number; got "1s".'],
    [["--prot", "1"], "Unknown option '--prot'"],
    [["4010"], "Unexpected argument '4010'"],
    [["--seed"], "argument missing"],
    [["--seed", "/there/is/none.json"], "/there/is/none.json cannot be used as a seed: there is no such file."],
  ])("%j", async (options, message) => {
    expect(await refusal(...options)).toContain(message);
  });

  test.each([
    ["{", "cannot be used as a seed: Expected property name"],
    ["[]", "cannot be used as a seed: createSandbox() takes an object"],
    ['{ "users": [] }', "cannot be used as a seed: createSandbox() has no `users`. It has: organizations"],
    ['{ "organizations": [{ "users": [{ "email": "ada" }] }] }', "`organizations[0].users[0].email` must be"],
  ])("a seed file with %s", async (text, message) => {
    expect(await refusal("--seed", await seedFile(text))).toContain(message);
  });
});

describe("CORS", () => {
  const preflight = (origin: string): RequestInit => ({
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "authorization,content-type,x-polytomic-version",
    },
  });

  test("a page of this machine may call it, after a preflight and with a key", async () => {
    const { url } = await serve();
    for (const origin of ["http://localhost:5173", "http://127.0.0.1:8080", "http://[::1]:3000", "http://localhost"]) {
      const asked = await askHttp(`${url}/api/organization/users`, preflight(origin));
      expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
      expect(asked.headers.get("access-control-allow-methods")).toContain("PUT");
      expect(asked.headers.get("access-control-allow-headers")).toContain("x-polytomic-version");
      const headers = { origin, authorization: "Bearer sandbox-api-key", "x-polytomic-version": VERSION };
      const answer = await askHttp(`${url}/api/organization/users`, { headers });
      expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
      expect(answer.headers.get("access-control-expose-headers")).toContain("X-Polytomic-Version");
      expect(answer.headers.get("vary")).toContain("Origin");
    }
  });

  test("a page from elsewhere may not", async () => {
    const { url } = await serve();
    for (const origin of ["https://example.com", "http://localhost.example.com", "null"]) {
      const asked = await askHttp(`${url}/api/organization/users`, preflight(origin));
      expect(asked.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});
