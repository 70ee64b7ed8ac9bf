import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type PolytomicOptions, type RequestOptions } from "../../src/index.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Outcome {
  readonly error: unknown;
  /** Milliseconds on the fake clock. */
  readonly duration: number;
  /** How many timers were left when the call settled. */
  readonly timers: number;
}

/** Lists users with this fetch. The fake clock advances whenever something waits for it. */
async function list(
  fetch: PolytomicOptions["fetch"],
  options: Omit<PolytomicOptions, "apiKey" | "partnerKey" | "deploymentKey" | "organizationId">,
  requestOptions?: RequestOptions,
): Promise<Outcome> {
  const polytomic = new Polytomic({ apiKey: "a-key", fetch, ...options });
  const start = Date.now();
  const outcome = (error?: unknown): Outcome => ({ error, duration: Date.now() - start, timers: vi.getTimerCount() });
  const settled = polytomic.users.list(requestOptions).then(() => outcome(), outcome);
  await vi.runAllTimersAsync();
  return settled;
}

const stallsBeforeTheResponse = (): Promise<Response> => new Promise(() => {});
const stallsInTheBody = async (): Promise<Response> =>
  new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
const isBusy = async (): Promise<Response> => new Response("", { status: 503 });
const responds = async (): Promise<Response> => Response.json({ data: [] });
const respondsAfter = (ms: number) => (): Promise<Response> =>
  new Promise((resolve) => setTimeout(() => resolve(Response.json({ data: [] })), ms));

describe("timeout", () => {
  test.each([
    ["before the response", stallsBeforeTheResponse],
    ["in the body", stallsInTheBody],
  ])("`timeout` ends each attempt that stalls %s, and the call fails after its retries", async (_where, fetch) => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { error, duration } = await list(fetch, { timeout: 1000 });
    expect(duration).toBe(3000);
    expect(error).toMatchObject({
      name: "TimeoutError",
      limit: "timeout",
      attempts: 3,
      host: "app.polytomic.com",
      message: expect.stringMatching(/app\.polytomic\.com.*1000 ms.*`timeout`.*attempt 3/),
    });
  });

  test("`timeout` is 60 s by default", async () => {
    const outcome = await list(stallsBeforeTheResponse, { maxRetries: 0 });
    expect(outcome).toMatchObject({ duration: 60_000, error: { name: "TimeoutError" } });
  });

  test("fake timers that run before the promises of a call end it with an error that says so, and names no key function", async () => {
    const fetch = vi.fn(responds);
    const settled = new Polytomic({ apiKey: "a-key", fetch }).users.list().catch((error: unknown) => error);
    vi.runAllTimers();
    expect(await settled).toMatchObject({
      name: "TimeoutError",
      attempts: 0,
      message:
        "GET /api/organization/users at app.polytomic.com timed out after 60000 ms (`timeout`) before the request was sent. " +
        "With fake timers, let promises run between the timers, as `runAllTimersAsync()` does.",
    });
    expect(fetch).not.toHaveBeenCalled();
  });

  test("a `timeout` of 0 means no limit", async () => {
    const expected = { error: undefined, duration: 600_000, timers: 0 };
    expect(await list(respondsAfter(600_000), { timeout: 0 })).toEqual(expected);
    expect(await list(respondsAfter(600_000), {}, { timeout: 0 })).toEqual(expected);
  });

  test("the `timeout` of a call overrides the client's", async () => {
    const outcome = await list(stallsBeforeTheResponse, { timeout: 1000, maxRetries: 0 }, { timeout: 20 });
    expect(outcome).toMatchObject({ duration: 20 });
  });
});

describe("totalTimeout", () => {
  test("`totalTimeout` ends the call during an attempt", async () => {
    const { error, duration } = await list(stallsBeforeTheResponse, { totalTimeout: 2500, timeout: 60_000 });
    expect(duration).toBe(2500);
    expect(error).toMatchObject({ name: "TimeoutError", limit: "totalTimeout", attempts: 1 });
  });

  test("`totalTimeout` ends the call during a wait, and the cause is the error of the previous attempt", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { error, duration } = await list(isBusy, { totalTimeout: 700, maxRetries: 9 });
    expect(duration).toBe(700);
    expect(error).toMatchObject({
      name: "TimeoutError",
      limit: "totalTimeout",
      attempts: 2,
      message: expect.stringMatching(/700 ms.*`totalTimeout`.*attempt 2/),
      cause: { name: "ServerError", status: 503 },
    });
  });

  test("`totalTimeout` ends a later attempt, and the cause is the error of the previous attempt", async () => {
    let requests = 0;
    const fetch = (): Promise<Response> =>
      ++requests === 1
        ? Promise.resolve(new Response("", { status: 503, headers: { "retry-after": "0" } }))
        : new Promise(() => {});
    const { error } = await list(fetch, { totalTimeout: 700 });
    expect(error).toMatchObject({ limit: "totalTimeout", attempts: 2, cause: { name: "ServerError", status: 503 } });
  });

  test("there is no `totalTimeout` by default, and 0 means none", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    expect(await list(stallsBeforeTheResponse, { timeout: 60_000 })).toMatchObject({ duration: 180_000 });
    expect(await list(stallsBeforeTheResponse, { totalTimeout: 10 }, { totalTimeout: 0 })).toMatchObject({
      duration: 180_000,
    });
  });
});

describe("the caller's signal", () => {
  test("an abort before `timeout` and `totalTimeout` expire ends the call with the reason", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 500);
    const outcome = await list(
      stallsBeforeTheResponse,
      { timeout: 1000, totalTimeout: 2000 },
      { signal: controller.signal },
    );
    expect(outcome).toEqual({ error: "enough", duration: 500, timers: 0 });
  });

  test("an abort ends a wait at once", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 500);
    const fetch = async (): Promise<Response> => new Response("", { status: 503, headers: { "retry-after": "50" } });
    const outcome = await list(fetch, {}, { signal: controller.signal });
    expect(outcome).toEqual({ error: "enough", duration: 500, timers: 0 });
  });
});

describe("invalid limits", () => {
  test.each(["timeout", "totalTimeout"])("`%s` can be any number of milliseconds from 0 to 2 ** 31 - 1", (name) => {
    for (const ms of [0, 0.5, 2 ** 31 - 1]) {
      expect(new Polytomic({ apiKey: "a-key", [name]: ms })).toBeInstanceOf(Polytomic);
    }
  });

  test.each([-1, NaN, Infinity, "60", 2 ** 31])(
    "a `timeout` or `totalTimeout` of %j is refused by the client and by a call",
    async (ms) => {
      for (const name of ["timeout", "totalTimeout"]) {
        const construct = (): unknown => new Polytomic({ apiKey: "a-key", [name]: ms });
        expect(construct).toThrow(`\`${name}\` must be a number of milliseconds`);
        expect(await list(responds, {}, { [name]: ms })).toMatchObject({
          error: { name: "InvalidArgumentError", message: expect.stringContaining(`\`${name}\``) },
          duration: 0,
        });
      }
    },
  );

  test.each([-1, 1.5, NaN, Infinity, "2"])("a `maxRetries` of %j is refused", (maxRetries) => {
    expect(() => new Polytomic({ apiKey: "a-key", maxRetries } as never)).toThrow("`maxRetries` must be an integer");
  });
});

describe("after a call", () => {
  test.each([
    ["succeeded", responds],
    ["failed", isBusy],
    ["timed out", stallsBeforeTheResponse],
  ])("a call that %s leaves no timer", async (_outcome, fetch) => {
    expect(await list(fetch, { timeout: 1000, totalTimeout: 5000 })).toMatchObject({ timers: 0 });
  });

  test("the body of a response that arrives after the timeout is cancelled", async () => {
    const cancel = vi.fn();
    const respondsLate = (): Promise<Response> =>
      new Promise((resolve) => setTimeout(() => resolve(new Response(new ReadableStream({ cancel }))), 5000));
    expect(await list(respondsLate, { timeout: 1000, maxRetries: 0 })).toMatchObject({ duration: 1000 });
    expect(cancel).toHaveBeenCalledOnce();
  });
});
