import { beforeEach, expect, test } from "vitest";
import { createSandbox, type RateLimit } from "../../src/testing/index.ts";
import { send } from "./send.ts";

let now = 0;
const sandbox = createSandbox({ now: () => now });
beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  sandbox.reset();
});

async function statuses(requests: number): Promise<number[]> {
  const seen: number[] = [];
  for (let count = 0; count < requests; count++) seen.push((await send(sandbox, "GET /users")).status);
  return seen;
}

test("requests over the rate limit get a 429 until the period ends", async () => {
  sandbox.rateLimit({ requests: 2, per: 1000 });
  expect(await statuses(4)).toEqual([200, 200, 429, 429]);
  now += 999;
  expect(await statuses(1)).toEqual([429]);
  now += 1;
  expect(await statuses(3)).toEqual([200, 200, 429]);
});

test("a new rate limit starts a new period", async () => {
  sandbox.rateLimit({ requests: 1, per: 1000 });
  expect(await statuses(2)).toEqual([200, 429]);
  now += 500;
  sandbox.rateLimit({ requests: 1, per: 1000 });
  expect(await statuses(2)).toEqual([200, 429]);
  now += 999;
  expect(await statuses(1)).toEqual([429]);
});

test("the Retry-After of a rate limit is the rest of the period in seconds, rounded up", async () => {
  sandbox.rateLimit({ requests: 1, per: 10_000 });
  await send(sandbox, "GET /users");
  now += 7_500;
  const { headers, body } = await send(sandbox, "GET /users");
  expect([headers.get("retry-after"), body["key"]]).toEqual(["3", "too_many_requests"]);
});

test("a request over the rate limit changes nothing, and uses no idempotency key and no fault", async () => {
  sandbox.rateLimit({ requests: 0, per: 1000 });
  sandbox.fail({ status: 503 });
  const create = { body: { email: "ada@acmecorp.com" }, idempotencyKey: "an-idempotency-key" };
  expect((await send(sandbox, "POST /users", create)).status).toBe(429);
  sandbox.rateLimit({ requests: Infinity, per: 1000 });
  expect((await send(sandbox, "POST /users", create)).status).toBe(503);
  expect((await send(sandbox, "POST /users", create)).status).toBe(200);
});

test("the rate limit counts the requests of all callers together", async () => {
  sandbox.rateLimit({ requests: 1, per: 1000 });
  expect((await send(sandbox, "GET /users", { key: sandbox.apiKey })).status).toBe(200);
  expect((await send(sandbox, "GET /users", { key: sandbox.deploymentKey })).status).toBe(429);
});

test.each<[unknown, string]>([
  [undefined, "rateLimit(): expected an object; got undefined. Valid options: requests, per."],
  [{ requests: 1 }, "`per`, in milliseconds, must be a whole number of 1 or more; got undefined."],
  [{ requests: -1, per: 1 }, "`requests` must be a whole number of 0 or more; got -1."],
  [{ requests: 1, per: 1, burst: 2 }, "rateLimit(): unknown option `burst`. Valid options: requests, per."],
])("an invalid rate limit throws a TypeError that names the mistake: %j", (limit, message) => {
  expect(() => sandbox.rateLimit(limit as RateLimit)).toThrow(message);
  expect(() => sandbox.rateLimit(limit as RateLimit)).toThrow(TypeError);
});

test("the rate limit also counts requests without a key", async () => {
  sandbox.rateLimit({ requests: 1, per: 1000 });
  expect((await send(sandbox, "GET /users", { key: null })).status).toBe(401);
  expect(await statuses(1)).toEqual([429]);
});
