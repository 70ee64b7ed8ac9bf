import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type CallEvent, type PolytomicOptions, type RequestOptions } from "../../src/index.ts";
import { RETRIED } from "../../src/http/retry.ts";
import { call } from "../calls.ts";
import type { OperationId } from "../facts.ts";

/** One operation for each method. */
const OPERATION: Record<string, OperationId> = {
  GET: "getPartnerUser",
  PUT: "updatePartnerUser",
  DELETE: "deletePartnerUser",
  POST: "createPartnerUser",
};

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 15, 12) }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Made {
  operation?: OperationId;
  options?: PolytomicOptions;
  call?: RequestOptions;
}

interface Run {
  readonly result: { readonly ok: boolean; readonly error?: unknown };
  readonly requests: RequestInit[];
  readonly delays: number[];
  /** What the clock said when the call ended, in milliseconds from its start. */
  readonly took: number;
}

/** Makes a call whose attempts are answered in turn, the last answer for ever; the clock is turned as it asks. */
async function run(
  answers: (Response | Error)[],
  { operation = "getPartnerUser", options = {}, call: callOptions = {} }: Made = {},
): Promise<Run> {
  const requests: RequestInit[] = [];
  const delays: number[] = [];
  const polytomic = new Polytomic({
    partnerKey: "p-key",
    organizationId: "248df4b7-aa70-47b8-a036-33ac447e668d",
    onEvent: (event: CallEvent) => event.type === "retry" && delays.push(event.delay),
    fetch: async (_url, init) => {
      const answer = answers[Math.min(requests.push(init), answers.length) - 1]!;
      if (answer instanceof Error) throw answer;
      return answer.clone();
    },
    ...options,
  });
  const start = Date.now();
  let took = -1;
  const pending = call(polytomic, operation, callOptions).result();
  void pending.then(() => (took = Date.now() - start));
  await vi.runAllTimersAsync();
  return { result: await pending, requests, delays, took };
}

const good = (): Response => Response.json({ data: { id: "x" } });
const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response("", { status: code, headers });
const lost = (code = "ECONNRESET"): Error =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });

describe("the retry table", () => {
  const statuses = Array.from({ length: 200 }, (_, index) => 400 + index);

  test.each(["GET", "PUT", "DELETE"] as const)(
    "%s is tried again after these and no other statuses",
    async (method) => {
      const again = [];
      for (const code of statuses) {
        const { requests } = await run([status(code), good()], { operation: OPERATION[method]! });
        if (requests.length === 2) again.push(code);
      }
      expect(again).toEqual([408, 429, 500, 502, 503, 504]);
      expect(RETRIED.idempotent).toEqual(["no answer", ...again]);
    },
  );

  test("POST is tried again after 409, for the first is still running, and not after 500, for it is replayed", async () => {
    const again = [];
    for (const code of statuses) {
      const { requests } = await run([status(code), good()], { operation: OPERATION["POST"]! });
      if (requests.length === 2) again.push(code);
    }
    expect(again).toEqual([408, 409, 429, 502, 503, 504]);
    expect(RETRIED.post).toEqual(["no answer", ...again]);
  });

  test.each(Object.keys(OPERATION))("%s is tried again when there was no answer", async (method) => {
    const { result, requests } = await run([lost(), good()], { operation: OPERATION[method]! });
    expect(result.ok).toBe(true);
    expect(requests).toHaveLength(2);
  });

  test.each([
    "ENOTFOUND",
    "EAI_AGAIN",
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "INVALID_CA",
    "HOSTNAME_MISMATCH",
    "CRL_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ])("%s would come again and is not tried again", async (code) => {
    const { result, requests } = await run([lost(code), good()]);
    expect(requests).toHaveLength(1);
    expect(result.error).toMatchObject({ name: "ConnectionError", code, attempts: 1 });
  });

  test.each(["ECONNREFUSED", "ECONNRESET", "UND_ERR_SOCKET", "EPIPE", "ETIMEDOUT"])(
    "%s is tried again",
    async (code) => {
      expect((await run([lost(code), good()])).result.ok).toBe(true);
    },
  );

  test("an answer that the spec does not allow is not tried again", async () => {
    const { result, requests } = await run([new Response("<h1>"), good()]);
    expect(requests).toHaveLength(1);
    expect(result.error).toMatchObject({ name: "UnexpectedResponseError", attempts: 1 });
  });

  test("maxRetries bounds the attempts: 2 retries by default, per client or per call otherwise", async () => {
    expect((await run([status(503)])).result.error).toMatchObject({ attempts: 3 });
    expect((await run([status(503)], { options: { maxRetries: 0 } })).result.error).toMatchObject({ attempts: 1 });
    const options = { maxRetries: 0 };
    expect((await run([status(503)], { options, call: { maxRetries: 5 } })).result.error).toMatchObject({
      attempts: 6,
    });
  });

  test("a DELETE that is tried again and finds nothing says that an earlier attempt may have deleted the user", async () => {
    const { result } = await run([lost(), status(404)], { operation: "deletePartnerUser" });
    expect(result.error).toMatchObject({
      name: "NotFoundError",
      attempts: 2,
      message: expect.stringContaining("An earlier attempt of this call may have deleted the user"),
    });
  });
});

describe("the attempts of a call", () => {
  const headersOf = ({ headers }: RequestInit): Record<string, string> => Object.fromEntries(new Headers(headers));

  test.each(Object.values(OPERATION))("of %s have the same bytes and the same headers", async (operation) => {
    const { requests } = await run([status(503), lost(), good()], { operation });
    expect(requests).toHaveLength(3);
    for (const request of requests.slice(1)) {
      expect(request.body).toBe(requests[0]!.body);
      expect(headersOf(request)).toEqual(headersOf(requests[0]!));
    }
  });

  test("of a POST share an idempotency key; another call has another", async () => {
    const keys = [];
    for (let calls = 0; calls < 2; calls++) {
      const { requests } = await run([status(503), good()], { operation: "createPartnerUser" });
      const [first, second] = requests.map((request) => headersOf(request)["idempotency-key"]);
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).toBe(first);
      keys.push(first);
    }
    expect(keys[0]).not.toBe(keys[1]);
  });

  test("of a POST carry the caller's key where there is one; other methods carry none", async () => {
    const { requests } = await run([status(503), good()], {
      operation: "createPartnerUser",
      call: { idempotencyKey: "my-own-key_1" },
    });
    expect(requests.map((request) => headersOf(request)["idempotency-key"])).toEqual(["my-own-key_1", "my-own-key_1"]);
    for (const operation of ["getPartnerUser", "updatePartnerUser", "deletePartnerUser"] as const) {
      const { requests: others } = await run([good()], { operation });
      expect(headersOf(others[0]!)).not.toHaveProperty("idempotency-key");
    }
  });
});

describe("backoff", () => {
  test("is full jitter under 0.5 s that doubles up to 8 s", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { delays, took } = await run([status(503)], { options: { maxRetries: 7 } });
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
    expect(took).toBe(15_750);
    vi.mocked(Math.random).mockReturnValue(0);
    expect((await run([status(503)])).delays).toEqual([0, 0]);
  });
});

describe("Retry-After", () => {
  const after = (header: string): Promise<Run> => run([status(503, { "retry-after": header }), good()]);

  test.each([
    ["seconds", "3", 3000],
    ["no wait at all", "0", 0],
    ["the longest that is obeyed", "60", 60_000],
    ["an IMF-fixdate", "Thu, 15 Jan 2026 12:00:05 GMT", 5000],
    ["an RFC 850 date", "Thursday, 15-Jan-26 12:00:05 GMT", 5000],
    ["an asctime date", "Thu Jan 15 12:00:05 2026", 5000],
    ["a date that is past", "Thu, 15 Jan 2026 11:00:00 GMT", 0],
  ])("%s is obeyed: %s", async (_name, header, delay) => {
    const { result, delays, took } = await after(header);
    expect(result.ok).toBe(true);
    expect(delays).toEqual([delay]);
    expect(took).toBe(delay);
  });

  test.each([
    "soon",
    "-1",
    "1.5",
    "5 minutes",
    "",
    "2026-01-15T12:00:05Z",
    "15 Jan 2026",
    "Thu, 15 Foo 2026 12:00:05 GMT",
    "Thu, 00 Jan 2026 12:00:05 GMT",
    "Thu, 31 Apr 2026 12:00:05 GMT",
    "Thu, 15 Jan 2026 99:99:99 GMT",
  ])("%j is ignored in favour of backoff", async (header) => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    expect((await after(header)).delays).toEqual([250]);
  });

  test.each([
    ["61", 61_000],
    ["Thu, 15 Jan 2026 13:00:00 GMT", 3_600_000],
    ["99999999999", 99_999_999_999_000],
  ])("more than 60 s fails at once, and the error says how long: %s", async (header, retryAfter) => {
    const { result, requests, took } = await after(header);
    expect(requests).toHaveLength(1);
    expect(took).toBe(0);
    expect(result.error).toMatchObject({ name: "ServerError", attempts: 1, retryAfter });
  });

  test("more than what is left of totalTimeout fails at once", async () => {
    const answers = [status(429, { "retry-after": "5" }), good()];
    const { result, took } = await run(answers, { options: { totalTimeout: 4000 } });
    expect(took).toBe(0);
    expect(result.error).toMatchObject({ name: "TooManyRequestsError", retryAfter: 5000 });
    expect((await run(answers, { options: { totalTimeout: 6000 } })).result.ok).toBe(true);
  });

  test("is on the error of a status that is not tried again, too", async () => {
    const { result } = await run([status(403, { "retry-after": "5" })]);
    expect(result.error).toMatchObject({ name: "ForbiddenError", retryAfter: 5000 });
    expect((await run([status(403)])).result.error).toMatchObject({ retryAfter: undefined });
  });
});

describe("a key that is a function", () => {
  const bearer = ({ headers }: RequestInit): string | null => new Headers(headers).get("authorization");
  const keys = (...list: string[]): (() => string) & { asked: number } => {
    const next = Object.assign(() => list[Math.min(next.asked++, list.length - 1)]!, { asked: 0 });
    return next;
  };

  test("is asked on every attempt", async () => {
    const apiKey = keys("key-1", "key-2", "key-3");
    const { requests } = await run([status(503), status(503), good()], { options: { apiKey, ...noPartner } });
    expect(requests.map(bearer)).toEqual(["Bearer key-1", "Bearer key-2", "Bearer key-3"]);
  });

  test("is asked again after a 401, which is tried once more when the key changed", async () => {
    const apiKey = keys("old-key", "new-key");
    const options = { apiKey, maxRetries: 0, ...noPartner };
    const { result, requests, delays } = await run([status(401), good()], { options });
    expect(result).toMatchObject({ ok: true, attempts: 2 });
    expect(requests.map(bearer)).toEqual(["Bearer old-key", "Bearer new-key"]);
    expect(apiKey.asked).toBe(2);
    expect(delays).toEqual([]);
  });

  test("that did not change is not sent again", async () => {
    const apiKey = keys("old-key");
    const { result, requests } = await run([status(401), good()], { options: { apiKey, ...noPartner } });
    expect(result.error).toMatchObject({ name: "UnauthorizedError", attempts: 1 });
    expect(requests).toHaveLength(1);
    expect(apiKey.asked).toBe(2);
  });

  test("is asked again once in a call, however many 401s there are", async () => {
    const apiKey = keys("key-1", "key-2", "key-3");
    const { result, requests } = await run([status(401)], { options: { apiKey, ...noPartner } });
    expect(result.error).toMatchObject({ name: "UnauthorizedError", attempts: 2 });
    expect(requests).toHaveLength(2);
  });

  test("is not asked again after a 401 when it is a string", async () => {
    const { requests } = await run([status(401), good()]);
    expect(requests).toHaveLength(1);
  });

  test("that fails is a ConfigurationError with its cause, after a 401 as well", async () => {
    const cause = new Error("the vault is closed");
    let asked = 0;
    const apiKey = (): string => {
      if (asked++ === 1) throw cause;
      return "old-key";
    };
    const { result } = await run([status(401)], { options: { apiKey, ...noPartner } });
    expect(result.error).toMatchObject({ name: "ConfigurationError", cause });
  });

  test("that never answers runs into the timeout", async () => {
    const apiKey = (): Promise<string> => new Promise(() => {});
    const options = { apiKey, maxRetries: 0, timeout: 1000, ...noPartner };
    const { result, took } = await run([good()], { options });
    expect(result.error).toMatchObject({ name: "TimeoutError", limit: "timeout" });
    expect(took).toBe(1000);
  });

  const noPartner = { partnerKey: undefined, organizationId: undefined };
});
