import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { LIMITS } from "../../src/testing/bounded-map.ts";
import type { Call } from "../../src/testing/call.ts";
import { Idempotency } from "../../src/testing/idempotency.ts";
import { createSandbox } from "../../src/testing/index.ts";
import type { StoredResponse } from "../../src/testing/stored-response.ts";
import { USER as JANE } from "../facts.ts";
import { send, type ParsedResponse, type RequestParts } from "./send.ts";

const HOUR = 60 * 60 * 1000;
const ADA = { email: "ada@acmecorp.com" };
const KEY = "an-idempotency-key";

let now = 0;
const sandbox = createSandbox({ now: () => now });
beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  sandbox.reset();
});

function create(idempotencyKey = KEY, more: RequestParts = {}): Promise<ParsedResponse> {
  return send(sandbox, "POST /users", { idempotencyKey, body: ADA, ...more });
}

test("a repeated idempotency key gets the first response, and creates nothing", async () => {
  const first = await create();
  const { users } = sandbox.snapshot().organizations[0]!;
  expect((await create()).body).toEqual(first.body);
  expect(sandbox.snapshot().organizations[0]!.users).toEqual(users);
});

test("a repeated idempotency key gets the first response even if the created user is deleted", async () => {
  const first = await create();
  await send(sandbox, `DELETE /users/${(first.body["data"] as { id: string }).id}`);
  expect((await create()).body).toEqual(first.body);
});

test("a repeated idempotency key gets the same minted key", async () => {
  const [first, second] = [
    await send(sandbox, `POST /users/${JANE}/keys?force=true`, { idempotencyKey: KEY }),
    await send(sandbox, `POST /users/${JANE}/keys?force=true`, { idempotencyKey: KEY }),
  ];
  expect(second.body).toEqual(first.body);
  expect(sandbox.snapshot().organizations[0]!.users[0]!.apiKeys).toHaveLength(1);
});

test.each([
  ["an invalid body", { body: { email: "ada" } }, 422],
  ["a body that is not JSON", { body: "ada" }, 422],
  ["the wrong kind of key", { key: sandbox.apiKey, scope: sandbox.organizationId }, 403],
])("a repeated idempotency key gets the first error: %s", async (_what, more, status) => {
  const [first, second] = [await create(KEY, more), await create(KEY, more)];
  expect([first.status, second.status]).toEqual([status, status]);
  expect(second.body).toEqual(first.body);
});

test("a repeated idempotency key gets the first 404 even if the user exists by then", async () => {
  const { id } = (await create("create-the-user")).body["data"] as { id: string };
  sandbox.reset();
  const before = await send(sandbox, `POST /users/${id}/keys`, { idempotencyKey: KEY });
  await create("create-the-user");
  const after = await send(sandbox, `POST /users/${id}/keys`, { idempotencyKey: KEY });
  expect([before.status, after.status]).toEqual([404, 404]);
  expect((await send(sandbox, `POST /users/${id}/keys`)).status).toBe(200);
});

test("a repeated idempotency key gets the first response, whatever the body is", async () => {
  const first = await create();
  expect((await create(KEY, { body: { email: "eve@acmecorp.com" } })).body).toEqual(first.body);
  expect(sandbox.snapshot().organizations[0]!.users.map(({ email }) => email)).not.toContain("eve@acmecorp.com");
});

test("a repeated idempotency key gets the first response, whatever the query is", async () => {
  const mint = (query: string): Promise<ParsedResponse> =>
    send(sandbox, `POST /users/${JANE}/keys${query}`, { idempotencyKey: KEY });
  const first = await mint("");
  expect((await mint("?force=true")).body).toEqual(first.body);
});

test.each([
  ["path", `PUT /users/${JANE}`, "PUT /users/b4e2d3c5-6f7a-8901-2345-6789abcdef01"],
  ["method", "POST /users", `PUT /users/${JANE}`],
])("an idempotency key can be used again with another %s", async (_what, one, other) => {
  const parts = { idempotencyKey: KEY, body: ADA };
  const [first, second] = [await send(sandbox, one, parts), await send(sandbox, other, parts)];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body).not.toEqual(first.body);
});

test.each([
  ["partner and API", sandbox.partnerKey, sandbox.apiKey],
  ["partner and deployment", sandbox.partnerKey, sandbox.deploymentKey],
  ["two API", sandbox.apiKey, "janes-own-key"],
])("an idempotency key belongs to the key that used it: %s keys", async (_kinds, one, other) => {
  const users = [{ email: "jane.doe@acmecorp.com", apiKeys: ["janes-own-key"] }];
  const shared = createSandbox({ organizations: [{ users }] });
  const createWith = (key: string): Promise<ParsedResponse> =>
    send(shared, "POST /users", { key, idempotencyKey: KEY, body: ADA });
  expect((await createWith(one)).status).toBe(200);
  expect((await createWith(other)).status).toBe(422); // it ran: the address already exists
  expect((await createWith(one)).status).toBe(200);
});

test("an idempotency key that an API key used as Basic can be used as Bearer", async () => {
  const { apiKey, organizationId } = sandbox;
  expect((await create(KEY, { key: apiKey, scope: organizationId })).status).toBe(403);
  expect((await create(KEY, { key: apiKey })).status).toBe(200);
});

test("an idempotency key of a scoped key belongs to the organization of the scope", async () => {
  const other = "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34";
  const two = createSandbox({ organizations: [{}, { id: other }] });
  const invite = (scope: string): Promise<ParsedResponse> =>
    send(two, "POST /api/organization/users", { scope, idempotencyKey: KEY, body: ADA });
  const [first, second] = [await invite(two.organizationId), await invite(other)];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body["data"]).toMatchObject({ organization_id: other });
});

test("an idempotency key is remembered for 24 hours", async () => {
  const first = await create();
  now += 24 * HOUR - 1;
  expect((await create()).body).toEqual(first.body);
  now += 1;
  expect((await create()).status).toBe(422); // it ran: the address already exists
});

test("the 24 hours of an idempotency key start when its request arrives", async () => {
  const { finish } = delayFirstCreate();
  const running = create();
  expect((await create()).status).toBe(409); // the first request has arrived
  now += HOUR;
  await finish();
  const first = await running;
  now += 23 * HOUR - 1;
  expect((await create()).body).toEqual(first.body);
  now += 1;
  expect((await create()).status).toBe(422); // it ran: the address already exists
});

test("an idempotency key also applies to a PUT", async () => {
  const put = (role: string, idempotencyKey: string): Promise<ParsedResponse> =>
    send(sandbox, `PUT /users/${JANE}`, { idempotencyKey, body: { email: "jane.doe@acmecorp.com", role } });
  const first = await put("user", KEY);
  await put("admin", "another-key");
  expect((await put("user", KEY)).body).toEqual(first.body);
  const { body } = await send(sandbox, `GET /users/${JANE}`);
  expect(body["data"]).toMatchObject({ role: "admin" }); // the replay changed nothing
});

test("an idempotency key is ignored on GET and DELETE", async () => {
  const get = (): Promise<ParsedResponse> => send(sandbox, `GET /users/${JANE}`, { idempotencyKey: KEY });
  expect((await get()).status).toBe(200);
  expect((await send(sandbox, `DELETE /users/${JANE}`, { idempotencyKey: KEY })).status).toBe(200);
  expect((await get()).status).toBe(404);
});

test("a request with an unknown key does not use its idempotency key", async () => {
  expect((await create(KEY, { key: "unknown" })).status).toBe(401);
  expect((await create()).status).toBe(200);
});

/** Runs requests while the first one is delayed, until `finish()`. */
function delayFirstCreate(): { finish: () => Promise<unknown> } {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  sandbox.fail({ operation: "createPartnerUser", delay: 60_000 });
  return { finish: () => vi.advanceTimersByTimeAsync(60_000) };
}

test("a running request keeps its idempotency key for more than 24 hours, whatever body the next request has", async () => {
  const { finish } = delayFirstCreate();
  const running = create();
  now += 48 * HOUR;
  expect((await create()).status).toBe(409);
  expect((await create(KEY, { body: { email: "eve@acmecorp.com" } })).status).toBe(409);
  await finish();
  expect((await running).status).toBe(200);
});

test("the idempotency key of a running request gets a 409, and its response once it has finished", async () => {
  const { finish } = delayFirstCreate();
  const running = create();
  expect((await create()).status).toBe(409);
  await finish();
  const first = await running;
  expect(first.status).toBe(200);
  expect((await create()).body).toEqual(first.body);
});

test("only one of eight concurrent requests with an idempotency key creates the user, and the others get a 409", async () => {
  const { finish } = delayFirstCreate();
  const running = create();
  const others = await Promise.all(Array.from({ length: 7 }, () => create()));
  expect(others.map(({ status }) => status)).toEqual([409, 409, 409, 409, 409, 409, 409]);
  await finish();
  expect((await running).status).toBe(200);
});

test("a create that the caller aborts creates nothing, and its idempotency key can be used again", async () => {
  sandbox.fail({ operation: "createPartnerUser", delay: 60_000 });
  const caller = new AbortController();
  const running = create(KEY, { signal: caller.signal });
  expect((await create()).status).toBe(409);
  caller.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  expect((await create()).status).toBe(200);
});

test.each(["1234567", "a".repeat(256), "with blank", "with.dot"])(
  "a malformed idempotency key gets a 400: %s",
  async (key) => {
    expect((await create(key)).status).toBe(400);
  },
);

test.each(["12345678", "a".repeat(255), "A-Z_a-z-0-9"])("a valid idempotency key is accepted: %s", async (key) => {
  expect((await create(key)).status).toBe(200);
});

/** Calls an operation with an idempotency key. */
function callOnce(idempotency: Idempotency, key: string, run: () => Promise<StoredResponse>): Promise<StoredResponse> {
  const call = { method: "POST", path: "", headers: new Headers({ "idempotency-key": key }) } as Call;
  return idempotency.once(
    call,
    { key: "", owner: { kind: "organization" }, scheme: "apiKey", organizationId: "" },
    run,
  );
}

/** Calls an operation with each of the keys, and returns the keys with which it ran. */
async function runAll(idempotency: Idempotency, keys: readonly string[]): Promise<string[]> {
  const ran: string[] = [];
  for (const key of keys) {
    await callOnce(idempotency, key, () => {
      ran.push(key);
      return Promise.resolve({ status: 200, headers: {}, body: "123" });
    });
  }
  return ran;
}

test.each([
  ["there are too many", { entries: 2, bytes: 1000 }],
  ["their responses take too many bytes", { entries: 10, bytes: 110 }], // each takes 54
])("the sandbox forgets the oldest idempotency keys when %s", async (_when, limits) => {
  const idempotency = new Idempotency(Date.now, limits);
  expect(await runAll(idempotency, ["first-key", "other-key", "first-key"])).toEqual(["first-key", "other-key"]);
  expect(await runAll(idempotency, ["third-key", "other-key", "first-key"])).toEqual(["third-key", "first-key"]);
});

test("by default, the sandbox remembers 10 000 idempotency keys and 16 MiB of responses", () => {
  expect(LIMITS).toEqual({ entries: 10_000, bytes: 16 * 1024 * 1024 });
});

test("a running request keeps its idempotency key, however many others finish in the meantime", async () => {
  const idempotency = new Idempotency(Date.now, { entries: 1, bytes: 1000 });
  await callOnce(idempotency, "first-key", async () => {
    await runAll(idempotency, ["other-key", "third-key"]);
    await expect(runAll(idempotency, ["first-key"])).rejects.toMatchObject({ status: 409 });
    return { status: 200, headers: {}, body: "" };
  });
  expect(await runAll(idempotency, ["first-key"])).toEqual([]);
});
