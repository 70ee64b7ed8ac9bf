import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createSandbox, type Fault, type Sandbox } from "../../src/testing/index.ts";
import { ask, VERSION, type Asked, type Told } from "./ask.ts";

const ADA = { email: "ada@acmecorp.com" };
const KEY = "an-idempotency-key";

const sandbox = createSandbox();
beforeEach(() => sandbox.reset());

function create(idempotencyKey = KEY): Promise<Told> {
  return ask(sandbox, "POST /users", { body: ADA, idempotencyKey });
}

function isAdaThere(): boolean {
  return sandbox.snapshot().organizations[0]!.users.some(({ email }) => email === ADA.email);
}

async function statuses(requests: number): Promise<number[]> {
  const seen: number[] = [];
  for (let count = 0; count < requests; count++) seen.push((await ask(sandbox, "GET /users")).status);
  return seen;
}

describe("faults", () => {
  test("happen in the order in which they were given, and then no more", async () => {
    sandbox.fail({ status: 503 });
    sandbox.fail({ status: 500, times: 2 });
    sandbox.fail({ status: 429 });
    expect(await statuses(6)).toEqual([503, 500, 500, 429, 200, 200]);
  });

  test("go on until reset() with `times: Infinity`", async () => {
    sandbox.fail({ status: 502, times: Infinity });
    expect(await statuses(4)).toEqual([502, 502, 502, 502]);
    sandbox.reset();
    expect(await statuses(1)).toEqual([200]);
  });

  test("wait for the operation that they are meant for", async () => {
    sandbox.fail({ operation: "createPartnerUser", status: 503 });
    sandbox.fail({ operation: "listPartnerUsers", status: 502 });
    expect(await statuses(2)).toEqual([502, 200]);
    expect((await create()).status).toBe(503);
  });

  test("do not happen to a route that the API does not have", async () => {
    sandbox.fail({ status: 503 });
    expect((await ask(sandbox, "GET /api/nothing")).status).toBe(404);
    expect(await statuses(1)).toEqual([503]);
  });
});

describe("a status", () => {
  test("comes with the API's error body, the version and Retry-After", async () => {
    sandbox.fail({ status: 503, retryAfter: 2 });
    const { headers, body } = await ask(sandbox, "GET /users");
    expect(body).toMatchObject({ key: "service_unavailable", status: 503 });
    expect([headers.get("retry-after"), headers.get("x-polytomic-version")]).toEqual(["2", VERSION]);
  });

  test("can have an HTTP date as its Retry-After", async () => {
    const date = "Fri, 31 Dec 1999 23:59:59 GMT";
    sandbox.fail({ status: 429, retryAfter: date });
    expect((await ask(sandbox, "GET /users")).headers.get("retry-after")).toBe(date);
  });

  test.each([400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504])("%i changes nothing", async (status) => {
    sandbox.fail({ status });
    expect((await create()).status).toBe(status);
    expect(isAdaThere()).toBe(false);
  });

  test.each([401, 408, 409, 429, 502, 503, 504])(
    "%i is not the API's own, and is gone the next time",
    async (status) => {
      sandbox.fail({ status });
      await create();
      expect((await create()).status).toBe(200);
    },
  );

  test.each([400, 403, 404, 422, 500])(
    "%i is the API's own, and is repeated for the same idempotency key",
    async (status) => {
      sandbox.fail({ status });
      const first = await create();
      expect((await create()).body).toEqual(first.body);
      expect((await create("another-key")).status).toBe(200);
    },
  );

  test("of the API's own comes after the key was looked at", async () => {
    sandbox.fail({ status: 500 });
    expect((await ask(sandbox, "GET /users", { key: null })).status).toBe(401);
  });
});

describe("a body", () => {
  test("is what it was when the fault was given", async () => {
    const body = { data: { value: "before" } };
    sandbox.fail({ body });
    body.data.value = "after";
    expect((await ask(sandbox, "GET /users")).body).toEqual({ data: { value: "before" } });
  });

  test.each([201, 204, 302, 304])("can come with any status, such as %i", async (status) => {
    sandbox.fail({ status, body: "" });
    const told = await ask(sandbox, "GET /users");
    expect([told.status, told.body]).toEqual([status, { text: "" }]);
  });

  test("is answered as it is, in place of the API", async () => {
    sandbox.fail({ body: "<h1>Down for maintenance</h1>" });
    const { status, headers, body } = await create();
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(body["text"]).toBe("<h1>Down for maintenance</h1>");
    expect(isAdaThere()).toBe(false);
    expect((await create()).body).toHaveProperty("data");
  });

  test("can have a status, a type and a Retry-After", async () => {
    sandbox.fail({ status: 500, body: '{"data":', contentType: "application/json", retryAfter: 1 });
    const { status, headers, body } = await ask(sandbox, "GET /users");
    expect([status, body["text"]]).toEqual([500, '{"data":']);
    expect([headers.get("content-type"), headers.get("retry-after")]).toEqual(["application/json", "1"]);
  });

  test("that is no text is sent as JSON", async () => {
    sandbox.fail({ body: { data: null } });
    const { headers, body } = await ask(sandbox, "GET /users");
    expect([headers.get("content-type"), body]).toEqual(["application/json", { data: null }]);
  });

  test("can be empty", async () => {
    sandbox.fail({ status: 502, body: "" }); // an empty one
    expect((await ask(sandbox, "GET /users")).body).toEqual({ text: "" });
  });
});

describe("a drop", () => {
  test.each<[Fault["drop"] & (true | string)]>([[true], ["request"]])(
    "of %s rejects as fetch does, and nothing has happened",
    async (drop) => {
      sandbox.fail({ drop });
      await expect(create()).rejects.toMatchObject({
        name: "TypeError",
        message: "fetch failed",
        cause: { code: "ECONNRESET" },
      });
      expect(isAdaThere()).toBe(false);
      expect(sandbox.requests).toMatchObject([{ operation: "createPartnerUser", status: undefined }]);
      expect((await create()).status).toBe(200);
    },
  );

  test("of the answer rejects too, and the API has done what was asked: the same idempotency key tells", async () => {
    sandbox.fail({ drop: "answer" });
    await expect(create()).rejects.toThrow(TypeError);
    expect(isAdaThere()).toBe(true);
    expect((await create()).status).toBe(200);
    expect((await create("another-key")).status).toBe(422);
  });
});

describe("a truncated answer", () => {
  async function cut(): Promise<{ announced: number; arrived: string; error: unknown }> {
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

  test("breaks off half-way, under the length of all of it", async () => {
    const whole = JSON.stringify((await ask(sandbox, "GET /users")).body);
    sandbox.fail({ truncate: true });
    const { announced, arrived, error } = await cut();
    expect(announced).toBe(whole.length);
    expect(arrived).toBe(whole.slice(0, Math.floor(whole.length / 2)));
    expect(error).toMatchObject({ name: "TypeError", message: "terminated" });
  });

  test.each([0, 1, 10])("breaks off after %i bytes", async (truncate) => {
    sandbox.fail({ truncate });
    expect((await cut()).arrived).toHaveLength(truncate);
  });

  test("never arrives whole", async () => {
    sandbox.fail({ truncate: 1_000_000 });
    const { announced, arrived } = await cut();
    expect(arrived).toHaveLength(announced - 1);
  });

  test("leaves the API having done what was asked: the same idempotency key gets all of the answer", async () => {
    sandbox.fail({ truncate: true });
    await expect(create()).rejects.toThrow(TypeError);
    expect(isAdaThere()).toBe(true);
    expect((await create()).body).toHaveProperty("data.email", ADA.email);
  });
});

describe("a delay", () => {
  test("alone holds the request, and lets it through", async () => {
    sandbox.fail({ delay: 10 });
    const start = performance.now();
    expect((await create()).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(9);
  });

  test.each<[string, Fault]>([
    ["status", { status: 503 }],
    ["drop", { drop: true }],
    ["body", { body: "" }],
    ["truncate", { truncate: true }],
  ])("before a %s ends when the caller gives up", async (_what, fault) => {
    sandbox.fail({ delay: 60_000, ...fault });
    await expect(ask(sandbox, "GET /users", { signal: AbortSignal.timeout(5) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  test("ends with the caller's own reason, whatever that is, and nothing has happened", async () => {
    sandbox.fail({ delay: 60_000, times: 2 });
    const caller = new AbortController();
    const held = ask(sandbox, "POST /users", { body: ADA, signal: caller.signal });
    setTimeout(() => caller.abort("enough"), 1);
    await expect(held).rejects.toBe("enough");
    expect(isAdaThere()).toBe(false);
    await expect(ask(sandbox, "GET /users", { signal: AbortSignal.abort("too late") })).rejects.toBe("too late");
  });

  test("leaves no listener on the caller's signal", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    signal.addEventListener = () => void listeners++;
    signal.removeEventListener = () => void listeners--;
    sandbox.fail({ delay: 1, times: 3 });
    for (let count = 0; count < 3; count++) await ask(sandbox, "GET /users", { signal });
    expect(listeners).toBe(0);
  });

  test("can be had for every request, as latency", async () => {
    const slow = createSandbox({ latency: 60_000 });
    await expect(ask(slow, "GET /users", { signal: AbortSignal.timeout(5) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  describe("as latency, holds whatever the answer is", () => {
    const invitation = { body: { email: "ada@acmecorp.com" }, idempotencyKey: "12345678" };
    const limited = { requests: 0, per: 1000 };

    test.each<[string, number, string, Asked, (slow: Sandbox) => unknown]>([
      ["a success", 200, "GET /users", {}, () => undefined],
      ["no key", 401, "GET /users", { key: null }, () => undefined],
      ["a rate limit", 429, "GET /users", {}, (slow) => slow.rateLimit(limited)],
      ["a fault in front", 503, "GET /users", {}, (slow) => slow.fail({ status: 503 })],
      ["a replay", 200, "POST /users", invitation, (slow) => ask(slow, "POST /users", invitation)],
      ["an unknown route", 404, "GET /api/nothing", {}, () => undefined],
      ["an unknown version", 400, "GET /users", { version: "1999-01-01" }, () => undefined],
    ])("%s", async (_what, status, request, asked, prepare) => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const slow = createSandbox({ latency: 1000 });
      const prepared = prepare(slow);
      await vi.advanceTimersByTimeAsync(1000);
      await prepared;
      const answered = vi.fn<(told: Told) => void>();
      void ask(slow, request, asked).then(answered);
      await vi.advanceTimersByTimeAsync(999);
      expect(answered).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(answered.mock.lastCall?.[0]).toMatchObject({ status });
    });
  });
});

describe("a fault that makes no sense is one clear error", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;

  test.each<[unknown, string]>([
    [{ body: circle }, "`body` must be a text, or something that JSON can hold; got an object."],
    [{ body: 10n }, "`body` must be a text, or something that JSON can hold; got 10."],
    [{ body: () => "" }, "`body` must be a text, or something that JSON can hold; got a function."],
    [{ body: new Uint8Array(3) }, "`body` must be a text, or something that JSON can hold; got an object."],
    [{ status: 302 }, "`status` must be a whole number from 400 to 599; got 302."],
    [{ status: 199, body: "" }, "`status` must be a whole number from 200 to 599; got 199."],
    [{}, "fail() has to know what goes wrong: `status`, `body`, `drop`, `truncate` or `delay`."],
    [{ times: 2 }, "fail() has to know what goes wrong"],
    [undefined, "fail() takes an object with operation, times, status"],
    [{ stauts: 500 }, "fail() has no `stauts`. It has: operation, times, status"],
    [{ status: 500, drop: true }, "fail() takes one of `status` or `body`, `drop` and `truncate`: call it twice."],
    [{ operation: "listUsers", status: 500 }, 'There is no operation "listUsers". There are: listCurrentOrgUsers'],
    [{ status: 200 }, "`status` must be a whole number from 400 to 599; got 200."],
    [{ status: "500" }, '`status` must be a whole number from 400 to 599; got "500".'],
    [{ status: 500, times: 0 }, "`times` must be a whole number of 1 or more; got 0."],
    [{ delay: -1 }, "`delay`, in milliseconds, must be a whole number from 0 to 2147483647; got -1."],
    [{ truncate: "half" }, '`truncate` must be true or a number of bytes; got "half".'],
    [{ truncate: -1 }, "`truncate`, in bytes, must be a whole number of 0 or more; got -1."],
    [{ drop: false }, '`drop` must be true, "request" or "answer"; got false.'],
    [{ drop: true, retryAfter: 1 }, "`retryAfter` goes with `status`."],
    [{ status: 500, retryAfter: -1 }, "`retryAfter`, in seconds, must be a whole number of 0 or more; got -1."],
    [{ status: 500, retryAfter: "a\nb" }, '`retryAfter` must be the value of a header; got "a\\nb".'],
    [{ status: 500, contentType: "text/plain" }, "`contentType` goes with `body`."],
  ])("%o", (fault, message) => {
    expect(() => sandbox.fail(fault as Fault)).toThrow(message);
    expect(() => sandbox.fail(fault as Fault)).toThrow(TypeError);
  });
});
