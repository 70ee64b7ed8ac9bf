import { execFile, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi, type TestContext } from "vitest";
import { checkedFetch } from "./contract/checked.ts";
import { send, VERSION } from "./send.ts";

const COMMAND = new URL("../../dist/testing/cli.js", import.meta.url).pathname;
const SOURCE = new URL("../../src/testing/cli.ts", import.meta.url).pathname;
const PACKAGE = new URL("../../package.json", import.meta.url);
/** Without a deadline of its own, since a busy machine can be slow. */
const POLLING = { timeout: 60_000, interval: 5 };
const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";

interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

interface Served extends Run {
  readonly url: string;
  /** What it has printed since it started to listen. */
  readonly log: () => string;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "polytomic-sandbox-"));
});
afterAll(() => rm(folder, { recursive: true }));

function start(...options: string[]): Run {
  const child = spawn(process.execPath, [COMMAND, ...options]);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (output.stderr += String(chunk)));
  return { child, output, ended: new Promise((resolve) => child.once("close", resolve)) };
}

/** Starts the command on a free port, and waits until it serves. */
async function serve(...options: string[]): Promise<Served> {
  const run = start("--port", "0", ...options);
  const { child, output, ended } = run;
  const isServing = (): boolean => output.stdout.includes("curl") && output.stdout.endsWith("\n\n");
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", () => isServing() && resolve());
    void ended.then(() => reject(new Error(output.stderr)));
  });
  const { length } = output.stdout;
  return { ...run, url: /http:\/\/127\.0\.0\.1:\d+/.exec(output.stdout)![0], log: () => output.stdout.slice(length) };
}

/** Serves until the end of a test. */
async function serveFor({ onTestFinished }: TestContext, ...options: string[]): Promise<Served> {
  const served = await serve(...options);
  onTestFinished(() => stop(served));
  return served;
}

async function stop({ child, ended }: Run): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

async function seedFile(name: string, text: string): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, text);
  return file;
}

const curlLine = ({ output }: Run): string => /^ *(curl .+)$/m.exec(output.stdout)![1]!;
const shell = (line: string) => promisify(execFile)("sh", ["-c", line]);
const fetchChecked = checkedFetch((input, init) => fetch(input, init));

describe("the command without options", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => stop(served));

  /** Sends a request, and returns the lines in the log that start with its path. */
  async function logOf(path: string, query = ""): Promise<string[]> {
    await fetchChecked(`${served.url}${path}${query}`, { headers: { "x-polytomic-version": VERSION } });
    const lines = (): string[] => served.log().match(new RegExp(`^GET ${path}[ ?].*$`, "gm")) ?? [];
    await vi.waitUntil(() => lines().length > 0, POLLING);
    return lines();
  }

  test("the command prints the organization id, the keys and a curl command that works", async () => {
    for (const shown of [ORGANIZATION, "sandbox-partner-key", "sandbox-api-key", "sandbox-deployment-key"]) {
      expect(served.output.stdout).toContain(shown);
    }
    expect(curlLine(served)).toContain(served.url);
    const { stdout } = await shell(`${curlLine(served)} --silent`);
    expect(JSON.parse(stdout)).toMatchObject({ data: [{ email: "jane.doe@acmecorp.com" }, {}] });
  });

  test("the command logs each request in one line, with status, version and duration", async () => {
    expect(await logOf("/api/organization/users")).toEqual([
      expect.stringMatching(/^GET \/api\/organization\/users 401 2025-09-18 \d+ ms$/),
    ]);
  });

  test.each([
    [
      "query values",
      "/api/organization/users?force=true&force=sandbox-partner-key",
      "/api/organization/users?force=true&force=***",
    ],
    ["unknown query parameters", "/api?token=a&b&sandbox-api-key=true&x=truest", "/api?***&***&***&***"],
    ["a path", "/api/sandbox-partner-key/a.sandbox-api-key/users", "/api/***/***/users"],
    ["an encoded path", "/api/%73andbox-partner-key/%20users", "/api/***/***"],
    ["ids", "/api/organizations/248DF4B7-aa70-47b8-a036-33ac447e668d/nothing", "/api/organizations/248DF4B7…/***"],
    ["a path without the API", "/sandbox-partner-key?pk_live_9f8e7d6c5b4a", "/***?***"],
  ])("the command masks %s of a logged request, since they could contain a key", async (_what, target, logged) => {
    const { length } = served.log();
    await fetch(`${served.url}${target}`, { headers: { "x-polytomic-version": VERSION } });
    await vi.waitUntil(() => served.log().length > length, POLLING);
    expect(served.log().slice(length)).toMatch(/^GET \S+ 40[14] 2025-09-18 \d+ ms\n$/);
    expect(served.log().slice(length).split(" ")[1]).toBe(logged);
  });

  test("the command allows requests from pages of localhost", async () => {
    const origin = "http://localhost:5173";
    const response = await fetchChecked(`${served.url}/api/nothing`, { headers: { origin } });
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
  });
});

describe("the command with --seed, --latency and --default-version", () => {
  const partnerKey = "it's-$HOME";
  let served: Served;
  beforeAll(async () => {
    const seed = { organizations: [{ users: [{ email: "ada@acmecorp.com" }] }], partnerKey };
    const file = await seedFile("seed", `\uFEFF${JSON.stringify(seed)}`);
    served = await serve("--seed", file, "--latency", "40", "--default-version", "2025-09-18");
  });
  afterAll(() => stop(served));

  test("the command accepts a seed file with a byte order mark", () => {
    expect(served.output.stdout).toMatch(/partner key +it's-\$HOME$/m);
  });

  test("the command quotes its curl command for the shell, whatever the key contains", async () => {
    const { stdout } = await shell(curlLine(served).replace(/^curl/, "printf '%s\\n'"));
    expect(stdout).toContain("Authorization: Bearer it's-$HOME\n");
  });

  test("the command serves the data of --seed", async () => {
    const overHttp = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
      fetchChecked((input as string).replace("https://app.polytomic.com", served.url), init);
    const sandbox = { organizationId: ORGANIZATION, partnerKey, fetch: overHttp };
    expect((await send(sandbox, "GET /users")).body).toMatchObject({ data: [{ email: "ada@acmecorp.com" }] });
  });

  test("the command responds with --default-version if a request has no version", async () => {
    const { headers } = await fetchChecked(`${served.url}/api/nothing`);
    expect(headers.get("x-polytomic-version")).toBe("2025-09-18");
  });

  test("the command delays each response by --latency", async () => {
    await fetchChecked(`${served.url}/api/organization`);
    const logged = await vi.waitUntil(
      () => /^GET \/api\/organization 404 2025-09-18 (\d+) ms$/m.exec(served.log()),
      POLLING,
    );
    expect(Number(logged[1])).toBeGreaterThanOrEqual(39);
  });
});

describe.concurrent("the command with options", () => {
  test("the command logs nothing with --quiet", async (context) => {
    const { child, ended, url, log } = await serveFor(context, "--quiet");
    await fetchChecked(`${url}/api/organization/users`, { headers: { "x-polytomic-version": VERSION } });
    child.kill("SIGINT");
    await ended;
    expect(log()).toBe("");
  });

  test("the command keeps serving after the reader of its output has exited", async (context) => {
    const { child, output, url } = await serveFor(context);
    child.stdout.destroy();
    for (let count = 0; count < 3; count++) expect((await fetch(`${url}/api/nothing`)).status).toBe(404);
    expect(output.stderr).toBe("");
  });

  test.for(["SIGINT", "SIGTERM"] as const)(
    "the command exits with 0 on %s, even while a request is running",
    async (signal, context) => {
      const { child, output, ended, url, log } = await serveFor(context, "--latency", "60000");
      const running = request(`${url}/api/organization/users`, { headers: { expect: "100-continue" } });
      running.on("error", () => undefined); // its connection is closed
      running.flushHeaders();
      await once(running, "continue"); // the server has received the request
      running.end();
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(log()).toMatch(/^GET \/api\/organization\/users dropped \d+ ms\n$/);
      expect(output.stderr).toBe("");
    },
  );

  test.each(["--help", "-h"])("the command prints its options with %s", async (option) => {
    const { output, ended } = start(option);
    expect(await ended).toBe(0);
    for (const each of [
      "--port",
      "--host",
      "--seed",
      "--latency",
      "--default-version",
      "--fail",
      "--rate-limit",
      "--quiet",
    ])
      expect(output.stdout).toContain(`\n  ${each} `);
    for (const each of ["--version", "-h, --help"]) expect(output.stdout).toContain(`\n  ${each} `);
  });

  test.each([["dist", COMMAND] as const, ["src", SOURCE] as const])(
    "the command prints the version of the package with --version, when run from %s",
    async (_folder, command) => {
      const { version } = JSON.parse(await readFile(PACKAGE, "utf8")) as { version: string };
      const { stdout } = await promisify(execFile)(process.execPath, [command, "--version"]);
      expect(stdout).toBe(`${version}\n`);
    },
  );

  test("the command makes requests fail as each --fail says", async (context) => {
    const faults = ['{ "status": 503, "retryAfter": 1 }', '{ "operation": "listCurrentOrgUsers", "drop": true }'];
    const { url } = await serveFor(context, ...faults.flatMap((fault) => ["--fail", fault]));
    const list = (): Promise<Response> =>
      fetch(`${url}/api/organization/users`, { headers: { authorization: "Bearer sandbox-api-key" } });
    const { status, headers } = await list();
    expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
    await expect(list()).rejects.toThrow("fetch failed");
    expect((await list()).status).toBe(200);
  });

  test("the command limits requests as --rate-limit says", async (context) => {
    const { url } = await serveFor(context, "--rate-limit", "2/3600000");
    const list = async (): Promise<number> => (await fetchChecked(`${url}/api/organization/users`)).status;
    expect([await list(), await list(), await list()]).toEqual([401, 401, 429]);
  });

  async function statusFor(host: string, url: string): Promise<number> {
    const sent = request(url, { headers: { host } }).end();
    const [{ statusCode }] = (await once(sent, "response")) as [{ statusCode: number }];
    return statusCode;
  }

  test("the command refuses requests for another host than this machine", async (context) => {
    const { url } = await serveFor(context);
    expect([await statusFor("evil.example", url), await statusFor("localhost:4010", url)]).toEqual([421, 200]);
  });

  test("the command accepts requests for the names of --host, and serves them on 127.0.0.1", async (context) => {
    const { url } = await serveFor(context, "--host", "Sandbox.Test", "--host", "acme.test");
    const hosts = ["sandbox.test:4010", "ACME.test", "localhost", "evil.example"];
    expect(await Promise.all(hosts.map((host) => statusFor(host, url)))).toEqual([200, 200, 200, 421]);
  });

  test.for(["127.0.0.1", "[127.0.0.1]"])(
    "the command listens on the IP address of --host: %s",
    async (address, context) => {
      const { url } = await serveFor(context, "--host", "sandbox.test", "--host", address);
      expect([await statusFor("sandbox.test", url), await statusFor("evil.example", url)]).toEqual([200, 421]);
    },
  );

  test("the command prints the URL that lists the routes", async (context) => {
    const { output, url } = await serveFor(context);
    expect(output.stdout).toContain(` ${url}/\n`);
    expect(await (await fetchChecked(`${url}/`)).json()).toHaveProperty("routes");
  });

  async function errorOf(...options: string[]): Promise<string> {
    const { output, ended } = start(...options);
    expect(await ended).toBe(1);
    expect(output.stdout).toBe("");
    expect(output.stderr).toMatch(/^polytomic-sandbox: [^\n]+\n$/);
    return output.stderr;
  }

  test("the command exits with 1 and one line if the port is in use", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect(await errorOf("--port", String(port))).toContain(`Port ${port} is in use. Choose another one with --port`);
    await new Promise((closed) => server.close(closed));
  });

  test.each([
    [["--port", "http"], '--port must be a whole number; got "http".'],
    [["--port", "65536"], "`port` must be a whole number from 0 to 65535; got 65536."],
    [["--host", "http://sandbox.test"], '`allowedHosts` must contain host names, such as "sandbox.test"; got "http:'],
    [["--host", "127.0.0.1", "--host", "::1"], "--host takes one IP address; got 127.0.0.1 and ::1."],
    [["--host", "192.0.2.1"], "This machine does not have the address 192.0.2.1. Choose another --host."],
    [["--host"], "argument missing"],
    [["--latency", "1s"], '--latency must be a whole number; got "1s".'],
    [["--default-version", "2020-01-01"], "--default-version must be one of 2025-09-18, 2024-02-08, 2023-04-25"],
    [["--fail", "{"], "--fail '{' is not a valid fault: Expected property name"],
    [["--fail", '{\n"status": 503 }', "--fail", "[]"], "--fail '[]' is not a valid fault: fail(): expected an object"],
    [["--fail", '{ "stauts": 503 }'], `--fail '{ "stauts": 503 }' is not a valid fault: fail(): unknown option`],
    [["--fail", '{\n"status": 99 }'], "is not a valid fault: `status` must be a whole number from 400 to 599; got 99."],
    [
      ["--fail", '{ "operation": "list", "status": 503 }'],
      'Unknown operation "list". Valid operations: listCurrentOrg',
    ],
    [["--fail"], "argument missing"],
    [["--rate-limit", "10"], '--rate-limit must be <requests>/<milliseconds>, such as 10/1000; got "10".'],
    [["--rate-limit", "10/0"], "`per`, in milliseconds, must be a whole number of 1 or more; got 0."],
    [["--prot", "1"], "Unknown option '--prot'"],
    [["4010"], "Unexpected argument '4010'"],
    [["--seed"], "argument missing"],
    [["--seed", "/no/such/file.json"], "/no/such/file.json is not a valid seed: The file does not exist."],
  ])("the command exits with 1 and one line for invalid options: %j", async (options, message) => {
    expect(await errorOf(...options)).toContain(message);
  });

  test.each([
    ["syntax", "{", "is not a valid seed: Expected property name"],
    ["type", "[]", "is not a valid seed: createSandbox(): expected an object; got an array."],
    ["option", '{ "users": [] }', "is not a valid seed: createSandbox(): unknown option `users`."],
    [
      "email address",
      '{ "organizations": [{ "users": [{ "email": "ada" }] }] }',
      "`organizations[0].users[0].email` must be",
    ],
  ])("the command exits with 1 and one line for a seed file with an invalid %s: %s", async (name, text, message) => {
    expect(await errorOf("--seed", await seedFile(name, text))).toContain(message);
  });
});
