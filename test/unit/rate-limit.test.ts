import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isPolytomicError, Polytomic, type CallEvent, type PolytomicOptions } from "../../src/index.ts";
import { USER } from "../facts.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 15, 12, 0, 0, 300) });
  let seed = 1;
  vi.spyOn(Math, "random").mockImplementation(() => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const LATENCY = 20;

interface RateLimit {
  readonly requests: number;
  /** Milliseconds. */
  readonly period: number;
  readonly retryAfter: "absent" | "seconds" | "date";
}

interface Server {
  readonly fetch: NonNullable<PolytomicOptions["fetch"]>;
  /** When each request arrived, in milliseconds on the fake clock. */
  readonly arrivals: number[];
}

/** An API with a rate limit. */
function limited({ requests, period, retryAfter }: RateLimit): Server {
  const arrivals: number[] = [];
  let [window, used] = [0, 0];
  return {
    arrivals,
    fetch: async () => {
      await sleep(LATENCY / 2);
      const now = Date.now();
      arrivals.push(now);
      if (Math.floor(now / period) !== window) [window, used] = [Math.floor(now / period), 0];
      const isAccepted = used++ < requests;
      await sleep(LATENCY / 2);
      if (isAccepted) return Response.json({ data: [] });
      const end = (window + 1) * period;
      const value = { absent: "", seconds: String(Math.ceil((end - now) / 1000)), date: new Date(end).toUTCString() };
      return tooManyRequests(value[retryAfter]);
    },
  };
}

function tooManyRequests(retryAfter?: string): Response {
  return new Response("", { status: 429, headers: retryAfter ? { "retry-after": retryAfter } : {} });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface Result {
  readonly succeeded: number;
  readonly failures: unknown[];
  /** Milliseconds on the fake clock. */
  readonly duration: number;
}

/** Lets workers share list calls of one client. */
async function share(polytomic: Polytomic, workers: number, calls: number): Promise<Result> {
  const start = Date.now();
  const failures: unknown[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next++ < calls) await polytomic.users.list().catch((error: unknown) => failures.push(error));
  };
  const done = Promise.all(Array.from({ length: workers }, work));
  const duration = done.then(() => Date.now() - start);
  await vi.runAllTimersAsync();
  return { succeeded: calls - failures.length, failures, duration: await duration };
}

const LIMITS = [
  [8, 100, 10, 1000],
  [40, 100, 10, 1000],
  [300, 300, 10, 1000],
  [40, 500, 50, 1000],
  [8, 60, 5, 2000],
  [40, 120, 30, 5000],
  [100, 300, 100, 10_000],
] as const;

test.each(
  LIMITS.flatMap(([workers, calls, requests, period]) =>
    (["absent", "seconds", "date"] as const).map((retryAfter) => ({ workers, calls, requests, period, retryAfter })),
  ),
)(
  "a rate limit fails none of the $calls calls of $workers workers at $requests requests per $period ms, and slows them down by less than a fifth, with Retry-After $retryAfter",
  async ({ workers, calls, ...limit }) => {
    const { failures, duration } = await share(
      new Polytomic({ apiKey: "a-key", fetch: limited(limit).fetch }),
      workers,
      calls,
    );
    expect(failures).toEqual([]);
    const fastest = (Math.ceil(calls / limit.requests) - 1) * limit.period - 300; // the first period has begun before
    expect(duration).toBeLessThan(fastest / 0.8);
  },
);

test.each(["1", undefined])(
  "a rate limit that never ends fails every call after `maxRetries`, with Retry-After %s",
  async (retryAfter) => {
    const fetch = vi.fn(async () => tooManyRequests(retryAfter));
    const { failures } = await share(new Polytomic({ apiKey: "a-key", maxRetries: 3, fetch }), 20, 20);
    expect(failures).toHaveLength(20);
    for (const failure of failures) expect(failure).toMatchObject({ name: "TooManyRequestsError", attempts: 4 });
    expect(fetch).toHaveBeenCalledTimes(80);
  },
);

test("a rate limit of one operation ends the calls of this operation while others succeed", async () => {
  const polytomic = new Polytomic({
    apiKey: "a-key",
    fetch: async (_url, { method }) => {
      await sleep(LATENCY);
      return method === "POST" ? tooManyRequests() : Response.json({ data: [] });
    },
  });
  const created = polytomic.users.create({ email: "jane.doe@acmecorp.com" }).result();
  const { failures } = await share(polytomic, 4, 400);
  expect(failures).toEqual([]);
  expect((await created).error).toMatchObject({ name: "TooManyRequestsError", attempts: 3 });
});

test("a rate limit is not retried with `maxRetries: 0`", async () => {
  const fetch = vi.fn(async () => tooManyRequests("1"));
  const { failures } = await share(new Polytomic({ apiKey: "a-key", maxRetries: 0, fetch }), 1, 1);
  expect(failures).toMatchObject([{ name: "TooManyRequestsError", attempts: 1 }]);
});

test("a rate limit concerns all calls of the client: none is sent before Retry-After is over, and then one first", async () => {
  const { fetch, arrivals } = limited({ requests: 1, period: 3000, retryAfter: "seconds" });
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  const first = [polytomic.users.list(), polytomic.users.list()];
  await vi.advanceTimersByTimeAsync(1000);
  const later = [polytomic.users.list(), polytomic.users.list()];
  await vi.advanceTimersByTimeAsync(1900);
  expect(arrivals).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(135);
  expect(arrivals).toHaveLength(3);
  await vi.runAllTimersAsync();
  await expect(Promise.all([...first, ...later])).resolves.toHaveLength(4);
});

test("a rate limit stalls no call, even if it ends between two looks at the clock", async () => {
  const now = performance.now.bind(performance);
  let looks = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now() + ++looks / 4);
  const { fetch } = limited({ requests: 5, period: 1000, retryAfter: "absent" });
  const { failures } = await share(new Polytomic({ apiKey: "a-key", fetch }), 40, 200);
  expect(failures).toEqual([]);
});

test.each([
  ["3", "1"],
  ["1", "3"],
])("a rate limit whose 429s ask for different pauses is over after the longest: %s s, %s s", async (...pauses) => {
  const last = pauses[1];
  const arrivals: number[] = [];
  const start = Date.now();
  const fetch = async (): Promise<Response> => {
    arrivals.push(Date.now() - start);
    const pause = pauses.shift();
    await sleep(LATENCY * (pause === last ? 2 : 1));
    return pause ? tooManyRequests(pause) : Response.json({ data: [] });
  };
  expect((await share(new Polytomic({ apiKey: "a-key", fetch }), 2, 2)).failures).toEqual([]);
  expect(arrivals[2]).toBeGreaterThanOrEqual(3000);
});

test("a rate limit of one client does not concern another client", async () => {
  const fetch = vi.fn(async () => (fetch.mock.calls.length === 1 ? tooManyRequests("5") : Response.json({ data: [] })));
  const one = new Polytomic({ apiKey: "a-key", fetch }).users.list();
  await vi.advanceTimersByTimeAsync(1);
  await expect(new Polytomic({ apiKey: "a-key", fetch }).users.list()).resolves.toEqual([]);
  await vi.runAllTimersAsync();
  await expect(one).resolves.toEqual([]);
});

test("a rate limit that is over leaves nothing behind: calls run at the same time again, and no timer is set", async () => {
  let running = 0;
  let most = 0;
  let hasFailed = false;
  const polytomic = new Polytomic({
    apiKey: "a-key",
    fetch: async () => {
      most = Math.max(most, ++running);
      await sleep(LATENCY);
      running--;
      if (hasFailed) return Response.json({ data: [] });
      hasFailed = true;
      return tooManyRequests("1");
    },
  });
  await share(polytomic, 1, 1);
  expect(vi.getTimerCount()).toBe(0);
  await share(polytomic, 10, 10);
  expect(most).toBe(10);
  expect(vi.getTimerCount()).toBe(0);
});

test("a rate limit with a Retry-After of 60 s, the longest that is obeyed, holds up all calls", async () => {
  const arrivals: number[] = [];
  const delays: number[] = [];
  const fetch = async (): Promise<Response> => (arrivals.push(Date.now()) === 1 ? tooManyRequests("60") : success());
  const onEvent = (event: CallEvent): void => void (event.type === "retry" && delays.push(event.delay));
  const polytomic = new Polytomic({ apiKey: "a-key", fetch, onEvent });
  const first = polytomic.users.list();
  await vi.advanceTimersByTimeAsync(0);
  const later = polytomic.users.list();
  await vi.runAllTimersAsync();
  await Promise.all([first, later]);
  expect(delays).toEqual([60_000]);
  expect(arrivals.slice(1).every((arrival) => arrival >= arrivals[0]! + 60_000)).toBe(true);
});

test("a rate limit with a Retry-After of more than 60 s fails its call, and does not hold up the others", async () => {
  const fetch = vi.fn(async () =>
    fetch.mock.calls.length === 1 ? tooManyRequests("61") : Response.json({ data: [] }),
  );
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  await expect(polytomic.users.list()).rejects.toMatchObject({ name: "TooManyRequestsError", retryAfter: 61_000 });
  await expect(polytomic.users.list()).resolves.toEqual([]);
});

test("a rate limit can last longer than the `totalTimeout` of a call that waits for it, which then says so", async () => {
  const polytomic = new Polytomic({ apiKey: "a-key", fetch: async () => tooManyRequests("30") });
  const first = polytomic.users.list().catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
  const waiting = polytomic.users.list({ totalTimeout: 1000 }).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await waiting).toMatchObject({
    name: "TimeoutError",
    limit: "totalTimeout",
    attempts: 0,
    message: expect.stringContaining("waited for other calls of this client"),
  });
  await vi.runAllTimersAsync();
  await first;
});

test("a rate limit does not delay the abort of a call that waits for it", async () => {
  const polytomic = new Polytomic({ apiKey: "a-key", fetch: async () => tooManyRequests("30") });
  const first = polytomic.users.list().catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
  const controller = new AbortController();
  const waiting = polytomic.users.list({ signal: controller.signal }).catch((error: unknown) => error);
  controller.abort("no longer needed");
  expect(await waiting).toBe("no longer needed");
  await vi.runAllTimersAsync();
  await first;
});

interface Script {
  readonly calls?: number;
  /** How many calls are made at the same time: all by default. */
  readonly workers?: number;
  /** Returns the response to a request, by its number and its time in milliseconds. An error is thrown. */
  readonly respond: (number: number, ms: number) => Response | Error;
  /** The time between a request and its response. */
  readonly latency?: number;
  readonly maxRetries?: number;
  /** What `Math.random` returns: the pauses are the longest with 0. */
  readonly random?: number;
}

interface Recording {
  /** When requests arrived, in milliseconds since the first. */
  readonly times: number[];
  /** How many requests arrived at each of these times. */
  readonly requests: number[];
  readonly failures: unknown[];
}

/** Makes calls, and records when the client sends requests for them. */
async function record({
  calls = 1,
  workers = calls,
  respond,
  latency = 0,
  maxRetries,
  random = 0,
}: Script): Promise<Recording> {
  vi.mocked(Math.random).mockReturnValue(random);
  const start = Date.now();
  const arrivals = new Map<number, number>();
  let number = 0;
  const fetch = async (): Promise<Response> => {
    const ms = Date.now() - start;
    arrivals.set(ms, (arrivals.get(ms) ?? 0) + 1);
    const response = respond(++number, ms);
    if (latency > 0) await sleep(latency);
    if (response instanceof Error) throw response;
    return response;
  };
  const { failures } = await share(new Polytomic({ apiKey: "a-key", fetch, maxRetries }), workers, calls);
  return { times: [...arrivals.keys()], requests: [...arrivals.values()], failures };
}

const success = (): Response => Response.json({ data: [] });

/** Rejects requests for a time. */
function rejectUntil(end: number, ...retryAfter: string[]): Script["respond"] {
  return (_number, ms) => (ms < end ? tooManyRequests(retryAfter.shift()) : success());
}

describe("a rate limit without Retry-After", () => {
  test.each([
    [1, [0, 1400, 9400]],
    [4, [0, 350, 1050, 3150, 9450]],
    [8, [0, 200, 400, 800, 1600, 3200, 6400, 12_800]],
    [40, [0, 200, 400, 600, 800, 1000, 1250, 1563]],
  ])("lets %i calls try one by one after pauses that grow, by more if the calls are few", async (calls, expected) => {
    const { times, requests, failures } = await record({ calls, respond: rejectUntil(expected.at(-1)! - 1) });
    expect(failures).toEqual([]);
    expect(times.slice(0, expected.length)).toEqual(expected);
    expect(requests.slice(0, expected.length - 1)).toEqual([calls, ...expected.slice(2).map(() => 1)]);
  });

  test.each([
    [0, [0, 1400, 9400, 17_400]],
    [1, [0, 1050, 7050, 13_050]],
  ])("has pauses of at most 8 s, of which up to a quarter is random: %i", async (random, expected) => {
    expect((await record({ respond: rejectUntil(Infinity), maxRetries: 3, random })).times).toEqual(expected);
  });

  test("is expected to last about as long as the one before", async () => {
    const isAccepted = (number: number): boolean => number === 8 || number > 12;
    const respond = (number: number): Response => (isAccepted(number) ? success() : tooManyRequests());
    const { times, failures } = await record({ calls: 5, respond, maxRetries: 9, latency: 10 });
    expect(failures).toEqual([]);
    const [first, second] = [times.slice(0, 4), times.slice(4, 8)];
    expect(first).toEqual([0, 290, 764, 1997]);
    expect(second).toEqual([2007, 3607, 4017, 8047]);
  });

  test("lets one call try after each pause, also if it is not the first limit", async () => {
    const isRejected = (ms: number): boolean => ms < 50 || (ms >= 600 && ms < 800);
    const respond = (_number: number, ms: number): Response => (isRejected(ms) ? tooManyRequests() : success());
    const { requests } = await record({ calls: 20, latency: 100, respond });
    expect(requests).toEqual([20, 1, 2, 4, 8, 1, 2, 4, 6]);
  });

  test("ends all calls soon if it lasts for more than a minute: more and more of them try together", async () => {
    const { times, requests, failures } = await record({ calls: 40, respond: rejectUntil(Infinity) });
    expect(failures).toHaveLength(40);
    const late = times.findIndex((ms) => ms >= 60_000);
    expect(requests.slice(1, late + 1)).toEqual(times.slice(1, late + 1).map(() => 1));
    expect(requests.slice(late + 1)).toEqual([2, 4, 8, 16, 25]);
  });
});

describe("a rate limit with Retry-After", () => {
  test.each([
    ["0.3", 300],
    ["3", 3000],
  ])("pauses for exactly that time the first time: %s", async (retryAfter, end) => {
    for (const calls of [1, 40]) {
      const { times } = await record({ calls, respond: rejectUntil(end, ...Array<string>(calls).fill(retryAfter)) });
      expect(times.slice(0, 2)).toEqual([0, end]);
    }
  });

  test.each([
    [
      ["2", "0"],
      [0, 2000, 3400, 11_400],
    ],
    [
      ["2", "0.3"],
      [0, 2000, 3400, 11_400],
    ],
    [
      ["2", "5"],
      [0, 2000, 7000, 15_000],
    ],
    [
      ["0", "0"],
      [0, 1400, 9400],
    ],
  ])("that is too short is followed by pauses that grow from its end: %s", async (retryAfter, expected) => {
    const respond = rejectUntil(expected.at(-1)!, ...retryAfter);
    expect(await record({ respond, maxRetries: 3 })).toMatchObject({ times: expected, failures: [] });
  });

  test("is followed by one request, and each that is accepted lets one more run at the same time", async () => {
    const { requests } = await record({
      calls: 20,
      latency: 100,
      respond: rejectUntil(50, ...Array<string>(20).fill("1")),
    });
    expect(requests).toEqual([20, 1, 2, 4, 8, 5]);
  });

  test("is followed by half as many requests as before, if it is not the first", async () => {
    const isRejected = (ms: number): boolean => ms < 50 || (ms >= 1400 && ms < 2000);
    const respond = (_number: number, ms: number): Response => (isRejected(ms) ? tooManyRequests("1") : success());
    const { requests } = await record({ calls: 20, latency: 100, respond });
    expect(requests).toEqual([20, 1, 2, 4, 8, 4, 8, 1]);
  });

  test("is followed by at most half of the calls, if it is not the first, and by at least one", async () => {
    const isRejected = (ms: number): boolean => ms < 50 || (ms >= 1400 && ms < 2000);
    const respond = (_number: number, ms: number): Response => (isRejected(ms) ? tooManyRequests("1") : success());
    const few = await record({ workers: 5, calls: 30, latency: 100, respond });
    expect(few.requests.slice(0, 6)).toEqual([5, 1, 2, 4, 5, 2]);
    const script = [tooManyRequests("1"), new Response("", { status: 503 }), tooManyRequests("1"), success()];
    const one = await record({ respond: (number) => script[number - 1]!, maxRetries: 3 });
    expect(one).toMatchObject({ times: [0, 1000, 2000], requests: [1, 2, 1], failures: [] });
  });
});

test("a 429 does not give back the retries that other failures have cost", async () => {
  const fetch: PolytomicOptions["fetch"] = async (_url, { headers }) => {
    await sleep(LATENCY);
    if (headers["x-number"] !== "0") return success();
    return ++requests % 2 === 1 ? new Response("", { status: 503 }) : tooManyRequests("0.1");
  };
  let requests = 0;
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  const unlucky = polytomic.users.list({ headers: { "x-number": "0" } }).result();
  await share(polytomic, 2, 500);
  expect((await unlucky).error).toMatchObject({ name: "ServerError", attempts: 5 });
});

test("a rate limit is over for a response that is not valid, but not for a lost connection", async () => {
  const lost = Object.assign(new TypeError("fetch failed"), { code: "ECONNRESET" });
  for (const [response, requests] of [
    [new Response("", { status: 404 }), [5, 1, 2, 2]],
    [new Response("<html>"), [5, 1, 2, 2]],
    [lost, [5, 1, 1, 2, 2]],
  ] as const) {
    const respond = (number: number): Response | Error => {
      if (number <= 5) return tooManyRequests("1");
      return number === 6 ? response : success();
    };
    expect((await record({ calls: 5, respond, latency: 100 })).requests).toEqual(requests);
  }
});

test("a rate limit also holds up a call that is made when no other call waits", async () => {
  const fetch = vi.fn(async () => (fetch.mock.calls.length === 1 ? tooManyRequests("5") : success()));
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  await expect(polytomic.users.list({ maxRetries: 0 })).rejects.toMatchObject({ name: "TooManyRequestsError" });
  const later = polytomic.users.list();
  await vi.advanceTimersByTimeAsync(4900);
  expect(fetch).toHaveBeenCalledOnce();
  await vi.runAllTimersAsync();
  await later;
});

test("a rate limit that ends while the event loop is busy lets one of the calls that wait go first", async () => {
  const { fetch, order } = slow(() => (order.length <= 3 ? tooManyRequests("1") : success()));
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  const calls = [0, 1, 2].map((number) => list(polytomic, number));
  await vi.advanceTimersByTimeAsync(1500);
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + 1000); // the timer is late
  calls.push(list(polytomic, 3));
  await vi.advanceTimersByTimeAsync(100);
  expect(order).toEqual(["0", "1", "2", "0"]);
  await vi.runAllTimersAsync();
  await Promise.all(calls);
});

test("a rate limit lets another call try first when one got a 429 after the pause", async () => {
  const { fetch, order } = slow(() => (order.length <= 5 ? tooManyRequests("1") : success()));
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  const calls = Promise.all([0, 1, 2].map((number) => list(polytomic, number)));
  await vi.runAllTimersAsync();
  expect(await calls).toEqual([[], [], []]);
  expect(order).toEqual(["0", "1", "2", "0", "1", "2", "0", "1"]);
});

test("a rate limit does not change the order of the calls of which some are accepted", async () => {
  const { fetch, order } = slow(() => (order.length === 2 ? tooManyRequests("1") : success()));
  const polytomic = new Polytomic({ apiKey: "a-key", maxConcurrency: 1, fetch });
  const calls = Promise.all([0, 1, 2].map((number) => list(polytomic, number)));
  await vi.runAllTimersAsync();
  await calls;
  expect(order).toEqual(["0", "1", "1", "2"]);
});

test("a rate limit does not wait for the end of the requests that were sent before", async () => {
  const respond = (number: number): Response => (number === 2 ? tooManyRequests("1") : success());
  const arrivals: number[] = [];
  const start = Date.now();
  const fetch = async (): Promise<Response> => {
    const number = arrivals.push(Date.now() - start);
    await sleep(number === 1 ? 50_000 : LATENCY);
    return respond(number);
  };
  await share(new Polytomic({ apiKey: "a-key", fetch }), 3, 3);
  expect(arrivals).toEqual([0, 0, 0, 1020]);
});

test("an API that accepts no more calls ends each call that is made then after `maxRetries`", async () => {
  let isLimited = false;
  const fetch: PolytomicOptions["fetch"] = async (_url, { method }) => {
    if (method === "DELETE") await sleep(1_000_000); // so that the client is never idle
    await sleep(LATENCY);
    return isLimited ? tooManyRequests("1") : success();
  };
  const polytomic = new Polytomic({ apiKey: "a-key", timeout: 0, fetch });
  void polytomic.users.delete(USER).result();
  const accepted = polytomic.users.list();
  await vi.advanceTimersByTimeAsync(100);
  await accepted;
  isLimited = true;
  const attempts: unknown[] = [];
  for (let call = 0; call < 3; call++) {
    const result = polytomic.users.list().result();
    await vi.advanceTimersByTimeAsync(60_000);
    attempts.push((await result).error);
  }
  expect(attempts).toMatchObject([{ attempts: 4 }, { attempts: 3 }, { attempts: 3 }]);
});

test("a rate limit that accepts other calls all the time ends a call after 20 requests", async () => {
  const fetch: PolytomicOptions["fetch"] = async (_url, { headers }) => {
    await sleep(LATENCY);
    return headers["x-number"] === "0" ? tooManyRequests("0.1") : success();
  };
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  const unlucky = polytomic.users.list({ headers: { "x-number": "0" } }).result();
  expect((await share(polytomic, 2, 2000)).failures).toEqual([]);
  expect((await unlucky).error).toMatchObject({ name: "TooManyRequestsError", attempts: 20 });
});

test("an API that accepts no more calls ends a call of an idle client after `maxRetries`", async () => {
  let isLimited = false;
  const polytomic = new Polytomic({
    apiKey: "a-key",
    fetch: async () => (isLimited ? tooManyRequests("1") : success()),
  });
  await share(polytomic, 1, 1);
  isLimited = true;
  expect((await share(polytomic, 1, 1)).failures).toMatchObject([{ attempts: 3 }]);
});

test("a rate limit takes one timer for all calls that wait, and none when they are aborted", async () => {
  const controller = new AbortController();
  const polytomic = new Polytomic({ apiKey: "a-key", timeout: 0, fetch: async () => tooManyRequests("30") });
  const calls = [0, 1, 2].map((number) => list(polytomic, number, { signal: controller.signal }));
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(1);
  controller.abort("stop");
  expect(await Promise.all(calls)).toEqual(["stop", "stop", "stop"]);
  expect(vi.getTimerCount()).toBe(0);
});

interface Slow extends Server {
  readonly most: () => number;
  readonly order: string[];
}

/** An API that responds after a second. */
function slow(respond: () => Response = () => Response.json({ data: [] })): Slow {
  const arrivals: number[] = [];
  const order: string[] = [];
  let running = 0;
  let most = 0;
  return {
    arrivals,
    order,
    most: () => most,
    fetch: async (_url, { headers }) => {
      order.push(headers["x-number"]!);
      arrivals.push(Date.now());
      most = Math.max(most, ++running);
      await sleep(1000);
      running--;
      return respond();
    },
  };
}

function list(polytomic: Polytomic, number: number, options = {}): Promise<unknown> {
  return polytomic.users
    .list({ headers: { "x-number": String(number) }, ...options })
    .catch((error: unknown) => (isPolytomicError(error) ? error.name : error));
}

test("maxConcurrency limits how many requests of a client run at the same time, and keeps the order of the calls", async () => {
  const { fetch, most, order } = slow();
  const polytomic = new Polytomic({ apiKey: "a-key", maxConcurrency: 3, fetch });
  const calls = Promise.all(Array.from({ length: 10 }, (_value, number) => list(polytomic, number)));
  await vi.runAllTimersAsync();
  await calls;
  expect(most()).toBe(3);
  expect(order).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});

test("maxConcurrency does not limit a client by default", async () => {
  const { fetch, most } = slow();
  await share(new Polytomic({ apiKey: "a-key", fetch }), 30, 30);
  expect(most()).toBe(30);
});

test("maxConcurrency makes calls wait without a `timeout`: it starts when the request is sent", async () => {
  const polytomic = new Polytomic({ apiKey: "a-key", maxConcurrency: 1, timeout: 1500, fetch: slow().fetch });
  expect(await share(polytomic, 30, 30)).toMatchObject({ succeeded: 30, duration: 30_000 });
});

test("maxConcurrency makes calls wait within their `totalTimeout`", async () => {
  const polytomic = new Polytomic({ apiKey: "a-key", maxConcurrency: 1, totalTimeout: 2500, fetch: slow().fetch });
  const calls = Promise.all([list(polytomic, 0), list(polytomic, 1), list(polytomic, 2), list(polytomic, 3)]);
  await vi.runAllTimersAsync();
  expect(await calls).toEqual([[], [], "TimeoutError", "TimeoutError"]);
});

test("maxConcurrency lets the next call start when a call fails, times out or is aborted", async () => {
  const { fetch, order } = slow(() => new Response("", { status: 404 }));
  const polytomic = new Polytomic({ apiKey: "a-key", maxConcurrency: 1, maxRetries: 0, fetch });
  const controller = new AbortController();
  const calls = Promise.all([
    list(polytomic, 0),
    list(polytomic, 1, { timeout: 500 }),
    list(polytomic, 2, { signal: controller.signal }),
    list(polytomic, 3),
  ]);
  await vi.advanceTimersByTimeAsync(1600);
  controller.abort("aborted");
  await vi.runAllTimersAsync();
  expect(await calls).toEqual(["NotFoundError", "TimeoutError", "aborted", "NotFoundError"]);
  expect(order).toEqual(["0", "1", "2", "3"]);
});

test("maxConcurrency removes a call from the queue at once when it is aborted", async () => {
  const { fetch, order } = slow();
  const polytomic = new Polytomic({ apiKey: "a-key", maxConcurrency: 1, fetch });
  const controller = new AbortController();
  const calls = [list(polytomic, 0), list(polytomic, 1, { signal: controller.signal }), list(polytomic, 2)];
  controller.abort("aborted");
  expect(await calls[1]).toBe("aborted");
  await vi.runAllTimersAsync();
  await Promise.all(calls);
  expect(order).toEqual(["0", "2"]);
});

test.each(["failure", "retry"])(
  "maxConcurrency loses no turn when an observer aborts a call in a %s event",
  async (type) => {
    const controller = new AbortController();
    const fetch = vi.fn(async () => {
      await sleep(5);
      if (fetch.mock.calls.length === 1) throw Object.assign(new Error("lost"), { code: "ECONNRESET" });
      return Response.json({ data: [] });
    });
    const onEvent = (event: CallEvent): void => {
      if (event.type === type) controller.abort("stop");
    };
    const polytomic = new Polytomic({ apiKey: "a-key", maxConcurrency: 1, maxRetries: 1, fetch, onEvent });
    const calls = [list(polytomic, 0), list(polytomic, 1, { signal: controller.signal }), list(polytomic, 2)];
    await vi.runAllTimersAsync();
    expect(await Promise.all(calls)).toEqual([[], "stop", []]);
  },
);

test("a rate limit loses no turn when calls that wait for it are aborted together after its end", async () => {
  const controller = new AbortController();
  const fetch = vi.fn(async () => (fetch.mock.calls.length <= 5 ? tooManyRequests("1") : Response.json({ data: [] })));
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  const calls = [0, 1, 2, 3, 4].map((number) => list(polytomic, number, { signal: controller.signal }));
  await vi.advanceTimersByTimeAsync(500);
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + 1000); // the event loop was busy
  controller.abort("stop");
  await Promise.all(calls);
  const later = list(polytomic, 5);
  await vi.runAllTimersAsync();
  expect(await later).toEqual([]);
});

test("a rate limit loses no turn, and gives none twice, whenever a call is aborted that has just got its turn", async () => {
  for (let ticks = 0; ticks < 12; ticks++) {
    const controller = new AbortController();
    let [running, most] = [0, 0];
    const fetch: PolytomicOptions["fetch"] = async (_url, { signal }) => {
      most = Math.max(most, ++running);
      const isAborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
      await Promise.race([sleep(LATENCY), isAborted]);
      running--;
      return tooManyRequests("1");
    };
    const polytomic = new Polytomic({ apiKey: "a-key", fetch });
    const aborted = list(polytomic, 0, { signal: controller.signal });
    const others = [1, 2, 3].map((number) => list(polytomic, number));
    await vi.advanceTimersByTimeAsync(LATENCY + 990);
    most = 0;
    vi.advanceTimersByTime(10); // the turn of the first call starts, and its promise is settled a few microtasks later
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    controller.abort("stop");
    expect(await aborted).toBe("stop");
    await vi.runAllTimersAsync();
    expect(await Promise.all(others)).toEqual(Array(3).fill("TooManyRequestsError"));
    expect(most).toBeLessThan(2);
  }
});

test("maxConcurrency lets a retry go out before calls that were made later", async () => {
  let isBusy = true;
  const { fetch, order } = slow(() => {
    const status = isBusy ? 503 : 200;
    isBusy = false;
    return Response.json({ data: [] }, { status });
  });
  vi.spyOn(Math, "random").mockReturnValue(0);
  const polytomic = new Polytomic({ apiKey: "a-key", maxConcurrency: 1, fetch });
  const calls = Promise.all([0, 1, 2].map((number) => list(polytomic, number)));
  await vi.runAllTimersAsync();
  await calls;
  expect(order).toEqual(["0", "1", "0", "2"]);
});

test.each([0, -1, 1.5, Number.NaN, "3"])(
  "maxConcurrency must be an integer, 1 or more: %s is refused",
  (maxConcurrency) => {
    const create = (): Polytomic => new Polytomic({ apiKey: "a-key", maxConcurrency: maxConcurrency as number });
    expect(create).toThrow("`maxConcurrency` must be an integer, 1 or more.");
  },
);

test("fake `setTimeout`, `clearTimeout`, `Date` and `performance` are enough for a call that waits after a 429", async () => {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  const { fetch, arrivals } = limited({ requests: 1, period: 3000, retryAfter: "seconds" });
  const { failures } = await share(new Polytomic({ apiKey: "a-key", fetch }), 1, 2);
  expect(failures).toEqual([]);
  expect(arrivals).toHaveLength(3);
});
