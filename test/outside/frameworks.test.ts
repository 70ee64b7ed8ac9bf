/** The apps of docs/guides/frameworks.md, in front of a served sandbox. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../dist/testing/index.js";
import { listen } from "../../dist/testing/node.js";
import { compileApp, startApp, type RunningApp } from "./app.ts";

const TOKEN = "a-secret-of-the-service-with-40-letters!";
const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const ROLE = "d9f8e7c6-b5a4-3210-9fed-cba987654321";

interface Running extends RunningApp {
  readonly sandbox: Sandbox;
  /** Resolves with the signal of the next request that reaches the sandbox; it aborts when its caller disconnects. */
  readonly nextSignal: () => Promise<AbortSignal>;
}

const folder = await compileApp("docs/guides/frameworks.md");
/** Node runs two of them as they are, as the page says. The decorators of NestJS need a compiler. */
const FILES = { fastify: "fastify.ts", express: "express.ts", nest: "nest.js" };
const APPS = await startAll();
/** Those that a test stops. */
const STOPPED = await startAll();
const NAMES = Object.keys(APPS);

beforeEach(() => {
  for (const { sandbox } of Object.values(APPS)) sandbox.reset();
});

async function startAll(): Promise<Record<string, Running>> {
  return Object.fromEntries(
    await Promise.all(Object.entries(FILES).map(async ([name, file]) => [name, await start(file)] as const)),
  );
}

async function start(file: string): Promise<Running> {
  const sandbox = createSandbox();
  let notify = (_signal: AbortSignal): void => {};
  const served = await listen({
    fetch: (request) => {
      notify(request.signal);
      return sandbox.fetch(request);
    },
  });
  afterAll(() => served.close());
  const env = { POLYTOMIC_API_KEY: sandbox.apiKey, POLYTOMIC_DEPLOYMENT_URL: served.url, SERVICE_TOKEN: TOKEN };
  const app = await startApp(folder, file, env);
  return { ...app, sandbox, nextSignal: () => new Promise((resolve) => (notify = resolve)) };
}

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly signal?: AbortSignal;
}

function call(
  { url }: RunningApp,
  { method = "GET", path = "", body, token = TOKEN, ...rest }: Call,
): Promise<Response> {
  return fetch(`${url}/users${path}`, {
    ...rest,
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

test.each(NAMES)("the app of %s lists and invites users, changes their roles and removes them", async (name) => {
  const app = APPS[name]!;
  const invited = await call(app, { method: "POST", body: { email: "Ada@acmecorp.com", role_ids: [ROLE] } });
  expect(invited.status).toBe(201);
  const { id, email } = (await invited.json()) as { id: string; email: string };
  expect(email).toBe("ada@acmecorp.com");
  expect(await (await call(app, {})).json()).toHaveLength(3);
  const role_ids = ["e1f2d3c4-b5a6-7890-1234-56789abcdef0"];
  const changed = await call(app, { method: "PUT", path: `/${id}`, body: { role_ids } });
  expect([changed.status, await changed.json()]).toMatchObject([200, { role_ids }]);
  const removed = await call(app, { method: "DELETE", path: `/${id}` });
  expect([removed.status, await removed.text()]).toEqual([204, ""]);
  expect(await (await call(app, {})).json()).toHaveLength(2);
});

interface Refusal {
  readonly what: string;
  readonly request: Call;
  readonly fault?: Parameters<Sandbox["fail"]>[0];
  readonly status: number;
  readonly error: string | RegExp;
  readonly retryAfter?: string;
}

const ADA = { method: "POST", body: { email: "ada@acmecorp.com" } };
const AWAY = "Polytomic is not available. Try again later.";
const FAILED = "The request to Polytomic failed.";
const REFUSALS: readonly Refusal[] = [
  { what: "an id that is not a UUID", request: { method: "DELETE", path: "/abc" }, status: 400, error: /`id`/ },
  { what: "an unknown field", request: { method: "POST", body: { email: "a@b.c", x: 1 } }, status: 400, error: /`x`/ },
  { what: "no body", request: { method: "POST" }, status: 400, error: /body/ },
  { what: "the id of nobody", request: { method: "DELETE", path: `/${UNKNOWN}` }, status: 404, error: /not exist/ },
  { what: "a malformed address", request: { method: "POST", body: { email: "ada" } }, status: 422, error: /`email`/ },
  { what: "no role", request: { method: "PUT", path: `/${JANE}`, body: { role_ids: [] } }, status: 422, error: /role/ },
  { what: "a long rate limit", request: ADA, fault: { status: 429, retryAfter: 120 }, status: 503, error: AWAY, retryAfter: "120" }, // prettier-ignore
  { what: "a 503 of every attempt", request: {}, fault: { status: 503, retryAfter: 0, times: 3 }, status: 503, error: AWAY, retryAfter: "10" }, // prettier-ignore
  { what: "a lost connection of every attempt", request: {}, fault: { drop: true, times: 3 }, status: 503, error: AWAY, retryAfter: "10" }, // prettier-ignore
  { what: "a key that Polytomic does not know", request: {}, fault: { status: 401 }, status: 502, error: FAILED },
  { what: "a key without access", request: ADA, fault: { status: 403 }, status: 502, error: FAILED },
  { what: "a page instead of JSON, after which an invitation may have been sent", request: ADA, fault: { body: "<h1>Sign in</h1>" }, status: 502, error: FAILED }, // prettier-ignore
  { what: "a page instead of JSON", request: {}, fault: { body: "<h1>Sign in</h1>" }, status: 502, error: FAILED },
];
const refusals = NAMES.flatMap((name) => REFUSALS.map((refusal) => ({ name, ...refusal })));

test.each(refusals)("the app of $name responds with $status to $what", async ({ name, request, ...expected }) => {
  const app = APPS[name]!;
  if (expected.fault) app.sandbox.fail(expected.fault);
  const response = await call(app, request);
  expect([response.status, response.headers.get("retry-after")]).toEqual([
    expected.status,
    expected.retryAfter ?? null,
  ]);
  expect(await response.json()).toEqual({ error: expect.stringMatching(expected.error) });
  expect(app.sandbox.faults).toEqual([]);
});

test.each(NAMES)("the app of %s leaves errors that are not about Polytomic to the framework", async (name) => {
  expect((await call(APPS[name]!, { method: "POST", body: "{" })).status).toBe(400);
});

test.each(NAMES.flatMap((name) => [undefined, "", `${TOKEN}!`].map((token) => [name, token] as const)))(
  "the app of %s calls nothing for a caller with the token %j",
  async (name, token) => {
    const app = APPS[name]!;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    expect((await fetch(`${app.url}/users/${JANE}`, { method: "DELETE", headers })).status).toBe(401);
    expect(app.sandbox.requests).toEqual([]);
  },
);

test.each(NAMES)("the app of %s aborts its call when the caller disconnects, and continues to work", async (name) => {
  const app = APPS[name]!;
  app.sandbox.fail({ delay: 60_000 });
  const arrived = app.nextSignal();
  const controller = new AbortController();
  const disconnected = expect(call(app, { ...ADA, signal: controller.signal })).rejects.toThrow();
  const signal = await arrived;
  expect(signal.aborted).toBe(false);
  const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
  controller.abort();
  await Promise.all([disconnected, aborted]);
  expect((await call(app, {})).status).toBe(200);
  await expect.poll(app.output).toMatch(/"message":"The caller disconnected\.".*"status":499/);
});

test.each(NAMES)("the app of %s does not abort an invitation because its body has been read", async (name) => {
  const app = APPS[name]!;
  app.sandbox.fail({ delay: 300 });
  expect((await call(app, ADA)).status).toBe(201);
  expect(app.sandbox.requests).toMatchObject([{ method: "POST", status: 200 }]);
});

const SIGTERM_RULE = "the app of %s completes an invitation that is running when SIGTERM arrives, and ends";
test.each(NAMES)(SIGTERM_RULE, { timeout: 40_000 }, async (name) => {
  const app = STOPPED[name]!;
  app.sandbox.fail({ delay: 300 });
  const arrived = app.nextSignal();
  const invited = call(app, ADA);
  await arrived;
  const stopped = app.stop();
  expect((await invited).status).toBe(201);
  expect([0, null]).toContain(await stopped); // Nest ends itself with the signal
  expect(app.sandbox.requests).toMatchObject([{ method: "POST", status: 200 }]);
});

test("Fastify logs a failed call with the id of its request", async () => {
  const app = APPS["fastify"]!;
  await call(app, { method: "DELETE", path: `/${UNKNOWN}` });
  await expect.poll(app.output).toMatch(/"reqId":"req-\w+".*"NotFoundError".*"msg":"failed"/);
});

test.each(NAMES)("the log of the app of %s describes a failed call without keys and bodies", async (name) => {
  const app = APPS[name]!;
  const before = app.output().length;
  await call(app, { method: "POST", body: { email: "jane.doe@acmecorp.com" } });
  const written = (): string => app.output().slice(before);
  await expect.poll(written).toContain(`"msg":"failed"`);
  const line = written().split("\n").find((each) => each.includes(`"msg":"failed"`))!; // prettier-ignore
  const { err, status } = JSON.parse(line) as { err: Record<string, unknown>; status: number };
  expect(status).toBe(422);
  expect(err).toMatchObject({
    type: "UnprocessableEntityError",
    status: 422,
    attempts: 1,
    operation: { id: "createCurrentOrgUser", method: "POST", path: "/api/organization/users" },
  });
  expect(err).not.toHaveProperty("body");
  expect(err).not.toHaveProperty("headers");
  for (const secret of [app.sandbox.apiKey, TOKEN, "jane.doe"]) expect(app.output()).not.toContain(secret);
});
