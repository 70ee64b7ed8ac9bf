import { spawn } from "node:child_process";
import { once } from "node:events";
import { glob, readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { createSandbox, type Sandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { request, type Call, type Target } from "../live/request.ts";
import { readTarget, survey } from "../live/target.ts";
import { ThrowawayUser } from "../live/user.ts";

// Some probes send requests that do not match the spec. spec:verify checks the responses itself.
vi.unmock("../../src/testing/sandbox.ts");

const EMAIL = "throwaway@example.com";
const VERSION = { "x-polytomic-version": "2025-09-18" };
const JANE = createSandbox().snapshot().organizations[0]!.users[0]!;

type Change = (response: Response, request: Request) => Response | Promise<Response>;
type User = Record<string, unknown>;

/** An API that deviates from the sandbox. */
interface Api {
  readonly sandbox: Sandbox;
  readonly target: Target;
  readonly environment: Record<string, string>;
  /** The methods of the requests so far. */
  readonly methods: string[];
}

/** Serves a sandbox whose responses are changed. */
async function serve(
  change: Change = (response) => response,
  kind: "apiKey" | "partnerKey" = "partnerKey",
): Promise<Api> {
  const sandbox = createSandbox();
  const methods: string[] = [];
  const served = await listen({
    fetch: async (received) => {
      methods.push(received.method);
      return change(await sandbox.fetch(received.clone()), received);
    },
  });
  onTestFinished(() => served.close());
  const { organizationId } = sandbox;
  const environment = {
    POLYTOMIC_API_KEY: kind === "apiKey" ? sandbox.apiKey : "",
    POLYTOMIC_PARTNER_KEY: kind === "partnerKey" ? sandbox.partnerKey : "",
    POLYTOMIC_DEPLOYMENT_URL: served.url,
    POLYTOMIC_ORGANIZATION_ID: organizationId,
  };
  return { sandbox, target: { baseUrl: served.url, [kind]: sandbox[kind], organizationId }, environment, methods };
}

/** Changes the parsed body of every success. */
const changeBody =
  (change: (body: { data: User | User[] }) => unknown): Change =>
  async (response) =>
    response.status === 200
      ? Response.json(change((await response.json()) as { data: User | User[] }), { headers: VERSION })
      : response;

const changeUsers = (change: (user: User) => unknown): Change =>
  changeBody(({ data }) => ({ data: Array.isArray(data) ? data.map(change) : change(data) }));

/** Replaces the headers of every response. */
const changeHeaders =
  (headers: Record<string, string>): Change =>
  async (response) =>
    new Response(await response.text(), { status: response.status, headers });

const drop = (): Promise<Response> => Promise.reject(new Error("dropped"));

const toPost =
  (change: Change, others: Change = (response) => response): Change =>
  (response, received) =>
    (received.method === "POST" ? change : others)(response, received);

const JSON_TYPE = { "content-type": "application/json" };
const LIST: Call = { operation: "listPartnerUsers" };

test.each<[string, Change, string]>([
  [
    "an extra field",
    changeUsers((user) => ({ ...user, nickname: "J" })),
    "data[].nickname: a field that the spec does not have (string)",
  ],
  [
    "an address as a field name",
    changeUsers((user) => ({ ...user, [JANE.email]: 1 })),
    "data[].(name not shown): a field",
  ],
  [
    "a part of an address as a field name",
    changeUsers((user) => ({ ...user, jane: 1 })),
    "data[].(name not shown): a field",
  ],
  [
    "a key as a field name",
    changeUsers((user) => ({ ...user, [createSandbox().partnerKey]: 1 })),
    "data[].(name not shown): a field",
  ],
  [
    "an extra field in an envelope",
    changeBody((body) => ({ ...body, next: null })),
    "next: a field that the spec does not have (null)",
  ],
  ["a wrong type", changeUsers((user) => ({ ...user, role: 7 })), "data[].role must be string, and is number"],
  [
    "an id that is not a UUID",
    changeUsers((user) => ({ ...user, id: "acme" })),
    'data[].id must match format "uuid", and is string',
  ],
  ["a missing field", changeUsers(({ email: _email, ...user }) => user), "data[] must have required property 'email'"],
  [
    "another envelope",
    changeBody(({ data }) => ({ error: null, result: data })),
    "the body must have required property 'data'",
  ],
  ["no envelope", changeBody(({ data }) => data), "the body must be object, and is array"],
  [
    "another version",
    changeHeaders({ ...JSON_TYPE, "x-polytomic-version": "2024-02-08" }),
    "version 2024-02-08 instead of 2025-09-18",
  ],
  ["no version", changeHeaders(JSON_TYPE), "no X-Polytomic-Version header"],
  [
    "a version that is an address",
    changeHeaders({ ...JSON_TYPE, "x-polytomic-version": JANE.email }),
    "a version that is not a date instead of",
  ],
  ["HTML", changeHeaders({ "content-type": "text/html", ...VERSION }), "text/html instead of application/json"],
  [
    "a media type that is a key",
    changeHeaders({ "content-type": `text/${createSandbox().partnerKey}`, ...VERSION }),
    "another media type instead of",
  ],
  ["broken JSON", () => new Response("{", { headers: { ...JSON_TYPE, ...VERSION } }), "a body that is not JSON"],
  [
    "a redirect",
    () => new Response(null, { status: 302, headers: { location: "/", ...VERSION } }),
    "a status that the spec does not have",
  ],
  [
    "an extra field in an error",
    () => Response.json({ trace: 1 }, { status: 403, headers: VERSION }),
    "trace: a field",
  ],
  [
    "a 502 that has a version but is not JSON",
    () => new Response("", { status: 502, headers: VERSION }),
    "text/plain instead of",
  ],
  ["a 502 that is JSON but has no version", () => Response.json({}, { status: 502 }), "no X-Polytomic-Version header"],
])("a response with %s deviates from the spec, and no value is printed", async (_what, change, expected) => {
  const { target } = await serve(change);
  const { deviations } = await request(target, LIST);
  expect(deviations.join("\n")).toContain(expected);
  expect(deviations.join("\n")).not.toMatch(/@|jane|acme|-partner-/i);
});

test.each<[string, Change, string]>([
  [
    "a 502 of a proxy",
    () => new Response("<p>", { status: 502, headers: { "content-type": "text/html" } }),
    "502, probably from a proxy",
  ],
  ["a connection that is dropped", drop, "no complete response (UND_ERR_SOCKET)"],
  ["a response that never ends", () => new Response(new ReadableStream()), "no complete response within 500 ms"],
  ["a body that is too large", () => new Response("x".repeat(1001)), "a body of more than 1000 bytes"],
])("%s does not deviate from the spec", async (_what, change, summary) => {
  const { target } = await serve(change);
  const reply = await request(target, LIST, undefined, { timeout: 500, maxBytes: 1000 });
  expect(reply).toMatchObject({ summary, deviations: [] });
});

test.each<[string, Record<string, string>]>([
  ["a partner key without an organization", { PARTNER_KEY: "secret-value" }],
  ["an organization that is not a UUID", { PARTNER_KEY: "secret-value", ORGANIZATION_ID: "secret-value" }],
  ["two keys for partner calls", { PARTNER_KEY: "secret-value", DEPLOYMENT_KEY: "secret-value" }],
  ["a deployment key without a URL", { DEPLOYMENT_KEY: "secret-value" }],
  ["a base URL with a password", { API_KEY: "key-1234", DEPLOYMENT_URL: "https://a:secret-value@b" }],
  ["a key with a line break", { API_KEY: "secret-value\nx" }],
])("%s is refused without its value", (_what, variables) => {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(`POLYTOMIC_${name}`, value);
  expect(() => readTarget(process.env)).toThrow(/^(?!.*secret-value)[A-Z`].*\.$/);
});

/** Creates the user with a changed API, and deletes it. */
async function createAndRemove({ target, sandbox }: Api) {
  const user = new ThrowawayUser((await survey(target)) as Target, EMAIL, new AbortController().signal);
  const created = await user.create();
  const id = sandbox.snapshot().organizations[0]!.users.find(({ email }) => email === EMAIL)?.id;
  await user.remove([0, 0]);
  return { created, id, leftovers: user.leftovers.join("\n") };
}

test.each(["apiKey", "partnerKey"] as const)("a user that is created with the %s is deleted", async (kind) => {
  const api = await serve(undefined, kind);
  const before = api.sandbox.snapshot().organizations;
  const { created, id, leftovers } = await createAndRemove(api);
  expect(created).toMatchObject({ id });
  expect(leftovers).toBe("");
  expect(api.sandbox.snapshot().organizations).toEqual(before);
});

test("a user whose creation got no response is found in the list and deleted", async () => {
  const api = await serve(toPost(drop));
  const before = api.sandbox.snapshot().organizations;
  expect((await createAndRemove(api)).leftovers).toBe("");
  expect(api.sandbox.snapshot().organizations).toEqual(before);
});

test.each<[string, Change | undefined, string]>([
  ["belongs to a user", undefined, JANE.email.toUpperCase()],
  ["cannot be told from others", changeUsers((user) => ({ ...user, id: "acme" })), EMAIL],
  ["cannot be listed", () => Response.json({}, { status: 403, headers: VERSION }), EMAIL],
])("no user is created if the address %s", async (_what, change, email) => {
  const { target, methods } = await serve(change);
  expect(await new ThrowawayUser(target, email, new AbortController().signal).create()).toBeTypeOf("string");
  expect(new Set(methods)).toEqual(new Set(["GET"]));
});

const isCreated = ({ email }: User): boolean => email === EMAIL;
/** Hides the created user in every list. */
const hide = changeBody(({ data }) => ({ data: Array.isArray(data) ? data.filter((user) => !isCreated(user)) : data }));
const returnJane = (): Response => Response.json({ data: { ...JANE, email: EMAIL } }, { headers: VERSION });
const emptyLists = changeBody(({ data }) => ({ data: Array.isArray(data) ? null : data }));

test.each<[string, Change]>([
  ["has another address", changeUsers((user) => (isCreated(user) ? { ...user, email: "other@example.com" } : user))],
  ["has no address", changeUsers(({ email, ...user }) => (email === EMAIL ? user : { email, ...user }))],
  ["is in no response", toPost(() => new Response(null, { status: 202, headers: VERSION }), hide)],
  ["is not in the list after a create without a response", toPost(drop, hide)],
  ["is somebody else in the response, and in no list", toPost(returnJane, emptyLists)],
])("a created user who %s is not touched, but mentioned", async (_what, change) => {
  const api = await serve(change);
  const { created, id, leftovers } = await createAndRemove(api);
  expect(created).toBeTypeOf("string");
  expect(leftovers).toContain("A user with the address of --email may exist.");
  if (leftovers.includes("Possibly left")) expect(leftovers).toContain(id);
  expect(leftovers).not.toContain(JANE.id);
  expect(api.methods.filter((method) => method !== "GET")).toEqual(["POST"]);
});

test("a create that returns a user who existed before does not change that user", async () => {
  const api = await serve(toPost(returnJane));
  const before = api.sandbox.snapshot().organizations;
  expect((await createAndRemove(api)).leftovers).toBe(""); // the user of the sandbox is found in the list
  expect(api.sandbox.snapshot().organizations).toEqual(before);
});

test.each([
  ["leaves nobody behind if a list confirms it", 200, ""],
  ["may leave a user behind if no list confirms it", 503, "may exist"],
])("a create that is refused %s", async (_what, status, expected) => {
  let isRefused = false;
  const api = await serve((response, { method }) => {
    isRefused ||= method === "POST";
    return isRefused && method === "GET" && status !== 200 ? new Response(null, { status }) : response;
  });
  api.sandbox.fail({ operation: "createPartnerUser", status: 403, times: 20 });
  expect((await createAndRemove(api)).leftovers).toContain(expected);
});

test("a user that cannot be deleted is mentioned with its id", async () => {
  const api = await serve();
  api.sandbox.fail({ operation: "deletePartnerUser", status: 503, times: 20 });
  const { id, leftovers } = await createAndRemove(api);
  expect(leftovers).toContain(`This run created the user ${id}`);
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

test("without a key, the sandbox is verified, and every assumption has a test, or a reason why not", async () => {
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

test.each(["text", "json"])("an API that deviates is exit code 1, and no value is printed as %s", async (format) => {
  const values = new Set(["@", "127.0.0.1", "Jane"]);
  const { sandbox, environment } = await serve(async (response, { url, headers }) => {
    const body = (await response.json()) as { data?: { id?: string; value?: string } };
    for (const value of [body.data?.id, body.data?.value]) if (value !== undefined) values.add(value);
    const hostile = { ...body, nickname: "Jane", [url]: url, [headers.get("authorization")!]: url };
    return Response.json(hostile, { status: response.status, headers: VERSION });
  });
  const options = format === "json" ? ["--json"] : [];
  const { exitCode, stdout, stderr } = await start(environment, ...WRITE, ...options).ended;
  expect(exitCode).toBe(1);
  expect(stdout).toContain("nickname: a field that the spec does not have (string)");
  expect(values.size).toBeGreaterThan(5);
  for (const value of [...values, sandbox.partnerKey, sandbox.organizationId]) {
    expect(stdout + stderr).not.toContain(value);
  }
});

test.each<[string, Change, string]>([
  ["sends no response", drop, "no complete response (UND_ERR_SOCKET)"],
  ["rejects the key", () => Response.json({}, { status: 401, headers: VERSION }), "no request succeeded"],
])("an API that %s is exit code 2", async (_what, change, reason) => {
  const { environment } = await serve(change);
  const { exitCode, stderr } = await start(environment).ended;
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`Nothing could be verified: ${reason}.`);
});

test("without --write, only GET requests are sent, and a contradicted assumption does not change the exit code", async () => {
  const { environment, methods } = await serve((response, { headers }) => {
    const isUnknown = headers.get("x-polytomic-version") === "1999-12-31";
    return isUnknown ? Response.json({}, { status: 404, headers: VERSION }) : response;
  }, "apiKey");
  const { exitCode, stdout } = await start(environment).ended;
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/unknown-version: .*\[contradicted: 404, version 2025-09-18\]/);
  expect(new Set(methods)).toEqual(new Set(["GET"]));
});

test.each([
  ["an unknown option", "--key=secret-value"],
  ["--write without --email", "--write"],
])("%s is exit code 2, without its value", async (_what, option) => {
  const { exitCode, stdout, stderr } = await start({ POLYTOMIC_API_KEY: "secret-value" }, option).ended;
  expect(exitCode).toBe(2);
  expect(stdout + stderr).toMatch(/^(?!.*secret-value).*\.\n$/);
});

test.each([
  ["the process", "POST", 1],
  ["the process group", "PUT", -1],
] as const)("Ctrl-C to %s during a %s ends the program after it has deleted the user", async (_to, method, sign) => {
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

test("a second Ctrl-C ends the program at once with exit code 2 and the id of the user that is left", async () => {
  let signal = (): void => {};
  const { sandbox, environment } = await serve(async (response, { method }) => {
    if (method === "PUT") signal();
    if (method !== "DELETE") return response;
    await sleep(600);
    signal();
    return sleep(5000, response, { ref: false });
  });
  sandbox.fail({ operation: "deletePartnerUser", status: 503, times: 20 });
  const { child, ended } = start(environment, ...WRITE);
  signal = () => void child.kill("SIGINT");
  const { exitCode, stderr } = await ended;
  const { id } = sandbox.snapshot().organizations[0]!.users.find(({ email }) => email === EMAIL)!;
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`This run created the user ${id}`);
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
