import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { glob, readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { main, verify, type Options } from "../../scripts/spec/verify.ts";
import { readAssumptions } from "../../scripts/spec/verify/assumptions.ts";
import { READS } from "../../scripts/spec/verify/reads.ts";
import type { Report } from "../../scripts/spec/verify/report.ts";
import { WRITES } from "../../scripts/spec/verify/writes.ts";
import { createSandbox, type Sandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";

// Some probes send requests that do not match the spec. spec:verify checks the responses itself.
vi.unmock("../../src/testing/sandbox.ts");

const EMAIL = "throwaway@example.com";
const VERSION = { "x-polytomic-version": "2025-09-18" };
type Change = (response: Response, request: Request) => Response | Promise<Response>;

/** Serves a sandbox whose responses are changed, and returns an environment with one of its keys. */
async function serveChanged(change: Change, kind: "apiKey" | "partnerKey" = "partnerKey") {
  const sandbox: Sandbox = createSandbox();
  const methods: string[] = [];
  const served = await listen({
    fetch: async (request) => {
      methods.push(request.method);
      return change(await sandbox.fetch(request.clone()), request);
    },
  });
  onTestFinished(() => served.close());
  const name = kind === "apiKey" ? "POLYTOMIC_API_KEY" : "POLYTOMIC_PARTNER_KEY";
  const environment = {
    [name]: sandbox[kind],
    POLYTOMIC_DEPLOYMENT_URL: served.url,
    POLYTOMIC_ORGANIZATION_ID: sandbox.organizationId,
  };
  return { sandbox, environment, methods };
}

const unchanged: Change = (response) => response;

/** Changes the parsed body of every success. */
function changeBody(change: (body: { data: User | User[] }) => unknown): Change {
  return async (response) => {
    if (response.status !== 200) return response;
    return Response.json(change((await response.json()) as { data: User | User[] }), {
      headers: VERSION,
    });
  };
}

type User = Record<string, unknown>;

const changeUsers = (change: (user: User) => unknown): Change =>
  changeBody(({ data }) => ({ data: Array.isArray(data) ? data.map(change) : change(data) }));

/** Fails if the report contains a key, an address or an id of the sandbox. */
function expectNoValues(report: Report, sandbox: Sandbox): void {
  const text = JSON.stringify(report);
  const basic = Buffer.from(`${sandbox.organizationId}:${sandbox.partnerKey}`).toString("base64").replace(/=+$/, "");
  const users = sandbox.snapshot().organizations.flatMap((organization) => organization.users ?? []);
  for (const secret of [sandbox.apiKey, sandbox.partnerKey, basic, "@", ...users.map(({ id }) => id)]) {
    expect(text).not.toContain(secret);
  }
}

function run(environment: Record<string, string>, options: Options = {}): Promise<Report> {
  return verify(environment, { limits: { timeout: 2000, maxBytes: 100_000 }, pauses: [0, 0], ...options });
}

test("the sandbox matches the spec, with GET requests only", async () => {
  const sent = vi.spyOn(globalThis, "fetch");
  onTestFinished(() => sent.mockRestore());
  const report = await run({});
  expect(report.exitCode).toBe(0);
  expect(report.problems).toEqual([]);
  expect(new Set(sent.mock.calls.map(([, init]) => init?.method))).toEqual(new Set(["GET"]));
});

test.each(["apiKey", "partnerKey"] as const)(
  "verifying without --write sends GET requests only, with the %s",
  async (kind) => {
    const { environment, methods } = await serveChanged(unchanged, kind);
    expect((await run(environment)).exitCode).toBe(0);
    expect(new Set(methods)).toEqual(new Set(["GET"]));
  },
);

test.each(["apiKey", "partnerKey"] as const)("--write with the %s deletes the user that it created", async (kind) => {
  const { sandbox, environment } = await serveChanged(unchanged, kind);
  const before = sandbox.snapshot().organizations;
  const report = await run(environment, { write: true, email: EMAIL });
  expect(report.exitCode).toBe(0);
  expect(sandbox.snapshot().organizations).toEqual(before);
  expectNoValues(report, sandbox);
});

const HOSTILE = "jane.doe@acmecorp.com";
test.each<[string, Change, string]>([
  [
    "an extra field",
    changeUsers((user) => ({ ...user, nickname: "Jane" })),
    "nickname: a field that the spec does not have (string)",
  ],
  ["an address as a field name", changeUsers((user) => ({ ...user, [HOSTILE]: 1 })), "(name not shown)"],
  ["a key as a field name", changeUsers((user) => ({ ...user, [createSandbox().partnerKey]: 1 })), "(name not shown)"],
  ["an extra field in an envelope", changeBody((body) => ({ ...body, next: null })), "next: a field"],
  ["a wrong type", changeUsers((user) => ({ ...user, role: 7 })), "role: number instead of string"],
  [
    "an id that is not a UUID",
    changeUsers((user) => ({ ...user, organization_id: "acme" })),
    "a string that is not a uuid",
  ],
  [
    "an address that is not an email",
    changeUsers((user) => ({ ...user, email: "Jane" })),
    "a string that is not an email",
  ],
  ["a missing field", changeUsers(({ email: _email, ...user }) => user), "email: a missing field"],
  ["another envelope", changeBody(({ data }) => ({ error: null, result: data })), "data: a missing field"],
  ["no envelope", changeBody(({ data }) => data), "the body: array instead of object"],
  [
    "another version",
    async (response) =>
      new Response(await response.text(), {
        status: response.status,
        headers: { "content-type": "application/json", "x-polytomic-version": "2024-02-08" },
      }),
    "version 2024-02-08 instead of 2025-09-18",
  ],
  [
    "no version",
    async (response) =>
      new Response(await response.text(), { status: response.status, headers: { "content-type": "application/json" } }),
    "no X-Polytomic-Version header",
  ],
  [
    "a version that is an address",
    async (response) =>
      new Response(await response.text(), {
        status: response.status,
        headers: { "content-type": "application/json", "x-polytomic-version": HOSTILE },
      }),
    "a version that is not a date",
  ],
  [
    "HTML",
    () => new Response("<p>", { headers: { "content-type": "text/html", ...VERSION } }),
    "text/html instead of application/json",
  ],
  [
    "a redirect",
    () => new Response(null, { status: 302, headers: { location: "/", "x-polytomic-version": "2025-09-18" } }),
    "302: a status",
  ],
  [
    "an extra field in the body of an error",
    async (response) =>
      response.status === 200
        ? response
        : Response.json(
            { ...((await response.json()) as object), trace: 1 },
            { status: response.status, headers: VERSION },
          ),
    "trace: a field that the spec does not have (number)",
  ],
])("an API with %s is reported with exit code 1, without values", async (_what, change, evidence) => {
  const { sandbox, environment, methods } = await serveChanged(change);
  const report = await run(environment);
  expect(report.exitCode).toBe(1);
  expect(report.contract.map((row) => row.evidence).join("\n")).toContain(evidence);
  expect(new Set(methods)).toEqual(new Set(["GET"]));
  expectNoValues(report, sandbox);
});

test("an API that does not respond is reported with exit code 2", async () => {
  const { environment, methods } = await serveChanged(() => Promise.reject(new Error("dropped")));
  const report = await run(environment, { write: true, email: EMAIL });
  expect(report.exitCode).toBe(2);
  expect(report.problems).toEqual(["Nothing could be verified: the API sent no complete response."]);
  expect(methods).toEqual(["GET", "GET"]); // one list of each family
});

test("a response that is too large to read contradicts nothing", async () => {
  const { environment } = await serveChanged(unchanged);
  const report = await run(environment, { limits: { timeout: 2000, maxBytes: 10 } });
  expect(report.exitCode).toBe(2);
  expect(report.contract.map(({ result }) => result)).not.toContain("contradicted");
  expect(report.contract[0]!.evidence).toBe("no success: a body of more than 10 bytes");
});

test.each<[string, ResponseInit, number, string]>([
  [
    "is not JSON and has no version contradicts nothing",
    { headers: { "content-type": "text/html" } },
    0,
    "no success: 502, probably from a proxy",
  ],
  [
    "has a version but is not JSON contradicts the spec",
    { headers: VERSION },
    1,
    "502: text/plain instead of application/json",
  ],
  [
    "is JSON but has no version contradicts the spec",
    { headers: { "content-type": "application/json" } },
    1,
    "502: no X-Polytomic-Version header",
  ],
])("a 502 that %s", async (_what, init, exitCode, evidence) => {
  const { environment } = await serveChanged((response, request) =>
    request.url.includes("/users/") ? new Response("{}", { status: 502, ...init }) : response,
  );
  const report = await run(environment);
  expect(report.exitCode).toBe(exitCode);
  expect(report.contract.find(({ id }) => id === "getPartnerUser")).toMatchObject({ evidence });
});

test("a deeply nested body is reported like any other", async () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const { environment } = await serveChanged(async (response, request) => {
    if (request.method !== "POST" || response.status !== 200) return response;
    return new Response((await response.text()).replace(/\}\}$/, `,"x":${deep}}}`), response);
  });
  const limits = { timeout: 2000, maxBytes: 1_000_000 };
  const report = await run(environment, { write: true, email: EMAIL, limits });
  expect(report.exitCode).toBe(1);
  expect(report.assumptions.find(({ id }) => id === "replay-same-body")).toMatchObject({ result: "holds" });
});

test("an API that never ends its response is reported with exit code 2 after the timeout", async () => {
  const { environment } = await serveChanged(() => new Response(new ReadableStream()));
  expect((await run(environment, { limits: { timeout: 50, maxBytes: 1000 } })).exitCode).toBe(2);
});

test("a key that the API rejects is reported with exit code 2", async () => {
  const { environment } = await serveChanged(unchanged);
  const report = await run({ ...environment, POLYTOMIC_PARTNER_KEY: "a-wrong-key" });
  expect(report.exitCode).toBe(2);
  expect(report.problems.join()).toContain("rejected the key");
});

test("an assumption that is contradicted does not change the exit code", async () => {
  const { environment } = await serveChanged((response, request) =>
    request.headers.get("x-polytomic-version") === "1999-12-31"
      ? Response.json({}, { status: 404, headers: VERSION })
      : response,
  );
  const report = await run(environment);
  expect(report.exitCode).toBe(0);
  expect(report.assumptions.find(({ id }) => id === "unknown-version")).toMatchObject({ result: "contradicted" });
});

test("--write sends no writing request if the address belongs to a user already", async () => {
  const { environment, methods } = await serveChanged(unchanged);
  const report = await run(environment, { write: true, email: "Jane.Doe@acmecorp.com" });
  expect(report.exitCode).toBe(2);
  expect(new Set(methods)).toEqual(new Set(["GET"]));
});

test("a user whose creation got no response is found in the list and deleted", async () => {
  const { sandbox, environment } = await serveChanged((response, request) =>
    request.method === "POST" ? Promise.reject(new Error("dropped")) : response,
  );
  const before = sandbox.snapshot().organizations;
  const report = await run(environment, { write: true, email: EMAIL });
  expect(report.exitCode).toBe(2);
  expect(report.left).toEqual({ ids: [], mayHaveMore: false, possibleIds: [] });
  expect(sandbox.snapshot().organizations).toEqual(before);
});

test("a create that returns a user who existed before changes and deletes nobody", async () => {
  const jane = createSandbox().snapshot().organizations[0]!.users[0]!;
  const changed: string[] = [];
  const { environment } = await serveChanged((response, request) => {
    if (/PUT|DELETE/.test(request.method)) changed.push(request.url);
    return request.method === "POST"
      ? Response.json({ data: { ...jane, email: EMAIL } }, { headers: VERSION })
      : response;
  });
  await run(environment, { write: true, email: EMAIL });
  expect(changed.filter((url) => url.includes(jane.id))).toEqual([]);
  expect(changed).toHaveLength(1); // the user that the sandbox created is found in the list and deleted
});

const isCreated = (user: User): boolean => user["email"] === EMAIL;

/** Hides the created user in every list. */
const hideUser = changeBody(({ data }) => ({
  data: Array.isArray(data) ? data.filter((user) => !isCreated(user)) : data,
}));

test.each<[string, Change, "listed" | "hidden"]>([
  [
    "has another address",
    changeUsers((user) => (isCreated(user) ? { ...user, email: "other@example.com" } : user)),
    "listed",
  ],
  ["has no address", changeUsers(({ email, ...user }) => (email === EMAIL ? user : { email, ...user })), "listed"],
  [
    "is not in the response to the create and not in the list",
    (response, request) =>
      request.method === "POST" ? new Response(null, { status: 202, headers: VERSION }) : hideUser(response, request),
    "hidden",
  ],
  [
    "is not in the list after a create without a response",
    (response, request) =>
      request.method === "POST" ? Promise.reject(new Error("dropped")) : hideUser(response, request),
    "hidden",
  ],
  [
    "is not found after the create, because nothing responds any more",
    (() => {
      let isAfterCreate = false;
      return (response, request) => {
        if (isAfterCreate) return Promise.reject(new Error("dropped"));
        isAfterCreate = request.method === "POST";
        return response;
      };
    })(),
    "listed",
  ],
])("a created user who %s is reported with exit code 2, and not touched", async (_what, change, where) => {
  const { sandbox, environment, methods } = await serveChanged(change);
  const report = await run(environment, { write: true, email: EMAIL });
  const created = sandbox.snapshot().organizations[0]!.users.find(({ email }) => email === EMAIL)!;
  expect(report.exitCode).toBe(2);
  expect(report.left).toEqual({ ids: [], mayHaveMore: true, possibleIds: where === "listed" ? [created.id] : [] });
  expect(report.problems[0]).toContain("The create returned no user that this run can identify");
  expect(report.problems.join()).toContain("A user with the address of --email may exist");
  expect(methods.filter((method) => method !== "GET")).toEqual(["POST"]);
});

test.each<[string, boolean, Change]>([
  ["leaves nobody behind if the list confirms this", false, unchanged],
  [
    "may leave a user behind if the list fails",
    true,
    (() => {
      let wasRefused = false;
      return (response, request) => {
        wasRefused ||= request.method === "POST";
        return wasRefused && request.method === "GET" ? new Response(null, { status: 503 }) : response;
      };
    })(),
  ],
])("a create that is refused %s", async (_what, mayHaveMore, change) => {
  const { sandbox, environment } = await serveChanged(change);
  sandbox.fail({ operation: "createPartnerUser", status: 403, times: 20 });
  const report = await run(environment, { write: true, email: EMAIL });
  expect(report.exitCode).toBe(2);
  expect(report.left).toEqual({ ids: [], mayHaveMore, possibleIds: [] });
});

test("a create that returns another user, whom no list shows, changes and deletes nobody", async () => {
  const jane = createSandbox().snapshot().organizations[0]!.users[0]!;
  const emptyLists = changeBody(({ data }) => ({ data: Array.isArray(data) ? null : data }));
  const { sandbox, environment, methods } = await serveChanged((response, request) =>
    request.method === "POST"
      ? Response.json({ data: { ...jane, email: EMAIL } }, { headers: VERSION })
      : emptyLists(response, request),
  );
  const report = await run(environment, { write: true, email: EMAIL });
  expect(methods.filter((method) => method !== "GET")).toEqual(["POST"]);
  expect(sandbox.snapshot().organizations[0]!.users).toContainEqual(jane);
  expect(report.left).toEqual({ ids: [], mayHaveMore: true, possibleIds: [] });
  expect(JSON.stringify(report)).not.toContain(jane.id);
});

test("a user that is left decides the exit code, even if the API contradicts the spec or the run is interrupted", async () => {
  const interruption = new AbortController();
  const { sandbox, environment } = await serveChanged((response, request) => {
    if (request.method === "PUT") interruption.abort("SIGINT");
    return changeUsers((user) => ({ ...user, nickname: "Jane" }))(response, request);
  });
  sandbox.fail({ operation: "deletePartnerUser", status: 503, times: 20 });
  const report = await run(environment, { write: true, email: EMAIL, interruption: interruption.signal });
  expect(report.exitCode).toBe(2);
  expect(report.contract.map(({ result }) => result)).toContain("contradicted");
});

test("a user that cannot be deleted is reported with its id and exit code 2", async () => {
  const { sandbox, environment } = await serveChanged(async (response) => response);
  sandbox.fail({ operation: "deletePartnerUser", status: 503, times: 20 });
  const report = await run(environment, { write: true, email: EMAIL });
  expect(report.exitCode).toBe(2);
  expect(report.left.ids).toHaveLength(1);
});

test("an interrupted run deletes the user that it created", async () => {
  const interruption = new AbortController();
  const { sandbox, environment } = await serveChanged((response, request) => {
    if (request.method === "PUT") interruption.abort("SIGINT");
    return response;
  });
  const before = sandbox.snapshot().organizations;
  const report = await run(environment, { write: true, email: EMAIL, interruption: interruption.signal });
  expect(report.exitCode).toBe(130);
  expect(sandbox.snapshot().organizations).toEqual(before);
});

test("a run that is interrupted before it creates its user sends nothing more", async () => {
  const { environment, methods } = await serveChanged(unchanged);
  const report = await run(environment, { write: true, email: EMAIL, interruption: AbortSignal.abort("SIGINT") });
  expect(report.exitCode).toBe(130);
  expect(report.problems).toEqual(["The run was interrupted."]);
  expect(methods).toEqual([]);
});

test("a run that is interrupted during the create only finds and deletes the user", async () => {
  const interruption = new AbortController();
  const { sandbox, environment, methods } = await serveChanged((response, request) => {
    if (request.method === "POST") interruption.abort("SIGINT");
    return response;
  });
  const before = sandbox.snapshot().organizations;
  const report = await run(environment, { write: true, email: EMAIL, interruption: interruption.signal });
  expect(report.exitCode).toBe(130);
  expect(methods.slice(methods.indexOf("POST"))).toEqual(["POST", "GET", "GET", "DELETE", "GET"]);
  expect(sandbox.snapshot().organizations).toEqual(before);
});

test("an interruption aborts a request in flight", async () => {
  const interruption = new AbortController();
  const { sandbox, environment } = await serveChanged((response, request) => {
    if (request.method !== "PUT") return response;
    interruption.abort("SIGINT");
    return sleep(60_000, response, { ref: false });
  });
  const before = sandbox.snapshot().organizations;
  const limits = { timeout: 60_000, maxBytes: 100_000 };
  const report = await run(environment, { write: true, email: EMAIL, interruption: interruption.signal, limits });
  expect(report.exitCode).toBe(130);
  expect(sandbox.snapshot().organizations).toEqual(before);
});

/** Starts the program with --write. */
function start(environment: Record<string, string>, ...more: string[]) {
  const args = ["scripts/run.cjs", "spec/verify", "--write", "--email", EMAIL, ...more];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...environment } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = Promise.all([once(child, "exit"), readAll(child.stdout), readAll(child.stderr)]);
  return {
    child,
    ended: ended.then(([[exitCode], stdout, stderr]) => ({ exitCode: exitCode as number, stdout, stderr })),
  };
}

test("Ctrl-C ends the program only after it has deleted the user that it created", async () => {
  let child: ChildProcess | undefined;
  const { sandbox, environment } = await serveChanged((response, request) => {
    if (request.method === "PUT") child?.kill("SIGINT");
    return response;
  });
  const before = sandbox.snapshot().organizations;
  const program = start(environment);
  child = program.child;
  const { exitCode, stderr } = await program.ended;
  expect(exitCode).toBe(130);
  expect(stderr).toContain("Interrupted. Deleting the created user.");
  expect(sandbox.snapshot().organizations).toEqual(before);
});

test("Ctrl-C before the create ends the program without another request", async () => {
  let child: ChildProcess | undefined;
  const { environment, methods } = await serveChanged(async (response) => {
    child?.kill("SIGINT");
    return sleep(500, response); // the signal arrives before the response
  });
  const program = start(environment);
  child = program.child;
  const { exitCode, stderr } = await program.ended;
  expect(exitCode).toBe(130);
  expect(stderr).toContain("Interrupted. Press Ctrl-C");
  expect(methods).toEqual(["GET"]);
});

test("a second Ctrl-C ends the program at once, and the report contains the id of the user that is left", async () => {
  let child: ChildProcess | undefined;
  const { sandbox, environment } = await serveChanged(async (response, request) => {
    if (request.method === "PUT") child?.kill("SIGINT");
    if (request.method === "DELETE") {
      await sleep(600);
      child?.kill("SIGINT");
      await sleep(5000, undefined, { ref: false });
    }
    return response;
  });
  sandbox.fail({ operation: "deletePartnerUser", status: 503, times: 20 });
  const program = start(environment, "--json");
  child = program.child;
  const { exitCode, stdout } = await program.ended;
  expect(exitCode).toBe(2);
  const report = JSON.parse(stdout) as Report;
  const created = sandbox.snapshot().organizations[0]!.users.find(({ email }) => email === EMAIL)!;
  expect(report.left.ids).toEqual([created.id]);
  expect(report.problems.join()).toContain(created.id);
  expect(Object.keys(report)).toEqual(Object.keys(await run({})));
});

test.each<[string, string[], Record<string, string>]>([
  ["an unknown option", ["--key=secret-value"], {}],
  ["a positional argument", ["secret-value"], {}],
  ["--write without --email", ["--write"], { POLYTOMIC_API_KEY: "secret-value" }],
  ["a partner key without an organization", [], { POLYTOMIC_PARTNER_KEY: "secret-value" }],
  [
    "a base URL with a password",
    [],
    { POLYTOMIC_API_KEY: "key-1234", POLYTOMIC_DEPLOYMENT_URL: "https://a:secret-value@b" },
  ],
  ["a key with a line break", [], { POLYTOMIC_API_KEY: "secret-value\nx" }],
])("%s is refused with a message and exit code 2, without its value", async (_what, args, environment) => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  expect(await main(args, environment)).toBe(2);
  expect(written.mock.calls.flat().join("")).toMatch(/^[A-Z-].*\.\n$/);
  expect(written.mock.calls.flat().join("")).not.toContain("secret-value");
});

test("with --json, a run that cannot start prints a report with all fields", async () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  expect(await main(["--json", "--key=secret-value"], {})).toBe(2);
  const report = JSON.parse(written.mock.calls.flat().join("")) as Report;
  expect(report.problems).toEqual(["Invalid arguments. Valid options: --write, --email <address>, --json."]);
  expect(Object.keys(report)).toEqual(Object.keys(await run({})));
});

test("an unexpected error is one line without its message, and exit code 2", async () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  const environment = {
    get POLYTOMIC_API_KEY(): string {
      throw new RangeError("secret-value");
    },
  };
  expect(await main([], environment)).toBe(2);
  expect(written.mock.calls.flat()).toEqual(["The program failed (RangeError).\n"]);
});

test("every probe belongs to a claim in spec/assumptions.yaml, and every claim without a reason has a probe", () => {
  const tested = readAssumptions().filter(({ untested }) => untested === undefined);
  expect(tested.map(({ id }) => id).toSorted()).toEqual([...Object.keys(READS), ...Object.keys(WRITES)].toSorted());
});

test("every assumption in the spec, its differences and src/ has an id in spec/assumptions.yaml, which lists the file", async () => {
  const files = ["spec/openapi.yaml", "spec/differences.yaml"];
  for await (const file of glob("src/**/*.ts")) files.push(file);
  const marks: string[] = [];
  for (const file of files) {
    const text = (await readFile(file, "utf8")).replace("*Assumption* marks a detail", "");
    for (const [, ids] of text.matchAll(/\*?\bassumptions?\b:?\*?:?(?:[\s*]+\(([^)]*)\))?/gi)) {
      const named = [...(ids ?? "").matchAll(/`([^`]+)`/g)].map(([, id]) => id!);
      expect(named, file).not.toEqual([]);
      marks.push(...named.map((id) => `${id} ${file}`));
    }
  }
  const listed = readAssumptions().flatMap(({ id, where = [] }) => where.map((file) => `${id} ${file}`));
  expect([...new Set(marks)].toSorted()).toEqual(listed.toSorted());
});
