import { execFile, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { HELP, serveSandbox } from "../../src/cli/sandbox.ts";
import { ORGANIZATION } from "../facts.ts";
import { checkedFetch } from "../sandbox/contract/checked.ts";
import { send, VERSION } from "../sandbox/send.ts";

const COMMAND = new URL("../../dist/cli/main.js", import.meta.url).pathname;
/** Without a deadline of its own, since a busy machine can be slow. */
const POLLING = { timeout: 60_000, interval: 5 };

const fetchChecked = checkedFetch((input, init) => fetch(input, init));

describe("the command in its own process", () => {
  interface Run {
    readonly child: ChildProcessWithoutNullStreams;
    /** What it has printed so far. */
    readonly output: { stdout: string; stderr: string };
    /** Resolves with the exit code. */
    readonly ended: Promise<number | null>;
  }

  function start(...options: string[]): Run {
    const child = spawn(process.execPath, [COMMAND, "sandbox", ...options]);
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => (output.stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (output.stderr += String(chunk)));
    onTestFinished(() => void child.kill("SIGKILL"));
    return { child, output, ended: new Promise((resolve) => child.once("close", resolve)) };
  }

  /** Starts the command on a free port, and waits until it serves. */
  async function startServing(...options: string[]): Promise<Run & { url: string }> {
    const run = start("--port", "0", ...options);
    const url = await vi.waitUntil(
      () => /^ *curl .*(http:\/\/127\.0\.0\.1:\d+)/m.exec(run.output.stdout)?.[1],
      POLLING,
    );
    return { ...run, url };
  }

  test("the command keeps serving after the reader of its output has exited", async () => {
    const { child, output, url } = await startServing();
    child.stdout.destroy();
    for (let count = 0; count < 3; count++) expect((await fetch(`${url}/api/nothing`)).status).toBe(404);
    expect(output.stderr).toBe("");
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "the command exits with 0 on %s, even while a request is running",
    async (signal) => {
      const { child, output, ended, url } = await startServing("--latency", "60000");
      const running = request(`${url}/api/organization/users`, { headers: { expect: "100-continue" } });
      running.on("error", () => undefined); // its connection is closed
      running.flushHeaders();
      await once(running, "continue"); // the server has received the request
      running.end();
      child.kill(signal);
      expect(await ended).toBe(0);
      expect(output.stdout).toMatch(/^GET \/api\/organization\/users dropped \d+ ms$/m);
      expect(output.stderr).toBe("");
    },
  );

  test("the command exits with 1 and one line if the port is in use", async () => {
    const { url } = await startServing();
    const { output, ended } = start("--port", new URL(url).port);
    expect([await ended, output.stdout]).toEqual([1, ""]);
    expect(output.stderr).toMatch(/^polytomic-users: Port \d+ is in use\..+\n$/);
  });

  test("the command exits with 2 and one line for an invalid option", async () => {
    const { output, ended } = start("--prot", "1");
    expect([await ended, output.stdout]).toEqual([2, ""]);
    expect(output.stderr).toMatch(
      /^polytomic-users: Unknown option '--prot'.+ Run npx polytomic-users sandbox --help\.\n$/,
    );
  });
});

interface Served {
  readonly url: string;
  /** What the command has printed before the first request. */
  readonly start: string;
  /** What it has printed since then. */
  readonly log: () => string;
}

/** Runs the command in this process, on a free port, until the end of the test. */
async function serve(...options: string[]): Promise<Served> {
  let printed = "";
  const served = await serveSandbox(["--port", "0", ...options], (text) => (printed += text));
  onTestFinished(() => served.close());
  const start = printed;
  return { url: served.url, start, log: () => printed.slice(start.length) };
}

/** Runs the command in this process with options that it rejects, and returns the error. */
async function rejected(...options: string[]): Promise<unknown> {
  return serveSandbox(options, () => undefined).then(
    () => expect.unreachable("the command serves"),
    (error: unknown) => error,
  );
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-sandbox-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function seedFile(name: string, text: string): Promise<string> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, text);
  return file;
}

const curlLine = ({ start }: Served): string => /^ *(curl .+)$/m.exec(start)![1]!;
const shell = (line: string) => promisify(execFile)("sh", ["-c", line]);

test("the command prints the organization id, the keys, the URL that lists the routes and a curl command that works", async () => {
  const served = await serve();
  for (const shown of [ORGANIZATION, "sandbox-partner-key", "sandbox-api-key", "sandbox-deployment-key"]) {
    expect(served.start).toContain(shown);
  }
  expect(served.start).toContain(` ${served.url}/\n`);
  expect(await (await fetchChecked(`${served.url}/`)).json()).toHaveProperty("routes");
  const { stdout } = await shell(`${curlLine(served)} --silent`);
  expect(JSON.parse(stdout)).toMatchObject({ data: [{ email: "jane.doe@acmecorp.com" }, {}] });
});

test.each([
  ["/api/organization/users", "/api/organization/users 401"],
  [`/api/organizations/${ORGANIZATION}/users?page=sandbox-api-key`, "/api/organizations/{org_id}/users 401"],
  ["/api/organizations/sandbox-api-key/users", "/api/organizations/{org_id}/users 401"],
  ["/sandbox-partner-key?pk_live_9f8e7d6c5b4a", "(unknown route) 404"],
  ["/?sandbox-partner-key", "/ 200"],
])("the command logs a request with its path template, which cannot contain a key: %s", async (target, logged) => {
  const { url, log } = await serve();
  await fetch(url + target, { headers: { "x-polytomic-version": VERSION } });
  expect(log()).toMatch(/ 2025-09-18 \d+ ms\n$/);
  expect(log()).toContain(`GET ${logged} 2025-09-18 `);
});

test("the command allows requests from pages of localhost", async () => {
  const { url } = await serve();
  const origin = "http://localhost:5173";
  const response = await fetchChecked(`${url}/api/nothing`, { headers: { origin } });
  expect(response.headers.get("access-control-allow-origin")).toBe(origin);
});

test("the command accepts a seed file with a byte order mark, and serves its data", async () => {
  const partnerKey = "it's-$HOME";
  const seed = { organizations: [{ users: [{ email: "ada@acmecorp.com" }] }], partnerKey };
  const served = await serve("--seed", await seedFile("seed", `\uFEFF${JSON.stringify(seed)}`));
  expect(served.start).toMatch(/partner key +it's-\$HOME$/m);
  const overHttp = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    fetchChecked((input as string).replace("https://app.polytomic.com", served.url), init);
  const sandbox = { organizationId: ORGANIZATION, partnerKey, fetch: overHttp };
  expect((await send(sandbox, "GET /users")).body).toMatchObject({ data: [{ email: "ada@acmecorp.com" }] });
  const { stdout } = await shell(curlLine(served).replace(/^curl/, "printf '%s\\n'")); // quoted for the shell
  expect(stdout).toContain("Authorization: Bearer it's-$HOME\n");
});

test("the command responds with --default-version if a request has no version", async () => {
  const { url } = await serve("--default-version", "2025-09-18");
  const { headers } = await fetchChecked(`${url}/api/nothing`);
  expect(headers.get("x-polytomic-version")).toBe("2025-09-18");
});

test("the command delays each response by --latency", async () => {
  const { url, log } = await serve("--latency", "40");
  await fetchChecked(`${url}/api/organization`);
  expect(Number(/ (\d+) ms$/m.exec(log())![1])).toBeGreaterThanOrEqual(39);
});

test("the command logs nothing with --quiet", async () => {
  const { url, log } = await serve("--quiet");
  await fetchChecked(`${url}/api/organization/users`, { headers: { "x-polytomic-version": VERSION } });
  expect(log()).toBe("");
});

test("the help describes every option", () => {
  const names = ["port", "host", "seed", "latency", "default-version", "fail", "rate-limit", "quiet"];
  for (const name of names) expect(HELP).toContain(`\n  --${name} `);
});

test("the command makes requests fail as each --fail says", async () => {
  const faults = ['{ "status": 503, "retryAfter": 1 }', '{ "operation": "listCurrentOrgUsers", "drop": true }'];
  const { url } = await serve(...faults.flatMap((fault) => ["--fail", fault]));
  const list = (): Promise<Response> =>
    fetch(`${url}/api/organization/users`, { headers: { authorization: "Bearer sandbox-api-key" } });
  const { status, headers } = await list();
  expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
  await expect(list()).rejects.toThrow("fetch failed");
  expect((await list()).status).toBe(200);
});

test("the command limits requests as --rate-limit says", async () => {
  const { url } = await serve("--rate-limit", "2/3600000");
  const list = async (): Promise<number> => (await fetchChecked(`${url}/api/organization/users`)).status;
  expect([await list(), await list(), await list()]).toEqual([401, 401, 429]);
});

async function statusFor(host: string, url: string): Promise<number> {
  const sent = request(url, { headers: { host } }).end();
  const [{ statusCode }] = (await once(sent, "response")) as [{ statusCode: number }];
  return statusCode;
}

test.each([
  ["no --host", [], ["sandbox.test"]],
  ["names", ["Sandbox.Test", "acme.test"], ["evil.example"], ["sandbox.test:4010", "ACME.test"]],
  ["a name and an IP address", ["sandbox.test", "127.0.0.1"], ["evil.example"], ["sandbox.test"]],
  ["an IP address in brackets", ["[127.0.0.1]"], ["evil.example"]],
])(
  "the command only accepts requests for this machine and for the hosts of --host: %s",
  async (_what, names, refused, accepted = []) => {
    const { url } = await serve(...names.flatMap((name) => ["--host", name]));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    for (const host of ["localhost:4010", ...accepted]) expect(await statusFor(host, url)).toBe(200);
    for (const host of refused) expect(await statusFor(host, url)).toBe(421);
  },
);

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
  [["--fail", '{\n"status": 99 }'], "is not a valid fault: `status` must be a whole number from 400 to 599; got 99."],
  [["--rate-limit", "10"], '--rate-limit must be <requests>/<milliseconds>, such as 10/1000; got "10".'],
  [["--rate-limit", "10/0"], "`per`, in milliseconds, must be a whole number of 1 or more; got 0."],
  [["--prot", "1"], "Unknown option '--prot'"],
  [["4010"], "Unexpected argument '4010'"],
  [["--seed", "/no/such/file.json"], "/no/such/file.json is not a valid seed: The file does not exist."],
])("the command rejects invalid options with one line: %j", async (options, message) => {
  const error = await rejected(...options);
  expect(error).toHaveProperty("message", expect.stringContaining(message));
  expect((error as Error).message).not.toContain("\n");
});

test.each([
  ["syntax", "{", "is not a valid seed: Expected property name"],
  ["type", "[]", "is not a valid seed: createSandbox(): expected an object; got an array."],
  ["option", '{ "users": [] }', "is not a valid seed: createSandbox(): unknown option `users`."],
])("the command rejects a seed file with an invalid %s: %s", async (name, text, message) => {
  const error = await rejected("--seed", await seedFile(name, text));
  expect(error).toHaveProperty("message", expect.stringContaining(message));
});
