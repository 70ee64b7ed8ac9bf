import { beforeEach, describe, expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ask, type Told } from "./ask.ts";

const HOUR = 60 * 60 * 1000;
const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
const ADA = { email: "ada@acmecorp.com" };
const KEY = "an-idempotency-key";

let now = 0;
const sandbox = createSandbox({ now: () => now });
beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  sandbox.reset();
});

function create(idempotencyKey = KEY, more: Parameters<typeof ask>[2] = {}): Promise<Told> {
  return ask(sandbox, "POST /users", { idempotencyKey, body: ADA, ...more });
}

describe("a request with a key that was used", () => {
  test("gets the first answer, and makes nothing", async () => {
    const first = await create();
    const { users } = sandbox.snapshot().organizations[0]!;
    expect((await create()).body).toEqual(first.body);
    expect(sandbox.snapshot().organizations[0]!.users).toEqual(users);
  });

  test("gets the first answer although it would be another one by now", async () => {
    const first = await create();
    await ask(sandbox, `DELETE /users/${(first.body["data"] as { id: string }).id}`);
    expect((await create()).body).toEqual(first.body);
  });

  test("gets the same minted key", async () => {
    const [first, second] = [
      await ask(sandbox, `POST /users/${JANE}/keys?force=true`, { idempotencyKey: KEY }),
      await ask(sandbox, `POST /users/${JANE}/keys?force=true`, { idempotencyKey: KEY }),
    ];
    expect(second.body).toEqual(first.body);
    expect(sandbox.snapshot().organizations[0]!.users[0]!.apiKeys).toHaveLength(1);
  });

  test.each([
    ["a body that was refused", { body: { email: "ada" } }, 422],
    ["a body that is not JSON", { body: "ada" }, 422],
    ["a key of another kind", { key: sandbox.apiKey, scope: sandbox.organizationId }, 403],
  ])("gets the first answer, an error too: %s", async (_what, more, status) => {
    const [first, second] = [await create(KEY, more), await create(KEY, more)];
    expect([first.status, second.status]).toEqual([status, status]);
    expect(second.body).toEqual(first.body);
  });

  test("gets the first answer, also when that was not found, and the user is there by now", async () => {
    const { id } = (await create("first-of-all")).body["data"] as { id: string };
    sandbox.reset();
    const before = await ask(sandbox, `POST /users/${id}/keys`, { idempotencyKey: KEY });
    await create("first-of-all");
    const after = await ask(sandbox, `POST /users/${id}/keys`, { idempotencyKey: KEY });
    expect([before.status, after.status]).toEqual([404, 404]);
    expect((await ask(sandbox, `POST /users/${id}/keys`)).status).toBe(200);
  });

  test("is refused with 422 when it asks for something else, and the first answer stands", async () => {
    const first = await create();
    expect((await create(KEY, { body: { email: "eve@acmecorp.com" } })).status).toBe(422);
    expect((await ask(sandbox, `POST /users/${JANE}/keys`, { idempotencyKey: KEY })).status).toBe(422);
    expect((await create(KEY, { body: { ...ADA, role: "user" } })).status).toBe(422);
    expect((await create()).body).toEqual(first.body);
  });
});

test.each([
  ["path", "PUT /users/a3f1c2d4-5b6e-7f89-0123-456789abcdef", "PUT /users/b4e2d3c5-6f7a-8901-2345-6789abcdef01"],
  ["method", "POST /users", "PUT /users/a3f1c2d4-5b6e-7f89-0123-456789abcdef"],
  ["query", `POST /users/${JANE}/keys?force=true`, `POST /users/${JANE}/keys?force=false`],
])("a key that was used with another %s is refused, though the body is the same", async (_what, one, other) => {
  const asked = { idempotencyKey: KEY, body: ADA };
  expect((await ask(sandbox, one, asked)).status).toBe(200);
  expect((await ask(sandbox, other, asked)).status).toBe(422);
});

describe("a key is remembered", () => {
  test("per credential", async () => {
    await create();
    expect((await create(KEY, { key: sandbox.deploymentKey })).status).toBe(422); // the address is taken: it was tried
    expect((await create(KEY, { key: sandbox.apiKey })).status).toBe(422);
    expect((await create(KEY)).status).toBe(200);
  });

  test("per organization that Basic narrows the credential to", async () => {
    const other = "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34";
    const two = createSandbox({ organizations: [{}, { id: other }] });
    const invite = (scope: string): Promise<Told> =>
      ask(two, "POST /api/organization/users", { scope, idempotencyKey: KEY, body: ADA });
    const [first, second] = [await invite(two.organizationId), await invite(other)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body["data"]).toMatchObject({ organization_id: other });
  });

  test("for 24 hours", async () => {
    const first = await create();
    now += 24 * HOUR - 1;
    expect((await create()).body).toEqual(first.body);
    now += 1;
    expect((await create()).status).toBe(422); // the address is taken: it was tried
  });

  test("on PUT, too", async () => {
    const put = (role: string, idempotencyKey: string): Promise<Told> =>
      ask(sandbox, `PUT /users/${JANE}`, { idempotencyKey, body: { email: "jane.doe@acmecorp.com", role } });
    const first = await put("user", KEY);
    await put("admin", "another-key");
    expect((await put("user", KEY)).body).toEqual(first.body);
    const { body } = await ask(sandbox, `GET /users/${JANE}`);
    expect(body["data"]).toMatchObject({ role: "admin" }); // the repetition did nothing
  });

  test("not on GET and DELETE, where it has no place", async () => {
    const get = (): Promise<Told> => ask(sandbox, `GET /users/${JANE}`, { idempotencyKey: KEY });
    expect((await get()).status).toBe(200);
    expect((await ask(sandbox, `DELETE /users/${JANE}`, { idempotencyKey: KEY })).status).toBe(200);
    expect((await get()).status).toBe(404);
  });

  test("not when the credential is not known", async () => {
    expect((await create(KEY, { key: "nobody" })).status).toBe(401);
    expect((await create()).status).toBe(200);
  });
});

describe("while the first request is running", () => {
  test("its key is held, for longer than a day if need be, and refused to another body", async () => {
    sandbox.fail({ operation: "createPartnerUser", delay: 20 });
    const running = create();
    now += 48 * HOUR;
    expect((await create()).status).toBe(409);
    expect((await create(KEY, { body: { email: "eve@acmecorp.com" } })).status).toBe(422);
    expect((await running).status).toBe(200);
  });

  test("another one with its key gets 409, and the answer once it has finished", async () => {
    sandbox.fail({ operation: "createPartnerUser", delay: 20 });
    const running = create();
    expect((await create()).status).toBe(409);
    const first = await running;
    expect(first.status).toBe(200);
    expect((await create()).body).toEqual(first.body);
  });

  test("of many at once, one makes the user", async () => {
    sandbox.fail({ operation: "createPartnerUser", delay: 5 });
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => create()))).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });

  test("the key is free again when its caller gives up, and nothing was made", async () => {
    sandbox.fail({ operation: "createPartnerUser", delay: 60_000 });
    const caller = new AbortController();
    const running = create(KEY, { signal: caller.signal });
    expect((await create()).status).toBe(409);
    caller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    expect((await create()).status).toBe(200);
  });
});

test.each(["1234567", "a".repeat(256), "with blank", "with.dot"])(
  "a key of a wrong form is refused: %s",
  async (key) => {
    expect((await create(key)).status).toBe(400);
  },
);

test.each(["12345678", "a".repeat(255), "A-Z_a-z-0-9"])("a key of a right form is taken: %s", async (key) => {
  expect((await create(key)).status).toBe(200);
});
