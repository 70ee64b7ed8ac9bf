import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type PolytomicOptions, type RequestOptions } from "../../src/index.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Outcome {
  readonly error: unknown;
  readonly took: number;
  /** How many timers were left when the call ended. */
  readonly timers: number;
}

/** Lists users through a fetch, turning the clock as long as something waits for it. */
async function list(
  fetch: PolytomicOptions["fetch"],
  options: PolytomicOptions,
  call?: RequestOptions,
): Promise<Outcome> {
  const polytomic = new Polytomic({ apiKey: "a-key", fetch, ...options });
  const start = Date.now();
  const outcome = (error?: unknown): Outcome => ({ error, took: Date.now() - start, timers: vi.getTimerCount() });
  const ended = polytomic.users.list(call).then(() => outcome(), outcome);
  await vi.runAllTimersAsync();
  return ended;
}

const never = (): Promise<Response> => new Promise(() => {});
const busy = async (): Promise<Response> => new Response("", { status: 503 });
const stallsInBody = async (): Promise<Response> => new Response(new ReadableStream({ pull: never as never }));
const slow = (ms: number) => (): Promise<Response> =>
  new Promise((resolve) => setTimeout(() => resolve(Response.json({ data: [] })), ms));

describe("timeout", () => {
  test.each([
    ["before the answer", never],
    ["within the body", stallsInBody],
  ])("ends an attempt that stalls %s, and the call after its retries", async (_where, fetch) => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { error, took } = await list(fetch, { timeout: 1000 });
    expect(took).toBe(3000);
    expect(error).toMatchObject({
      name: "TimeoutError",
      limit: "timeout",
      attempts: 3,
      host: "app.polytomic.com",
      message:
        "GET /api/organization/users was not done within the `timeout` of 1000 ms, after 3 attempts at app.polytomic.com.",
    });
  });

  test("is 60 s by default", async () => {
    expect(await list(never, { maxRetries: 0 })).toMatchObject({ took: 60_000, error: { name: "TimeoutError" } });
  });

  test("of 0 is none", async () => {
    expect(await list(slow(600_000), { timeout: 0 })).toEqual({ error: undefined, took: 600_000, timers: 0 });
    expect(await list(slow(600_000), {}, { timeout: 0 })).toEqual({ error: undefined, took: 600_000, timers: 0 });
  });

  test("of the call wins over that of the client", async () => {
    expect(await list(never, { timeout: 1000, maxRetries: 0 }, { timeout: 20 })).toMatchObject({ took: 20 });
  });
});

describe("totalTimeout", () => {
  test("ends the call in the middle of an attempt", async () => {
    const { error, took } = await list(never, { totalTimeout: 2500, timeout: 60_000 });
    expect(took).toBe(2500);
    expect(error).toMatchObject({ name: "TimeoutError", limit: "totalTimeout", attempts: 1 });
  });

  test("ends the call in the middle of a wait, and the cause is how the attempt before it ended", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { error, took } = await list(busy, { totalTimeout: 700, maxRetries: 9 });
    expect(took).toBe(700);
    expect(error).toMatchObject({
      name: "TimeoutError",
      limit: "totalTimeout",
      attempts: 2,
      message: expect.stringMatching(/`totalTimeout` of 700 ms, after 2 attempts/),
      cause: { name: "ServerError", status: 503 },
    });
  });

  test("is none by default, and with 0", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    expect(await list(never, { timeout: 60_000 })).toMatchObject({ took: 180_000 });
    expect(await list(never, { totalTimeout: 10 }, { totalTimeout: 0 })).toMatchObject({ took: 180_000 });
  });
});

describe("the caller's signal", () => {
  test("wins over both limits when it is first", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 500);
    const limits = { timeout: 1000, totalTimeout: 2000 };
    expect(await list(never, limits, { signal: controller.signal })).toEqual({ error: "enough", took: 500, timers: 0 });
  });

  test("ends a wait", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 500);
    const asked = async (): Promise<Response> => new Response("", { status: 503, headers: { "retry-after": "50" } });
    expect(await list(asked, {}, { signal: controller.signal })).toEqual({ error: "enough", took: 500, timers: 0 });
  });
});

describe("limits that are none are refused", () => {
  test.each([-1, NaN, Infinity, "60", 2 ** 31])("timeout and totalTimeout of %j", async (ms) => {
    const made = (name: string) => (): unknown => new Polytomic({ apiKey: "a-key", [name]: ms });
    for (const name of ["timeout", "totalTimeout"]) {
      expect(made(name)).toThrow(`\`${name}\` must be milliseconds from 0`);
      expect(await list(never, {}, { [name]: ms })).toMatchObject({ error: { name: "InvalidArgumentError" }, took: 0 });
    }
  });

  test.each([-1, 1.5, NaN, Infinity, "2"])("maxRetries of %j", (maxRetries) => {
    expect(() => new Polytomic({ apiKey: "a-key", maxRetries } as never)).toThrow(
      "`maxRetries` must be a whole number",
    );
  });
});

describe("after a call", () => {
  test.each([
    ["that went well", async () => Response.json({ data: [] })],
    ["that failed", busy],
    ["that timed out", never],
  ])("%s no timer is left", async (_name, fetch) => {
    expect(await list(fetch, { timeout: 1000, totalTimeout: 5000 })).toMatchObject({ timers: 0 });
  });

  test("that was given up the late answer's body is cancelled", async () => {
    const cancel = vi.fn();
    const late = (): Promise<Response> =>
      new Promise((resolve) => setTimeout(() => resolve(new Response(new ReadableStream({ cancel }))), 5000));
    expect(await list(late, { timeout: 1000, maxRetries: 0 })).toMatchObject({ took: 1000 });
    expect(cancel).toHaveBeenCalledOnce();
  });
});
