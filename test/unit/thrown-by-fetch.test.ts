/** What fetch throws: a failure of the network, or what the caller's own `fetch` throws on purpose. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ConfigurationError,
  Polytomic,
  PolytomicError,
  TooManyRequestsError,
  type CallEvent,
} from "../../src/index.ts";
import { callOperation } from "../facts.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0)); // retries without delays
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

type Respond = () => unknown;

/** A POST with this fetch, because a POST that is sent twice matters most. */
function start(respond: Respond, options: { maxRetries?: number } = {}) {
  const events: CallEvent[] = [];
  const fetch = vi.fn(respond) as unknown as () => Promise<Response>;
  const polytomic = new Polytomic({ apiKey: "a-key", fetch, onEvent: (event) => events.push(event), ...options });
  return { call: callOperation("createCurrentOrgUser", polytomic), fetch, events };
}

const errorOf = async (respond: Respond): Promise<PolytomicError & { code?: string }> =>
  (await start(respond, { maxRetries: 0 }).call.result()).error as PolytomicError;

const rejecting = (thrown: unknown) => (): Promise<never> => Promise.reject(thrown);

class CircuitOpenError extends Error {}

const coded = (code: unknown, message = "failed"): Error => Object.assign(new Error(message), { code });

/** What wrappers, frameworks and bugs throw. */
const ON_PURPOSE: [string, unknown][] = [
  ["an error of Next.js", Object.assign(new Error("Dynamic server usage"), { digest: "DYNAMIC_SERVER_USAGE" })],
  ["a circuit breaker", new CircuitOpenError("open")],
  ["a circuit breaker whose cause is a network failure", new CircuitOpenError("open", { cause: coded("ECONNRESET") })],
  ["a circuit breaker without a class", new Error("circuit open", { cause: coded("ECONNREFUSED") })],
  ["an error of Next.js about a network failure", Object.assign(new TypeError("fetch failed"), { digest: "D" })],
  ["a circuit breaker with a code", coded("EOPENBREAKER", "Breaker is open")],
  ["a typing error", new TypeError("Cannot read properties of undefined (reading 'dispatcher')")],
  ["a message that only resembles a network failure", new TypeError("Failed to fetch the token")],
  ["a message that only ends like a network failure", new Error("the other fetch failed")],
  ["a message of another class", Object.assign(new Error("fetch failed"), { name: "QuotaError" })],
  ["an error of its own for the network", Object.assign(new CircuitOpenError("offline"), { name: "NetworkError" })],
  ["another server that cannot be reached", new Error("Could not connect to the server of the vault.")],
  ["an invalid argument", coded("ERR_INVALID_ARG_TYPE")],
  ["an invalid argument of undici", coded("UND_ERR_INVALID_ARG")],
  ["a file that is missing", coded("ENOENT")],
  ["a code that only contains one of a certificate", coded("NO_CERT_HAS_EXPIRED")],
  ["a code that only begins like one of a certificate", coded("CERT_STORE_LOCKED")],
  ["a code that only begins like one of the network", coded("ECONNECTOR")],
  ["a code that only ends like one of the network", coded("MY_EPIPE")],
  ["a numeric code", coded(23)],
  ["the timeout of its own signal", new DOMException("The operation timed out.", "TimeoutError")],
  ["the abort of its own signal", new DOMException("This operation was aborted", "AbortError")],
  ["several errors", new AggregateError([new Error("a"), new CircuitOpenError("b")])],
  ["a frozen error of this package", Object.freeze(new ConfigurationError("mine"))],
  ["an error of this package", new ConfigurationError("mine")],
  ["a cause that is itself", Object.defineProperty(new Error("odd"), "cause", { get: () => new Error("odd") })],
  [
    "a cause that cannot be read",
    Object.defineProperty(new Error("odd"), "cause", {
      get() {
        throw new Error("closed");
      },
    }),
  ],
  ["a plain object", { status: 418 }],
  ["an array", [coded("ECONNRESET")]],
  ["text", "fetch failed"],
  ["undefined", undefined],
  ["null", null],
  ["0", 0],
  ["false", false],
];

/** The outcome of a failed call of another client, which a wrapper passes on. */
async function errorOfOtherClient(respond: Respond): Promise<unknown> {
  const other = new Polytomic({ apiKey: "b-key", maxRetries: 0, fetch: async () => respond() as Response });
  return (await other.users.list().result()).error;
}

const OF_OTHER_CLIENT: [string, unknown][] = [
  ["a rate limit", await errorOfOtherClient(() => new Response("", { status: 429 }))],
  ["a 401", await errorOfOtherClient(() => new Response("", { status: 401 }))],
  ["a 503", await errorOfOtherClient(() => new Response("", { status: 503 }))],
  ["a lost connection", await errorOfOtherClient(rejecting(coded("ECONNRESET")))],
  ["HTML", await errorOfOtherClient(() => new Response("<h1>"))],
  ["a value that is not a Response", await errorOfOtherClient(() => ({}))],
];

ON_PURPOSE.push(...OF_OTHER_CLIENT.map(([what, error]): [string, unknown] => [`${what} of another client`, error]), [
  "a wrapper of a lost connection of another client",
  new Error("failed", { cause: OF_OTHER_CLIENT[3]![1] }),
]);

/** The points of an attempt at which code of the caller can throw. */
const POINTS: Record<string, (thrown: unknown) => Respond> = {
  fetch: (thrown) => rejecting(thrown),
  "fetch without a promise": (thrown) => () => {
    throw thrown;
  },
  "the body of a Response": (thrown) => () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(thrown) })),
  "`text()` of a stub": (thrown) => () => ({
    ok: true,
    status: 200,
    headers: new Headers(),
    text: () => Promise.reject(thrown),
  }),
};

describe.each(Object.entries(POINTS))("%s", (point, throwing) => {
  test.each(ON_PURPOSE)(`${point} that throws %s rejects the call with the same value, once`, async (_what, thrown) => {
    for (const read of ["then", "withResponse", "result"] as const) {
      const { call, fetch } = start(throwing(thrown));
      const settled = await Promise.resolve(read === "then" ? call : call[read]()).then(
        () => "it succeeded",
        (error: unknown) => ({ error }),
      );
      expect(settled).toEqual({ error: thrown });
      expect(Object.is((settled as { error: unknown }).error, thrown)).toBe(true);
      expect(fetch).toHaveBeenCalledOnce();
    }
  });
});

/** Wraps a value, and all that it returns, so that it throws at the use of this number: a property or a call. */
function fragile<T extends object>(value: T, uses: { left: number }, thrown: unknown): T {
  const wrap = (used: unknown): unknown => {
    if (uses.left-- === 0) throw thrown;
    const isPlain =
      (typeof used !== "object" && typeof used !== "function") || used === null || ArrayBuffer.isView(used);
    return isPlain ? used : fragile(used, uses, thrown);
  };
  return new Proxy(value, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      return wrap(typeof found === "function" ? found.bind(target) : found);
    },
    apply: (target, self, args: unknown[]) => wrap(Reflect.apply(target as () => unknown, self, args)),
  });
}

test.each<[string, string, ResponseInit]>([
  ["of a success", '{"data":{}}', { headers: { "x-polytomic-version": "2025-09-18" } }],
  ["of HTML", "<h1>", {}],
  ["of a 429", "{}", { status: 429 }],
])("whatever use of a Response %s throws, the call rejects with the same value, once", async (_what, body, init) => {
  const thrown = new TooManyRequestsError("mine", {} as never);
  let uses = 0;
  for (let isThrown = true; isThrown; uses++) {
    const { call, fetch } = start(() => fragile(new Response(body, init), { left: uses }, thrown), { maxRetries: 1 });
    isThrown = await call.result().then(() => false, (error: unknown) => error === thrown); // prettier-ignore
    expect(fetch).toHaveBeenCalledTimes(isThrown || init.status !== 429 ? 1 : 2);
  }
  expect(uses).toBeGreaterThan(20);
});

test("an error of this package as the reason of an abort reaches the caller, and does not pause the client", async () => {
  const reason = new TooManyRequestsError("mine", { retryAfter: 30_000 } as never);
  const fetch = vi.fn<() => Promise<Response>>().mockReturnValueOnce(new Promise(() => {}));
  fetch.mockResolvedValue(Response.json({ data: [] }));
  const events: CallEvent[] = [];
  const { users } = new Polytomic({ apiKey: "a-key", fetch, onEvent: (event) => events.push(event) });
  const controller = new AbortController();
  const aborted = users.list({ signal: controller.signal });
  await new Promise((resolve) => setImmediate(resolve));
  controller.abort(reason);
  await expect(aborted.result()).rejects.toBe(reason);
  expect(events.at(-1)).toMatchObject({ type: "failure", error: "AbortError", status: undefined });
  expect(await users.list({ totalTimeout: 5_000 })).toEqual([]);
});

test.each([
  ["CircuitOpenError", Object.assign(new CircuitOpenError(), { name: "CircuitOpenError" })],
  ["AbortError", new DOMException("", "AbortError")],
  ["ConfigurationError", new ConfigurationError("mine")],
  ["object", {}],
  ["undefined", undefined],
])("a failure event contains the name %s of what fetch threw, and no retry follows", async (name, thrown) => {
  const { call, events } = start(rejecting(thrown));
  await call.catch(() => {});
  expect(events.map(({ type }) => type)).toEqual(["request", "failure"]);
  expect(events[1]).toMatchObject({ error: name, status: undefined });
});

test("an error of this package that fetch throws gets no fields of the call", async () => {
  const thrown = new ConfigurationError("mine");
  await expect(start(rejecting(thrown)).call).rejects.toBe(thrown);
  expect(thrown.operation).toBeUndefined();
});

test("the error of another client that fetch throws is not retried, and result() rejects with it", async () => {
  const { call } = start(() => new Response("", { status: 503 }), { maxRetries: 0 });
  const { error } = await call.result();
  const outer = start(rejecting(error));
  await expect(outer.call.result()).rejects.toBe(error);
  expect(outer.fetch).toHaveBeenCalledOnce();
});

test("a thrown value that cannot be read reaches the caller", async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(proxy instanceof PolytomicError).toBe(false);
  const { call, events } = start(rejecting(proxy));
  const caught = await call.then(
    () => "it succeeded",
    (error: unknown) => [error],
  );
  expect(Object.is(caught[0], proxy)).toBe(true);
  expect(events[1]).toMatchObject({ type: "failure", error: "unknown" });
});

const wrapped = (cause: unknown, message = "fetch failed"): TypeError => new TypeError(message, { cause });
const named = (name: string, message: string, code?: string): Error =>
  Object.assign(new Error(message), { name }, code !== undefined && { code });
const verbose = "For more information, pass `verbose: true` in the second argument to fetch()";

/** What the runtimes threw when a connection really failed. */
const FAILURES: [string, Error, string][] = [
  ["undici, refused", wrapped(coded("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1")), "ECONNREFUSED"],
  ["undici, closed", wrapped(named("SocketError", "other side closed", "UND_ERR_SOCKET")), "UND_ERR_SOCKET"],
  ["undici, broken off", wrapped(coded("ECONNRESET"), "terminated"), "ECONNRESET"],
  ["undici, no code", new Error("other side closed"), "other side closed"],
  ["Node, no code", new Error("socket hang up"), "socket hang up"],
  ["undici, invalid HTTP", wrapped(named("HTTPParserError", "Invalid HTTP version")), "Invalid HTTP version"],
  ["undici, port", wrapped(new Error("bad port")), "bad port"],
  ["undici.request", named("ConnectTimeoutError", "timeout", "UND_ERR_CONNECT_TIMEOUT"), "UND_ERR_CONNECT_TIMEOUT"],
  ["Node, two addresses", wrapped(new AggregateError([coded("ENETUNREACH"), coded("EHOSTUNREACH")])), "EHOSTUNREACH"],
  ["node:https", coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ["node:https, name", coded("ERR_TLS_CERT_ALTNAME_INVALID"), "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["node-fetch", named("FetchError", "request to http://a/ failed, reason: socket hang up"), "socket hang up"],
  ["node-fetch, body without a code", named("FetchError", "Premature close"), "Premature close"],
  ["node-fetch 2", new Error("Invalid response body while trying to fetch http://a/: Premature close"), "Premature"],
  ["node-fetch, body", coded("ERR_STREAM_PREMATURE_CLOSE", "Premature close"), "ERR_STREAM_PREMATURE_CLOSE"],
  ["node-fetch, gzip", coded("Z_DATA_ERROR", "incorrect header check"), "Z_DATA_ERROR"],
  ["Bun, refused", Object.assign(new TypeError("no"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  ["Bun, older", coded("ConnectionRefused", "Unable to connect. Is the computer able to access the url?"), "computer"],
  ["Bun, no code", new Error("Unable to connect. Is the computer able to access the url?"), "computer"],
  ["Bun, HTTP", new TypeError(`InvalidHTTPResponse fetching "http://a/". ${verbose}`), "InvalidHTTPResponse"],
  ["Deno, reset", wrapped(new Error("Connection reset by peer (os error 104)")), "reset by peer"],
  ["Deno, older", new TypeError("error sending request for url (http://a/): client error (Connect)"), "client error"],
  ["Deno, body", new TypeError("error reading a body from connection"), "reading a body"],
  ["Deno, gzip", new TypeError("Invalid gzip header"), "gzip"],
  ["workerd, connection", new Error("Network connection lost."), "Network connection lost"],
  ["workerd, DNS", new Error("internal error; reference = bqqik6jhjij4cmd473316d2h"), "internal error"],
  ["Chrome", new TypeError("Failed to fetch"), "Failed to fetch"],
  ["Chrome, host", new TypeError("Failed to fetch (app.polytomic.com)"), "Failed to fetch"],
  ["Chrome, body", new TypeError("network error"), "network error"],
  ["Firefox", new TypeError("NetworkError when attempting to fetch resource."), "NetworkError"],
  ["Firefox, body", new TypeError("Error in input stream"), "input stream"],
  ["Safari", new TypeError("Load failed"), "Load failed"],
  ["Safari, DNS", new TypeError("A server with the specified hostname could not be found."), "hostname"],
  ["Safari, TLS", new TypeError("A TLS error caused the secure connection to fail."), "TLS"],
  ["Safari, SSL", new TypeError("An SSL error has occurred and a secure connection cannot be made."), "SSL"],
  ["Safari, certificate", new TypeError("The certificate for this server is invalid. You might be"), "certificate"],
  ["WebKit", new TypeError(" A network error occurred."), "A network error occurred"],
  ["WebKit, later", new TypeError("A network error occurred."), "A network error occurred"],
  ["React Native", new TypeError("Network request failed"), "Network request failed"],
];

test.each(FAILURES)(
  "a failure of the network is a ConnectionError that names the reason: %s",
  async (_of, thrown, reason) => {
    for (const point of Object.values(POINTS)) {
      const error = await errorOf(point(thrown));
      expect(error).toMatchObject({ name: "ConnectionError", message: expect.stringContaining(reason) });
    }
  },
);

test("a failure of the network is retried", async () => {
  const { call, fetch } = start(rejecting(new Error("Network connection lost.")));
  expect(await call.result()).toMatchObject({ ok: false, error: { name: "ConnectionError", attempts: 3 } });
  expect(fetch).toHaveBeenCalledTimes(3);
});

describe("the message of a ConnectionError", () => {
  test("the message of a ConnectionError contains the code and the message of the innermost cause", async () => {
    const { message } = await errorOf(rejecting(wrapped(coded("ECONNRESET", "the socket closed"))));
    expect(message).toContain(": ECONNRESET, the socket closed. Check");
  });

  test("the message of a ConnectionError names a cause that has only a code, and skips one that has neither code nor message", async () => {
    expect((await errorOf(rejecting(wrapped(coded("ECONNRESET", ""))))).message).toContain(": ECONNRESET. Check");
    expect((await errorOf(rejecting(wrapped(new Error(""))))).message).toContain(": fetch failed. Check");
    expect((await errorOf(rejecting(wrapped(null)))).message).toContain(": fetch failed. Check");
  });

  test("a ConnectionError keeps six levels of causes, with the stacks of the originals", async () => {
    const chain = (length: number): Error => new Error(`${length}`, length > 1 ? { cause: chain(length - 1) } : {});
    const thrown = wrapped(chain(7));
    const error = await errorOf(rejecting(thrown));
    expect(error.cause).toMatchObject({ stack: thrown.stack });
    const messages: string[] = [];
    for (let { cause } = error; cause instanceof Error; { cause } = cause) messages.push(cause.message);
    expect(messages).toEqual(["fetch failed", "7", "6", "5", "4", "3"]);
    expect(error.message).toContain(": 3. Check");
  });

  test("a ConnectionError names the last failure if several addresses failed", async () => {
    const failures = ["ECONNREFUSED", "EHOSTUNREACH"].map((code) => coded(code));
    expect(await errorOf(rejecting(new AggregateError(failures)))).toMatchObject({ code: "EHOSTUNREACH" });
  });

  test("a failure whose cause cannot be read is a ConnectionError without a reason", async () => {
    const unreadable = Object.defineProperty(new TypeError("fetch failed"), "cause", {
      get() {
        throw new Error("sent Bearer a-key");
      },
    });
    const error = await errorOf(rejecting(unreadable));
    expect(error).toMatchObject({ name: "ConnectionError", message: expect.stringContaining("cannot be read") });
  });

  test.each(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"])(
    "the message of %s says that the limit is not `timeout`, and how to change it",
    async (code) => {
      const { message } = await errorOf(rejecting(wrapped(coded(code, "timed out"))));
      expect(message).toMatch(/300 s by default, whatever `timeout` is\. .*`dispatcher`\. The request/);
    },
  );

  test.each(["ENOTFOUND", "EAI_AGAIN"])(
    "the message of %s says that Node 20 does not use HTTPS_PROXY, and what other versions need for it",
    async (code) => {
      const { message } = await errorOf(rejecting(wrapped(coded(code))));
      expect(message).toMatch(/`HTTPS_PROXY` only with `NODE_USE_ENV_PROXY=1`, and Node 20 never does\.$/);
    },
  );
});

test("without any `fetch`, a call fails with a ConfigurationError that says what to pass, and nothing is sent", async () => {
  vi.stubGlobal("fetch", undefined);
  const { error } = await new Polytomic({ apiKey: "a-key" }).users.list().result();
  expect(error).toMatchObject({
    name: "ConfigurationError",
    message: expect.stringContaining("as the option `fetch`"),
    attempts: 0,
  });
});
