import { spawn } from "node:child_process";
import { once } from "node:events";
import { glob, readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { request, type Call } from "../live/request.ts";
import { readTarget } from "../live/target.ts";
import { ThrowawayUser, type CreatedUser } from "../live/user.ts";

// Some probes send requests that do not match the spec. spec:verify checks the responses itself.
vi.unmock("../../src/testing/sandbox.ts");

const EMAIL = "throwaway@example.com";
const VERSION = { "x-polytomic-version": "2025-09-18" };
const JANE = createSandbox().snapshot().organizations[0]!.users[0]!;

type Change = (response: Response, request: Request) => Response | Promise<Response>;
type User = Record<string, unknown>;

const pass: Change = (response) => response;
const drop: Change = () => Promise.reject(new Error("dropped"));

/** Serves a sandbox whose responses are changed. */
async function serve(change: Change) {
  const sandbox = createSandbox();
  const methods: string[] = [];
  const served = await listen({
    fetch: async (received) => {
      methods.push(received.method);
      return change(await sandbox.fetch(received.clone()), received);
    },
  });
  onTestFinished(() => served.close());
  const { partnerKey, organizationId } = sandbox;
  const environment = {
    POLYTOMIC_PARTNER_KEY: partnerKey,
    POLYTOMIC_DEPLOYMENT_URL: served.url,
    POLYTOMIC_ORGANIZATION_ID: organizationId,
  };
  return { sandbox, methods, environment, target: { baseUrl: served.url, partnerKey, organizationId } };
}

const asJson = (body: unknown, status = 200): Response => Response.json(body, { status, headers: VERSION });

const withHeaders = (headers: Record<string, string>): Response =>
  new Response('{"data":[]}', { headers: { "content-type": "application/json", ...VERSION, ...headers } });

const LIST: Call = { operation: "listPartnerUsers" };
const unnamed = "data[].(name not shown): a field that the spec does not have (number)";

test.each<[string, Response, string]>([
  [
    "an extra field",
    asJson({ data: [{ ...JANE, nickname: "J" }] }),
    "data[].nickname: a field that the spec does not have (string)",
  ],
  ["an address as a field name", asJson({ data: [{ ...JANE, [JANE.email]: 1 }] }), unnamed],
  ["a part of an address as a field name", asJson({ data: [{ ...JANE, jane: 1 }] }), unnamed],
  ["a part of the key as a field name", asJson({ data: [{ ...JANE, secretword: 1 }] }), unnamed],
  [
    "an extra field in an envelope",
    asJson({ data: [], next: null }),
    "next: a field that the spec does not have (null)",
  ],
  ["a wrong type", asJson({ data: [JANE, { ...JANE, role: 7 }] }), "data[].role must be string, and is number"],
  [
    "an id that is not a UUID",
    asJson({ data: [{ ...JANE, id: "acme" }] }),
    'data[].id must match format "uuid", and is string',
  ],
  ["a missing field", asJson({ data: [{ ...JANE, email: undefined }] }), "data[] must have required property 'email'"],
  ["another envelope", asJson({ error: null, result: [] }), "the body must have required property 'data'"],
  ["no envelope", asJson([JANE]), "the body must be object, and is array"],
  ["another version", withHeaders({ "x-polytomic-version": "2024-02-08" }), "version 2024-02-08 instead of 2025-09-18"],
  ["a version that is an address", withHeaders({ "x-polytomic-version": JANE.email }), "a version that is not a date"],
  ["no version", Response.json({ data: [] }), "no X-Polytomic-Version header"],
  ["another media type", withHeaders({ "content-type": "text/html" }), "a body that is not application/json"],
  ["broken JSON", new Response("{", { headers: withHeaders({}).headers }), "a body that is not JSON"],
  ["a redirect", new Response(null, { status: 302, headers: VERSION }), "a status that the spec does not have"],
  ["an extra field in an error", asJson({ trace: 1 }, 403), "trace: a field"],
  [
    "a 502 that has a version but is not JSON",
    new Response("", { status: 502, headers: VERSION }),
    "a body that is not",
  ],
  ["a 502 that is JSON but has no version", Response.json({}, { status: 502 }), "no X-Polytomic-Version header"],
])("a response with %s deviates from the spec, and no value is printed", async (_what, response, expected) => {
  vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(response);
  const target = { baseUrl: "http://localhost", partnerKey: "pt-secretword-1", organizationId: JANE.organization_id };
  const { deviations } = await request(target, LIST);
  expect(deviations.join("\n")).toContain(expected);
  expect(deviations.join("\n")).not.toMatch(/@|jane|acme|secretword/i);
});

test.each<[string, Change, string]>([
  ["a 502 of a proxy", () => new Response("<p>", { status: 502 }), "502, probably from a proxy"],
  ["a connection that is dropped", drop, "no complete response (UND_ERR_SOCKET)"],
  ["a response that never ends", () => new Response(new ReadableStream()), "no complete response (timeout)"],
])("%s does not deviate from the spec", async (_what, change, summary) => {
  const { target } = await serve(change);
  vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(AbortSignal.timeout(500));
  expect(await request(target, LIST)).toMatchObject({ summary, deviations: [] });
});

test.each<[string, Record<string, string>]>([
  ["a partner key without an organization", { POLYTOMIC_PARTNER_KEY: "secret-value" }],
  ["two keys for partner calls", { POLYTOMIC_PARTNER_KEY: "secret-value", POLYTOMIC_DEPLOYMENT_KEY: "secret-value" }],
  ["a key with a line break", { POLYTOMIC_API_KEY: "secret-value\nx" }],
])("%s is refused without its value", (_what, environment) => {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  expect(readTarget).toThrow(/^(?!.*secret-value)[A-Z`].*\.$/);
});

const toPost =
  (change: Change, others: Change = pass): Change =>
  (response, received) =>
    (received.method === "POST" ? change : others)(response, received);

/** Changes the users in every success, or leaves them out. */
const changeUsers =
  (change: (user: User) => User | undefined): Change =>
  async (response) => {
    if (response.status !== 200) return response;
    const { data } = (await response.json()) as { data: User | User[] };
    return asJson({ data: Array.isArray(data) ? data.map(change).filter(Boolean) : (change(data) ?? null) });
  };

const hide = changeUsers((user) => (user["email"] === EMAIL ? undefined : user));
const rename = changeUsers((user) => (user["email"] === EMAIL ? { ...user, email: "other@example.com" } : user));
const returnJane: Change = () => asJson({ data: { ...JANE, email: EMAIL } });

/** Refuses the first POST, and everything after it. */
function refuse(): Change {
  let isRefused = false;
  return (response, { method }) => {
    isRefused ||= method === "POST";
    return isRefused ? asJson({}, 403) : response;
  };
}

const NOBODY = /^undefined$/;
const UNKNOWN = /^A user with the address of --email may be left\. Delete it by hand\.$/;

test.each<[string, Change, string, RegExp]>([
  ["is listed is deleted", pass, "POST,DELETE", NOBODY],
  ["is in no response to the create, but listed, is deleted", toPost(drop), "POST,DELETE", NOBODY],
  ["is another user in the response to the create is found and deleted", toPost(returnJane), "POST,DELETE", NOBODY],
  ["could not be told from others is not created", changeUsers((user) => ({ ...user, id: "acme" })), "", NOBODY],
  ["could not be listed is not created", () => asJson({}, 403), "", NOBODY],
  ["is listed with another address is mentioned", rename, "POST", UNKNOWN],
  ["is not listed is mentioned", toPost(pass, hide), "POST", UNKNOWN],
  ["is neither in the response nor listed is mentioned", toPost(drop, hide), "POST", UNKNOWN],
  ["is another user in the response, and not listed, is mentioned", toPost(returnJane, hide), "POST", UNKNOWN],
  ["was refused is mentioned if no list confirms it", refuse(), "POST", UNKNOWN],
])("a user of spec:verify who %s, and nobody else is touched", async (_what, change, writes, leftover) => {
  const { sandbox, target, methods } = await serve(change);
  const user = new ThrowawayUser(target, EMAIL, new AbortController().signal);
  await user.create();
  expect(String(await user.remove([0, 0]))).toMatch(leftover);
  expect([...new Set(methods)].filter((method) => method !== "GET").join()).toBe(writes);
  const others = sandbox.snapshot().organizations[0]!.users.filter(({ email }) => email !== EMAIL);
  expect(others).toEqual(createSandbox().snapshot().organizations[0]!.users);
});

test("a user of spec:verify who cannot be deleted is mentioned with the id", async () => {
  const { sandbox, target } = await serve(pass);
  sandbox.fail({ operation: "deletePartnerUser", status: 503, times: 2 });
  const user = new ThrowawayUser(target, EMAIL, new AbortController().signal);
  const { id } = (await user.create()) as CreatedUser;
  expect(await user.remove([0, 0])).toContain(`may be left. Its id is ${id}.`);
});

test("spec:verify creates no user if the address belongs to one", async () => {
  const { target, methods } = await serve(pass);
  const user = new ThrowawayUser(target, JANE.email.toUpperCase(), new AbortController().signal);
  expect(await user.create()).toBe("the address belongs to a user already");
  expect(await user.remove()).toBeUndefined();
  expect(new Set(methods)).toEqual(new Set(["GET"]));
});

/** Starts the program in a process group of its own, as a terminal does. */
function start(environment: Record<string, string>, ...args: string[]) {
  const env = { ...process.env, NO_COLOR: "1", POLYTOMIC_API_KEY: "", POLYTOMIC_PARTNER_KEY: "", ...environment };
  const child = spawn(process.execPath, ["scripts/run.cjs", "spec/verify", ...args], { env, detached: true });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = Promise.all([once(child, "exit"), readAll(child.stdout), readAll(child.stderr)]);
  return {
    child,
    ended: ended.then(([[exitCode], stdout, stderr]) => ({ exitCode: exitCode as number, stdout, stderr })),
  };
}

const WRITE = ["--write", "--email", EMAIL];

interface Assumption {
  readonly id: string;
  readonly where?: readonly string[];
  readonly untested?: string;
}

const ASSUMPTIONS = parse(await readFile("spec/assumptions.yaml", "utf8")) as Assumption[];

test("without a key, spec:verify verifies the sandbox, and has a test for every assumption, or a reason why not", async () => {
  const { exitCode, stdout } = await start({}, "--write", "--json").ended;
  expect(exitCode).toBe(0);
  const { testResults } = JSON.parse(stdout) as {
    testResults: { assertionResults: { title: string; status: string; meta: { finding?: string } }[] }[];
  };
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  for (const { id, untested } of ASSUMPTIONS) {
    const { status, meta } = tests.find(({ title }) => title.startsWith(`${id}: `))!;
    if (untested === undefined) expect(meta.finding ?? "", id).not.toContain("contradicted");
    else expect(meta.finding, id).toBe(`not tested: ${untested}`);
    if (meta.finding === undefined) expect(status, id).toBe("passed");
  }
});

test.each(["", "--json"])(
  "spec:verify %s prints no value of an API that deviates, and is exit code 1",
  async (option) => {
    const values = new Set(["@", "127.0.0.1", "Jane"]);
    const { sandbox, environment } = await serve(async (response, { url, headers }) => {
      const body = (await response.json()) as { data?: { id?: string; value?: string } };
      for (const value of [body.data?.id, body.data?.value]) if (value !== undefined) values.add(value);
      return asJson({ ...body, nickname: "Jane", [url]: url, [headers.get("authorization")!]: url }, response.status);
    });
    const { exitCode, stdout, stderr } = await start(environment, ...WRITE, ...(option ? [option] : [])).ended;
    expect(exitCode).toBe(1);
    expect(stdout).toContain("nickname: a field that the spec does not have (string)");
    expect(values.size).toBeGreaterThan(5);
    for (const value of [...values, sandbox.partnerKey, sandbox.organizationId]) {
      expect(stdout + stderr).not.toContain(value);
    }
  },
);

test("spec:verify of an API that sends no response is exit code 2", async () => {
  const { environment } = await serve(drop);
  const { exitCode, stderr } = await start(environment).ended;
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Nothing could be verified: no request succeeded.");
});

test("spec:verify only sends GET requests, and is exit code 0 if it contradicts an assumption", async () => {
  const { sandbox, environment, methods } = await serve((response, { headers }) =>
    headers.get("x-polytomic-version") === "1999-12-31" ? asJson({}, 404) : response,
  );
  const { exitCode, stdout } = await start({
    POLYTOMIC_API_KEY: sandbox.apiKey,
    POLYTOMIC_DEPLOYMENT_URL: environment.POLYTOMIC_DEPLOYMENT_URL,
  }).ended;
  expect(exitCode).toBe(0);
  expect(stdout).toContain("✓ test/live/reads.test.ts > listPartnerUsers responds"); // of the API key's organization
  expect(stdout).toMatch(/unknown-version: .*\[contradicted: 404, version 2025-09-18\]/);
  expect(new Set(methods)).toEqual(new Set(["GET"]));
});

test.each(["--key=secret-value", "--write"])(
  "spec:verify refuses %s without a value in the message",
  async (option) => {
    const { exitCode, stdout, stderr } = await start({ POLYTOMIC_API_KEY: "secret-value" }, option).ended;
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toMatch(/^(?!.*secret-value).*\.\n$/);
  },
);

test.each([
  ["the process", "POST", 1],
  ["the process group", "PUT", -1],
] as const)("Ctrl-C to %s during a %s ends spec:verify after it has deleted the user", async (_to, method, sign) => {
  let signal = (): void => {};
  const { sandbox, environment } = await serve((response, received) => {
    if (received.method === method) signal();
    return sleep(100, response);
  });
  const before = sandbox.snapshot().organizations;
  const { child, ended } = start(environment, ...WRITE);
  signal = () => void process.kill(sign * child.pid!, "SIGINT");
  expect(await ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining("Interrupted.") as string });
  expect(sandbox.snapshot().organizations).toEqual(before);
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
  const listed = ASSUMPTIONS.flatMap(({ id, where = [] }) => where.map((file) => `${id} ${file}`));
  expect([...new Set(marks)].toSorted()).toEqual(listed.toSorted());
});
