import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  Polytomic,
  type CallEvent,
  type PolytomicOptions,
  type IdempotentRequestOptions,
  type RequestOptions,
} from "../../src/index.ts";
import { callOperation, type OperationId, ORGANIZATION } from "../facts.ts";

/** One operation for each method. */
const OPERATIONS = {
  GET: "getPartnerUser",
  PUT: "updatePartnerUser",
  DELETE: "deletePartnerUser",
  POST: "createPartnerUser",
} as const satisfies Record<string, OperationId>;

type Method = keyof typeof OPERATIONS;

const METHODS = Object.keys(OPERATIONS) as Method[];

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 15, 12) }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Run {
  readonly result: { readonly ok: boolean; readonly error?: unknown };
  readonly requests: RequestInit[];
  readonly delays: number[];
  /** Milliseconds on the fake clock. */
  readonly duration: number;
}

/** Makes a call that gets these responses in turn, and the last one from then on. */
async function run(
  responses: (Response | Error)[],
  {
    method = "GET",
    options = { partnerKey: "p-key", organizationId: ORGANIZATION },
    requestOptions = {},
  }: { method?: Method; options?: PolytomicOptions; requestOptions?: RequestOptions | IdempotentRequestOptions } = {},
): Promise<Run> {
  const requests: RequestInit[] = [];
  const delays: number[] = [];
  const polytomic = new Polytomic({
    onEvent: (event: CallEvent) => event.type === "retry" && delays.push(event.delay),
    fetch: async (_url, init) => {
      const response = responses[Math.min(requests.push(init), responses.length) - 1]!;
      if (response instanceof Error) throw response;
      return response.clone();
    },
    ...options,
  });
  const start = Date.now();
  const settled = callOperation(OPERATIONS[method], polytomic, requestOptions)
    .result()
    .then((result) => ({ result, requests, delays, duration: Date.now() - start }));
  await vi.runAllTimersAsync(); // the fake clock advances whenever something waits for it
  return settled;
}

const success = (): Response => Response.json({ data: { id: "x" } });
const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response("", { status: code, headers });
const lostConnection = (code = "ECONNRESET"): Error =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });

describe("which failures are retried", () => {
  /** Returns the error statuses after which a method is retried. */
  async function retriedStatuses(method: Method): Promise<number[]> {
    const statuses = Array.from({ length: 200 }, (_, index) => 400 + index);
    const runs = await Promise.all(statuses.map((code) => run([status(code), success()], { method })));
    return statuses.filter((_code, index) => runs[index]!.requests.length === 2);
  }

  /** Every 5xx except 500 and 501. */
  const others = Array.from({ length: 98 }, (_, index) => 502 + index);

  test.each(["GET", "PUT", "DELETE"] as const)(
    "a %s is retried after 408, 429 and every 5xx except 501",
    async (method) => expect(await retriedStatuses(method)).toEqual([408, 429, 500, ...others]),
  );

  test("a POST is retried after 408, 429 and every 5xx except 501, and 500, which would be replayed", async () => {
    expect(await retriedStatuses("POST")).toEqual([408, 429, ...others]);
  });

  const brokenBody = (): Response =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) }));

  test.each([
    ["no response", lostConnection()],
    ["a 408", status(408)],
    ["a 502", status(502)],
    ["a 520", status(520)],
    ["a body that broke off", brokenBody()],
  ])("a POST is retried after a 409 that follows %s: the first request can still be running", async (_what, first) => {
    const responses = [first, status(409), status(409), success()];
    const { result, requests } = await run(responses, { method: "POST", requestOptions: { maxRetries: 3 } });
    expect(result.ok).toBe(true);
    expect(requests).toHaveLength(4);
  });

  test("a POST is retried after a 409 that follows a timeout of the attempt", async () => {
    let calls = 0;
    const fetch = async (_url: string, { signal }: { signal: AbortSignal }): Promise<Response> => {
      calls++;
      if (calls === 1) await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
      return calls === 2 ? status(409) : success();
    };
    const polytomic = new Polytomic({ partnerKey: "p-key", fetch, timeout: 1000 });
    const result = callOperation(OPERATIONS.POST, polytomic).result();
    await vi.runAllTimersAsync();
    expect(await result).toMatchObject({ ok: true, attempts: 3 });
  });

  test("a POST is retried after a 409 if the caller gave the idempotency key, which another call can have used", async () => {
    const requestOptions = { idempotencyKey: "my-own-key_1" };
    const { result, requests } = await run([status(409), success()], { method: "POST", requestOptions });
    expect(result.ok).toBe(true);
    expect(requests).toHaveLength(2);
  });

  test.each([
    ["a first request", [status(409)]],
    ["a 429, which means that the request was not performed", [status(429), status(409)]],
    ["a 401 with an old key", [status(401), status(409)]],
  ])("the 409 of a POST after %s is a conflict, which is not retried", async (_what, responses) => {
    let keys = 0;
    const options = { partnerKey: () => `key-${keys++}` };
    const { result, requests } = await run([...responses, success()], { method: "POST", options });
    expect(requests).toHaveLength(responses.length);
    expect(result.error).toMatchObject({ name: "ConflictError", attempts: responses.length });
    expect((result.error as Error).message).toMatch(
      / returned 409\. It conflicts with existing data, such as a name that is taken: /,
    );
    expect((result.error as Error).message).not.toContain("idempotencyKey");
  });

  test.each(["GET", "PUT", "DELETE"] as const)("the 409 of a %s is never retried", async (method) => {
    expect((await run([lostConnection(), status(409), success()], { method })).requests).toHaveLength(2);
  });

  test.each(METHODS)("a %s that got no response is retried", async (method) => {
    const { result, requests } = await run([lostConnection(), success()], { method });
    expect(result.ok).toBe(true);
    expect(requests).toHaveLength(2);
  });

  test.each([
    "ENOTFOUND",
    "EAI_FAIL",
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "INVALID_CA",
    "HOSTNAME_MISMATCH",
    "CRL_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_WRONG_VERSION_NUMBER",
    "UNABLE_TO_GET_CRL",
    "INVALID_PURPOSE",
    "ERR_TLS_INVALID_PROTOCOL_VERSION",
    "PATH_LENGTH_EXCEEDED",
    "EAI_NONAME",
    "UNKNOWN_CERTIFICATE_VERIFICATION_ERROR",
    "ERROR_IN_CERT_NOT_AFTER_FIELD",
  ])("a connection that failed with %s, which is permanent, is not retried", async (code) => {
    const { result, requests } = await run([lostConnection(code), success()]);
    expect(requests).toHaveLength(1);
    expect(result.error).toMatchObject({ name: "ConnectionError", code, attempts: 1 });
  });

  test.each(["ECONNREFUSED", "ECONNRESET", "UND_ERR_SOCKET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"])(
    "a connection that failed with %s is retried",
    async (code) => {
      expect((await run([lostConnection(code), success()])).result.ok).toBe(true);
    },
  );

  test.each([
    ["dns error: failed to lookup address: Temporary failure in name resolution", 2],
    ["dns error: failed to lookup address: temporary failure", 2],
    ["dns error: failed to lookup address: Try again", 2],
    ["dns error: failed to lookup address: try again", 2],
    ["dns error: failed to lookup address: Name or service not known", 1],
    ["invalid peer certificate: UnknownIssuer", 1],
    ["A server with the specified hostname could not be found.", 1],
    ["A TLS error caused the secure connection to fail.", 1],
    ["An SSL error has occurred and a secure connection to the server cannot be made.", 1],
    ["The certificate for this server is invalid. You might be connecting to another server.", 1],
    ["error sending request for url (https://a.example/api/certificates): connection closed", 2],
  ])("a failure without a code is retried if it is temporary: %s", async (message, sent) => {
    const thrown = new TypeError("fetch failed", { cause: new Error(message) }); // as Deno does
    expect((await run([thrown, success()])).requests).toHaveLength(sent);
  });

  test("a lost connection is retried even if the name of the host resembles a permanent failure", async () => {
    const options = { apiKey: "a-key", organizationId: undefined, baseUrl: "https://certificates.example.com" };
    expect((await run([new TypeError("Load failed"), success()], { options })).result.ok).toBe(true);
    const thrown = new TypeError("Failed to fetch (certificates.example.com)");
    expect((await run([thrown, success()], { options })).result.ok).toBe(true);
  });

  test("a lost connection is retried even if the path resembles a permanent failure", async () => {
    const fetch = vi.fn<() => Promise<Response>>().mockRejectedValueOnce(new TypeError("Load failed"));
    fetch.mockResolvedValueOnce(Response.json([]));
    const call = new Polytomic({ apiKey: "a-key", fetch }).untypedRequest("get", "/api/certificates");
    await vi.runAllTimersAsync();
    expect(await call).toEqual([]);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test("a response that does not match the spec is not retried", async () => {
    const { result, requests } = await run([new Response("<h1>"), success()]);
    expect(requests).toHaveLength(1);
    expect(result.error).toMatchObject({ name: "UnexpectedResponseError", attempts: 1 });
  });

  test("a call is retried at most `maxRetries` times: 2 by default, and the call's limit overrides the client's", async () => {
    const options = { partnerKey: "p-key", maxRetries: 0 };
    expect((await run([status(503)])).result.error).toMatchObject({ attempts: 3 });
    expect((await run([status(503)], { options })).result.error).toMatchObject({ attempts: 1 });
    const requestOptions = { maxRetries: 5 };
    expect((await run([status(503)], { options, requestOptions })).result.error).toMatchObject({ attempts: 6 });
  });

  test.each([
    ["DELETE", [lostConnection(), status(404)], true],
    ["DELETE", [status(404)], false],
    ["GET", [lostConnection(), status(404)], false],
  ] as const)(
    "only the 404 of a retried DELETE says that an earlier attempt may have succeeded: %s, %#",
    async (method, responses, isMentioned) => {
      const { error } = (await run([...responses], { method })).result as { error: Error };
      expect(error.name).toBe("NotFoundError");
      expect(error.message.includes("may have succeeded")).toBe(isMentioned);
    },
  );
});

describe("the attempts of a call", () => {
  const headersOf = ({ headers }: RequestInit): Record<string, string> => Object.fromEntries(new Headers(headers));

  test.each(METHODS)("all attempts of a %s send the same headers and the same body", async (method) => {
    const { requests } = await run([status(503), lostConnection(), success()], { method });
    expect(requests).toHaveLength(3);
    for (const request of requests.slice(1)) {
      expect(request.body).toBe(requests[0]!.body);
      expect(headersOf(request)).toEqual(headersOf(requests[0]!));
    }
  });

  test("the attempts of a POST share an idempotency key, and two calls have different keys", async () => {
    const keys = [];
    for (let calls = 0; calls < 2; calls++) {
      const { requests } = await run([status(503), success()], { method: "POST" });
      const [first, second] = requests.map((request) => headersOf(request)["idempotency-key"]);
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).toBe(first);
      keys.push(first);
    }
    expect(keys[0]).not.toBe(keys[1]);
  });

  test("a POST sends the caller's idempotency key on every attempt", async () => {
    const requestOptions = { idempotencyKey: "my-own-key_1" };
    const { requests } = await run([status(503), success()], { method: "POST", requestOptions });
    expect(requests.map((request) => headersOf(request)["idempotency-key"])).toEqual(["my-own-key_1", "my-own-key_1"]);
  });

  test.each(["GET", "PUT", "DELETE"] as const)("a %s sends no idempotency key", async (method) => {
    const { requests } = await run([success()], { method });
    expect(headersOf(requests[0]!)).not.toHaveProperty("idempotency-key");
  });
});

test("the delay before a retry is random, below a bound that starts at 0.5 s and doubles up to 8 s", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const options = { partnerKey: "p-key", maxRetries: 7 };
  const { delays, duration } = await run([status(503)], { options });
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
  expect(duration).toBe(15_750);
  vi.mocked(Math.random).mockReturnValue(0);
  expect((await run([status(503)])).delays).toEqual([0, 0]);
});

describe("Retry-After", () => {
  const runWith = (retryAfter: string): Promise<Run> => run([status(503, { "retry-after": retryAfter }), success()]);

  test.each([
    ["in seconds", "3", 3000],
    ["of 0", "0", 0],
    ["of 60 s, the longest", "60", 60_000],
    ["with a fraction", "12.4", 12_400],
    ["with a fraction that binary numbers cannot express", "16.1", 16_100],
    ["with a fraction of milliseconds", "0.0015", 2],
    ["as an IMF-fixdate", "Thu, 15 Jan 2026 12:00:05 GMT", 5000],
    ["as an RFC 850 date", "Thursday, 15-Jan-26 12:00:05 GMT", 5000],
    ["in the past", "Thu, 15 Jan 2026 11:00:00 GMT", 0],
  ])("a Retry-After %s is obeyed: %s", async (_form, header, delay) => {
    const { result, delays, duration } = await runWith(header);
    expect(result.ok).toBe(true);
    expect(delays).toEqual([delay]);
    expect(duration).toBe(delay);
  });

  test.each([
    "soon",
    "-1",
    "1.",
    ".5",
    "1.5.2",
    "1,5",
    "1e1",
    "5 minutes",
    "",
    "2026-01-15T12:00:05Z",
    "15 Jan 2026",
    "Thu, 15 Foo 2026 12:00:05 GMT",
    "Thu, 00 Jan 2026 12:00:05 GMT",
    "2, 10, 3",
    "Thu, 15 Jan 2026 12:00:05",
    "Thu, 15 Jan 2026 99:99:99 GMT",
  ])("the malformed Retry-After %j is ignored, and the usual delay applies", async (header) => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    expect((await runWith(header)).delays).toEqual([250]);
  });

  test.each([
    ["61", 61_000],
    ["60.5", 60_500],
    ["Thu, 15 Jan 2026 13:00:00 GMT", 3_600_000],
    ["99999999999", 99_999_999_999_000],
  ])(
    "a Retry-After of %s, which exceeds 60 s, fails the call at once with `retryAfter`",
    async (header, retryAfter) => {
      const { result, requests, duration } = await runWith(header);
      expect(requests).toHaveLength(1);
      expect(duration).toBe(0);
      expect(result.error).toMatchObject({ name: "ServerError", attempts: 1, retryAfter });
    },
  );

  test("a Retry-After that exceeds the rest of `totalTimeout` fails the call at once", async () => {
    const responses = [status(429, { "retry-after": "5" }), success()];
    const { result, duration } = await run(responses, { options: { partnerKey: "p-key", totalTimeout: 4000 } });
    expect(duration).toBe(0);
    expect(result.error).toMatchObject({ name: "TooManyRequestsError", retryAfter: 5000 });
    const longer = { partnerKey: "p-key", totalTimeout: 6000 };
    expect((await run(responses, { options: longer })).result.ok).toBe(true);
  });

  test("a date in Retry-After is relative to the `Date` of the response, whatever the local clock says", async () => {
    const headers = { date: "Sat, 15 Jan 2028 08:00:00 GMT", "retry-after": "Sat, 15 Jan 2028 08:00:05 GMT" };
    expect((await run([status(503, headers), success()])).delays).toEqual([5000]);
  });

  test("a date in Retry-After is relative to the local clock if the `Date` of the response is malformed", async () => {
    const headers = { date: "today", "retry-after": "Thu, 15 Jan 2026 12:00:05 GMT" };
    expect((await run([status(503, headers), success()])).delays).toEqual([5000]);
  });

  test("an error that is not retried also has `retryAfter`", async () => {
    const { result } = await run([status(403, { "retry-after": "5" })]);
    expect(result.error).toMatchObject({ name: "ForbiddenError", retryAfter: 5000 });
    expect((await run([status(403)])).result.error).toMatchObject({ retryAfter: undefined });
  });
});

describe("a key function", () => {
  const authorization = ({ headers }: RequestInit): string | null => new Headers(headers).get("authorization");

  /** A key function that returns these keys in turn, and the last one from then on. */
  const keyFunction = (...keys: string[]) => {
    let calls = 0;
    return vi.fn(() => keys[Math.min(calls++, keys.length - 1)]!);
  };

  test("a key function is called on every attempt", async () => {
    const apiKey = keyFunction("key-1", "key-2", "key-3");
    const { requests } = await run([status(503), status(503), success()], { options: { apiKey } });
    expect(requests.map(authorization)).toEqual(["Bearer key-1", "Bearer key-2", "Bearer key-3"]);
  });

  test("after a 401 the key function is called again, and the call is retried at once with the new key", async () => {
    const apiKey = keyFunction("old-key", "new-key");
    const { result, requests, delays } = await run([status(401), success()], { options: { apiKey, maxRetries: 0 } });
    expect(result).toMatchObject({ ok: true, attempts: 2 });
    expect(requests.map(authorization)).toEqual(["Bearer old-key", "Bearer new-key"]);
    expect(apiKey).toHaveBeenCalledTimes(2);
    expect(delays).toEqual([0]);
  });

  test("a retry after a 401 emits a retry event when the key function has returned another key", async () => {
    const events: string[] = [];
    const onEvent = (event: CallEvent): unknown =>
      events.push(`${event.attempt} ${event.type} ${"status" in event ? event.status : ""}`.trim());
    await run([status(401), success()], { options: { apiKey: keyFunction("old-key", "new-key"), onEvent } });
    expect(events).toEqual(["1 request", "1 response 401", "1 retry 401", "2 request", "2 response 200"]);
    events.length = 0;
    await run([status(401), success()], { options: { apiKey: keyFunction("old-key"), onEvent } });
    expect(events).toEqual(["1 request", "1 response 401"]);
  });

  test("a 401 is not retried if the key function returns the same key", async () => {
    const apiKey = keyFunction("old-key");
    const { result, requests } = await run([status(401), success()], { options: { apiKey } });
    expect(result.error).toMatchObject({ name: "UnauthorizedError", attempts: 1 });
    expect(requests).toHaveLength(1);
    expect(apiKey).toHaveBeenCalledTimes(2);
  });

  test("a key that was rejected with a 401 is not sent again in the same call", async () => {
    const apiKey = keyFunction("key-1", "key-2", "key-1");
    const { result, requests } = await run([status(401), status(503), success()], { options: { apiKey } });
    expect(result.error).toMatchObject({ name: "UnauthorizedError", attempts: 2 });
    expect(requests.map(authorization)).toEqual(["Bearer key-1", "Bearer key-2"]);
  });

  test("a call is retried after a 401 only once", async () => {
    const apiKey = keyFunction("key-1", "key-2", "key-3");
    const { result, requests } = await run([status(401)], { options: { apiKey } });
    expect(result.error).toMatchObject({ name: "UnauthorizedError", attempts: 2 });
    expect(requests).toHaveLength(2);
  });

  test.each([
    ["no response", lostConnection()],
    ["a 408", status(408)],
    ["a 502", status(502)],
    ["a 503", status(503)],
    ["a 504", status(504)],
  ])("a POST that got %s keeps its key for all retries, and a 401 then ends the call", async (_outcome, failure) => {
    const apiKey = keyFunction("key-1", "key-2");
    const { result, requests } = await run([failure, status(429), status(401), success()], {
      method: "POST",
      options: { apiKey, maxRetries: 5 },
    });
    expect(result.error).toMatchObject({ name: "UnauthorizedError", attempts: 3 });
    expect(requests.map(authorization)).toEqual(["Bearer key-1", "Bearer key-1", "Bearer key-1"]);
    expect(apiKey).toHaveBeenCalledOnce();
  });

  test("a POST that got only a 429 or a 401 was not performed, so its next attempt uses the current key", async () => {
    const apiKey = keyFunction("key-1", "key-2", "key-3");
    const { result, requests } = await run([status(429), status(401), lostConnection(), success()], {
      method: "POST",
      options: { apiKey },
    });
    expect(result.ok).toBe(true);
    expect(requests.map(authorization)).toEqual(["Bearer key-1", "Bearer key-2", "Bearer key-3", "Bearer key-3"]);
  });

  test("a 401 is not retried if the key is a string", async () => {
    const { requests } = await run([status(401), success()]);
    expect(requests).toHaveLength(1);
  });

  test("a key function that throws after a 401 causes a ConfigurationError with that cause", async () => {
    const cause = new Error("the vault is closed");
    const apiKey = vi.fn((): string => {
      throw cause;
    });
    apiKey.mockReturnValueOnce("old-key");
    const { result } = await run([status(401)], { options: { apiKey } });
    expect(result.error).toMatchObject({ name: "ConfigurationError", cause });
  });

  const hangs = (): Promise<string> => new Promise(() => {});

  test.each(["timeout", "totalTimeout"] as const)(
    "a key function that exceeds `%s` fails the call, which is not retried, with an error that names the function",
    async (limit) => {
      const apiKey = vi.fn(hangs);
      const { result, requests, duration } = await run([success()], { options: { apiKey, [limit]: 1000 } });
      expect(result.error).toMatchObject({
        name: "TimeoutError",
        limit,
        attempts: 0,
        message:
          `GET /api/organizations/{org_id}/users/{id} at app.polytomic.com timed out after 1000 ms (\`${limit}\`): ` +
          `the \`apiKey\` function returned no key. Check this function, or increase \`${limit}\`.`,
      });
      expect(apiKey).toHaveBeenCalledOnce();
      expect(requests).toEqual([]);
      expect(duration).toBe(1000);
    },
  );

  test("a key function that hangs on a retry ends the call, and `attempts` counts the requests that were sent", async () => {
    const partnerKey = vi.fn(hangs).mockReturnValueOnce(Promise.resolve("key-1"));
    const { result } = await run([status(429, { "retry-after": "0" })], {
      method: "POST",
      options: { partnerKey, timeout: 1000 },
    });
    expect(result.error).toMatchObject({
      name: "TimeoutError",
      attempts: 1,
      message: expect.stringContaining("the `partnerKey` function"),
    });
    expect(partnerKey).toHaveBeenCalledTimes(2);
  });

  test("a key that arrives after the timeout is not used, and emits no event", async () => {
    const onEvent = vi.fn();
    const fetch = vi.fn(async () => success());
    const apiKey = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve("late-key"), 5000));
    const polytomic = new Polytomic({ apiKey, fetch, onEvent, timeout: 4000 });
    const result = polytomic.users.list().result();
    await vi.runAllTimersAsync();
    expect((await result).error).toMatchObject({ name: "TimeoutError", attempts: 0 });
    expect(fetch).not.toHaveBeenCalled();
    expect(onEvent).not.toHaveBeenCalled();
  });

  test("an error of a key function has the operation, the ids and the number of requests that were sent", async () => {
    const apiKey = keyFunction("key-1", "");
    const { result } = await run([status(503), success()], { options: { apiKey } });
    expect(result.error).toMatchObject({
      name: "ConfigurationError",
      operation: { id: "getPartnerUser" },
      ids: { org_id: ORGANIZATION },
      attempts: 1,
    });
  });
});
