import { getEventListeners } from "node:events";
import { runInNewContext } from "node:vm";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createSandbox, type Fault, type Sandbox } from "../../src/testing/index.ts";
import { send, VERSION, type RequestParts, type ParsedResponse } from "./send.ts";

const ADA = { email: "ada@acmecorp.com" };
const KEY = "an-idempotency-key";

const sandbox = createSandbox();
beforeEach(() => sandbox.reset());

function create(idempotencyKey = KEY): Promise<ParsedResponse> {
  return send(sandbox, "POST /users", { body: ADA, idempotencyKey });
}

function adaExists(): boolean {
  return sandbox.snapshot().organizations[0]!.users.some(({ email }) => email === ADA.email);
}

async function statuses(requests: number): Promise<number[]> {
  const seen: number[] = [];
  for (let count = 0; count < requests; count++) seen.push((await send(sandbox, "GET /users")).status);
  return seen;
}

test("faults happen in the order in which they were added, as often as `times` says", async () => {
  sandbox.fail({ status: 503 });
  sandbox.fail({ status: 500, times: 2 });
  sandbox.fail({ status: 429 });
  expect(await statuses(6)).toEqual([503, 500, 500, 429, 200, 200]);
});

test("`faults` lists the faults that have not happened yet, with the number of times that are left", async () => {
  sandbox.fail({ operation: "createPartnerUser", status: 503, retryAfter: 1 });
  sandbox.fail({ operation: "listPartnerUsers", drop: "response", delay: 1, times: 3 });
  sandbox.fail({ operation: "listPartnerUsers", body: { data: [1] }, times: 1 });
  await expect(send(sandbox, "GET /users")).rejects.toThrow("fetch failed");
  expect(sandbox.faults).toEqual([
    { operation: "createPartnerUser", status: 503, retryAfter: 1, times: 1 },
    { operation: "listPartnerUsers", drop: "response", delay: 1, times: 2 },
    { operation: "listPartnerUsers", body: { data: [1] }, times: 1 },
  ]);
});

test("`faults` is empty after every fault has happened, and after reset()", async () => {
  expect(sandbox.faults).toEqual([]);
  sandbox.fail({ status: 503, times: 2 });
  expect(await statuses(2)).toEqual([503, 503]);
  expect(sandbox.faults).toEqual([]);
  sandbox.fail({ status: 503 });
  sandbox.reset();
  expect(sandbox.faults).toEqual([]);
});

test("a fault with `times: Infinity` happens, and `faults` lists it, until reset()", async () => {
  sandbox.fail({ status: 502, times: Infinity });
  expect(await statuses(2)).toEqual([502, 502]);
  expect(sandbox.faults).toEqual([{ status: 502, times: Infinity }]);
  sandbox.reset();
  expect(sandbox.faults).toEqual([]);
  expect(await statuses(1)).toEqual([200]);
});

test("a request without a key gets a 401 instead of an injected status of the API, and takes the fault", async () => {
  sandbox.fail({ status: 500 });
  expect((await send(sandbox, "GET /users", { key: null })).status).toBe(401);
  expect(sandbox.faults).toEqual([]);
});

test("`faults` contains copies: changing the object passed to fail(), or a copy, does not change them", () => {
  const body = { data: { value: "before" } };
  sandbox.fail({ body });
  body.data.value = "after";
  const [copy] = sandbox.faults as [{ body: typeof body }];
  copy.body.data.value = "after";
  expect(sandbox.faults).toEqual([{ body: { data: { value: "before" } }, times: 1 }]);
});

test("a fault with an operation only happens to requests of that operation", async () => {
  sandbox.fail({ operation: "createPartnerUser", status: 503 });
  sandbox.fail({ operation: "listPartnerUsers", status: 502 });
  expect(await statuses(2)).toEqual([502, 200]);
  expect((await create()).status).toBe(503);
});

test("a request of an unknown route takes no fault", async () => {
  sandbox.fail({ status: 503 });
  expect((await send(sandbox, "GET /api/nothing")).status).toBe(404);
  expect(await statuses(1)).toEqual([503]);
});

test("an injected status has the API's error body, the version and Retry-After", async () => {
  sandbox.fail({ status: 503, retryAfter: 2 });
  const { headers, body } = await send(sandbox, "GET /users");
  expect(body).toMatchObject({ key: "service_unavailable", status: 503 });
  expect([headers.get("retry-after"), headers.get("x-polytomic-version")]).toEqual(["2", VERSION]);
});

test("an injected Retry-After can be an HTTP date", async () => {
  const date = "Fri, 31 Dec 1999 23:59:59 GMT";
  sandbox.fail({ status: 429, retryAfter: date });
  expect((await send(sandbox, "GET /users")).headers.get("retry-after")).toBe(date);
});

test.each([400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504])(
  "a request with an injected %i changes nothing",
  async (status) => {
    sandbox.fail({ status });
    expect((await create()).status).toBe(status);
    expect(adaExists()).toBe(false);
  },
);

test.each([401, 408, 409, 429, 502, 503, 504])(
  "an injected %i comes from in front of the API, and is not replayed for the same idempotency key",
  async (status) => {
    sandbox.fail({ status });
    await create();
    expect((await create()).status).toBe(200);
  },
);

test.each([400, 403, 404, 422, 500])(
  "an injected %i comes from the API, and is replayed for the same idempotency key",
  async (status) => {
    sandbox.fail({ status });
    const first = await create();
    expect((await create()).body).toEqual(first.body);
    expect((await create("another-key")).status).toBe(200);
  },
);

test("an injected body can be an object of another realm, as in Jest, but not an instance of a class", async () => {
  const body = runInNewContext("({ data: [{ id: 'x' }] })") as object;
  sandbox.fail({ body });
  expect((await send(sandbox, "GET /users")).body).toEqual({ data: [{ id: "x" }] });
  expect(() => sandbox.fail({ body: Object.assign(Object.create(null), { data: [] }) })).not.toThrow();
  for (const code of ["new Map()", "new (class A {})()", "Promise.resolve()", "Object.create({})"]) {
    expect(() => sandbox.fail({ body: runInNewContext(code) })).toThrow("`body` must be a string or a JSON value");
  }
});

test.each([201, 204, 302, 304])("an injected body can have the status %i", async (injected) => {
  sandbox.fail({ status: injected, body: "" });
  const { status, body } = await send(sandbox, "GET /users");
  expect([status, body]).toEqual([injected, { text: "" }]);
});

test("an injected string is sent as HTML instead of the response of the API, which changes nothing", async () => {
  sandbox.fail({ body: "<h1>Down for maintenance</h1>" });
  const { status, headers, body } = await create();
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(body["text"]).toBe("<h1>Down for maintenance</h1>");
  expect(adaExists()).toBe(false);
  expect((await create()).body).toHaveProperty("data");
});

test("an injected body can have a status, a content type and a Retry-After", async () => {
  sandbox.fail({ status: 500, body: '{"data":', contentType: "application/json", retryAfter: 1 });
  const { status, headers, body } = await send(sandbox, "GET /users");
  expect([status, body["text"]]).toEqual([500, '{"data":']);
  expect([headers.get("content-type"), headers.get("retry-after")]).toEqual(["application/json", "1"]);
});

test("an injected body that is not a string is sent as JSON", async () => {
  sandbox.fail({ body: { data: null } });
  const { headers, body } = await send(sandbox, "GET /users");
  expect([headers.get("content-type"), body]).toEqual(["application/json", { data: null }]);
});

test("an injected body can be empty", async () => {
  sandbox.fail({ status: 502, body: "" });
  expect((await send(sandbox, "GET /users")).body).toEqual({ text: "" });
});

test.each<[Fault["drop"] & (true | string)]>([[true], ["request"]])(
  "a drop of %s rejects as fetch does, and changes nothing",
  async (drop) => {
    sandbox.fail({ drop });
    await expect(create()).rejects.toMatchObject({
      name: "TypeError",
      message: "fetch failed",
      cause: { code: "ECONNRESET" },
    });
    expect(adaExists()).toBe(false);
    expect(sandbox.requests).toMatchObject([{ operation: "createPartnerUser", status: undefined }]);
    expect((await create()).status).toBe(200);
  },
);

test("a drop of the response rejects after the operation has run, and its idempotency key gets the response", async () => {
  sandbox.fail({ drop: "response" });
  await expect(create()).rejects.toThrow(TypeError);
  expect(adaExists()).toBe(true);
  expect((await create()).status).toBe(200);
  expect((await create("another-key")).status).toBe(422);
});

/** Reads a response to its end or to its error. */
async function readTruncated(): Promise<{ announced: number; arrived: string; error: unknown }> {
  const response = await sandbox.fetch(`https://app.polytomic.com/api/organization/users`, {
    headers: { authorization: `Bearer ${sandbox.apiKey}`, "x-polytomic-version": VERSION },
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let arrived = "";
  try {
    for (;;) arrived += (await reader.read()).value ?? "";
  } catch (error) {
    return { announced: Number(response.headers.get("content-length")), arrived, error };
  }
}

test("a truncated response has the Content-Length of the whole body, of which half arrives", async () => {
  const whole = JSON.stringify((await send(sandbox, "GET /api/organization/users", { key: sandbox.apiKey })).body);
  sandbox.fail({ truncate: true });
  const { announced, arrived, error } = await readTruncated();
  expect(announced).toBe(whole.length);
  expect(arrived).toBe(whole.slice(0, Math.floor(whole.length / 2)));
  expect(error).toMatchObject({ name: "TypeError", message: "terminated" });
});

test.each([0, 1, 10])("a response can be truncated after %i bytes", async (truncate) => {
  sandbox.fail({ truncate });
  expect((await readTruncated()).arrived).toHaveLength(truncate);
});

test("the last byte of a truncated response never arrives", async () => {
  sandbox.fail({ truncate: 1_000_000 });
  const { announced, arrived } = await readTruncated();
  expect(arrived).toHaveLength(announced - 1);
});

test("a truncated response comes after the operation has run, and its idempotency key gets the whole response", async () => {
  sandbox.fail({ truncate: true });
  await expect(create()).rejects.toThrow(TypeError);
  expect(adaExists()).toBe(true);
  expect((await create()).body).toHaveProperty("data.email", ADA.email);
});

function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Sends a request and aborts it with the reason `"enough"` while it is delayed. */
async function giveUp(request: string, parts: RequestParts = {}, delayed = sandbox): Promise<ParsedResponse> {
  const caller = new AbortController();
  const response = send(delayed, request, { ...parts, signal: caller.signal });
  response.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(1);
  caller.abort("enough");
  return response;
}

test("a delay alone delays the response and lets the request succeed", async () => {
  useFakeTimers();
  sandbox.fail({ delay: 1000 });
  const responded = vi.fn<(response: ParsedResponse) => void>();
  const running = create().then(responded);
  await vi.advanceTimersByTimeAsync(999);
  expect(responded).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await running;
  expect(responded.mock.lastCall?.[0]).toMatchObject({ status: 200 });
});

test.each<[string, Fault]>([
  ["status", { status: 503 }],
  ["drop", { drop: true }],
  ["body", { body: "" }],
  ["truncation", { truncate: true }],
])("the delay before a %s ends when the caller aborts", async (_what, fault) => {
  useFakeTimers();
  sandbox.fail({ delay: 60_000, ...fault });
  await expect(giveUp("GET /users")).rejects.toBe("enough");
});

test("a delayed request whose caller aborts rejects with the caller's reason, and changes nothing", async () => {
  useFakeTimers();
  sandbox.fail({ delay: 60_000, times: 2 });
  await expect(giveUp("POST /users", { body: ADA })).rejects.toBe("enough");
  expect(adaExists()).toBe(false);
  await expect(send(sandbox, "GET /users", { signal: AbortSignal.abort("too late") })).rejects.toBe("too late");
});

test("a delay leaves no listener on the caller's signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  signal.addEventListener = () => void listeners++;
  signal.removeEventListener = () => void listeners--;
  sandbox.fail({ delay: 1, times: 3 });
  for (let count = 0; count < 3; count++) await send(sandbox, "GET /users", { signal });
  expect(listeners).toBe(0);
});

test("requests with latency share one listener on a signal, which the last of them removes", async () => {
  const slow = createSandbox({ latency: 100 });
  const { signal } = new AbortController();
  const listeners = (): number => getEventListeners(signal, "abort").length;
  const sent = Array.from({ length: 12 }, () => send(slow, "GET /users", { signal }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(listeners()).toBe(1); // Node 20 warns of more than ten
  await Promise.all(sent);
  expect(listeners()).toBe(0);
});

test("latency ends when the caller aborts, and the request changes nothing", async () => {
  useFakeTimers();
  const slow = createSandbox({ latency: 60_000 });
  await expect(giveUp("POST /users", { body: ADA }, slow)).rejects.toBe("enough");
  expect(slow.snapshot()).toEqual(createSandbox().snapshot());
});

const invitation = { body: ADA, idempotencyKey: "12345678" };

test.each<[string, number, string, RequestParts, (slow: Sandbox) => unknown]>([
  ["a success", 200, "GET /users", {}, () => undefined],
  ["a missing key", 401, "GET /users", { key: null }, () => undefined],
  ["a rate limit", 429, "GET /users", {}, (slow) => slow.rateLimit({ requests: 0, per: 1000 })],
  ["a fault in front of the API", 503, "GET /users", {}, (slow) => slow.fail({ status: 503 })],
  ["a replay", 200, "POST /users", invitation, (slow) => send(slow, "POST /users", invitation)],
  ["an unknown route", 404, "GET /api/nothing", {}, () => undefined],
  ["an unknown version", 400, "GET /users", { version: "1999-01-01" }, () => undefined],
])("latency delays the response to %s", async (_what, status, request, parts, prepare) => {
  useFakeTimers();
  const slow = createSandbox({ latency: 1000 });
  const prepared = prepare(slow);
  await vi.advanceTimersByTimeAsync(1000);
  await prepared;
  const responded = vi.fn<(response: ParsedResponse) => void>();
  const running = send(slow, request, parts).then(responded);
  await vi.advanceTimersByTimeAsync(999);
  expect(responded).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await running;
  expect(responded.mock.lastCall?.[0]).toMatchObject({ status });
});

const circular: Record<string, unknown> = {};
circular["self"] = circular;

test.each<[unknown, string]>([
  [{ body: circular }, "`body` must be a string or a JSON value; got an object."],
  [{ body: 10n }, "`body` must be a string or a JSON value; got 10."],
  [{ body: () => "" }, "`body` must be a string or a JSON value; got a function."],
  [{ body: new Uint8Array(3) }, "`body` must be a string or a JSON value; got an object."],
  [{ status: 302 }, "`status` must be a whole number from 400 to 599; got 302."],
  [{ status: 199, body: "" }, "`status` must be a whole number from 200 to 599; got 199."],
  [{}, "fail() needs one of `status`, `body`, `drop`, `truncate` and `delay`."],
  [{ times: 2 }, "fail() needs one of `status`"],
  [undefined, "fail(): expected an object; got undefined. Valid options: operation, times, status"],
  [{ stauts: 500 }, "fail(): unknown option `stauts`. Valid options: operation, times, status"],
  [{ status: 500, drop: true }, "fail() takes only one of `status` or `body`, `drop` and `truncate`. Call it once for"],
  [{ operation: "listUsers", status: 500 }, 'Unknown operation "listUsers". Valid operations: listCurrentOrgUsers'],
  [{ status: 200 }, "`status` must be a whole number from 400 to 599; got 200."],
  [{ status: "500" }, '`status` must be a whole number from 400 to 599; got "500".'],
  [{ status: 500, times: 0 }, "`times` must be a whole number of 1 or more; got 0."],
  [{ delay: -1 }, "`delay`, in milliseconds, must be a whole number from 0 to 2147483647; got -1."],
  [{ truncate: "half" }, '`truncate` must be true or a number of bytes; got "half".'],
  [{ truncate: -1 }, "`truncate`, in bytes, must be a whole number of 0 or more; got -1."],
  [{ drop: false }, '`drop` must be true, "request" or "response"; got false.'],
  [{ drop: true, retryAfter: 1 }, "`retryAfter` requires `status`."],
  [{ status: 500, retryAfter: -1 }, "`retryAfter`, in seconds, must be a whole number of 0 or more; got -1."],
  [{ status: 500, retryAfter: "a\nb" }, '`retryAfter` must be a valid header value; got "a\\nb".'],
  [{ status: 500, contentType: "text/plain" }, "`contentType` requires `body`."],
])("an invalid fault throws a TypeError that names the mistake: %o", (fault, message) => {
  expect(() => sandbox.fail(fault as Fault)).toThrow(message);
  expect(() => sandbox.fail(fault as Fault)).toThrow(TypeError);
});
