/** Both sides of each limit of the client, and small parts of it that no other test needs. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { Polytomic, PolytomicError, type CallEvent, type PolytomicOptions } from "../../src/index.ts";
import { ORGANIZATION, ROLE, USER } from "../facts.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Respond = (url: string, init: RequestInit) => Response | Promise<Response>;

/** Creates a client whose `fetch` is this function, and whose retries have no delays. */
function client(respond: Respond, options: PolytomicOptions = { apiKey: "another-key" }): Polytomic {
  vi.spyOn(Math, "random").mockReturnValue(0);
  return new Polytomic({ ...options, fetch: async (url: string, init: RequestInit) => respond(url, init) });
}

/** Calls the API, which responds with this status and body, and returns the error. */
async function failure(status: number, body: unknown, options?: PolytomicOptions): Promise<PolytomicError> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const { error } = await client(() => new Response(text, { status }), options)
    .users.list({ maxRetries: 0 })
    .result();
  if (!error) throw new Error("the call succeeded");
  return error;
}

function construct(options: object): () => unknown {
  return () => new Polytomic({ apiKey: "another-key", ...options });
}

const success = (): Response => Response.json({ data: [] });

describe("a key in a response", () => {
  test("a key of 8 characters is removed, and a word of 7 characters that equals the key is kept", async () => {
    expect(await failure(403, { message: "no ab3d5f7h" }, { apiKey: "ab3d5f7h" })).toMatchObject({
      detail: "no [key]",
    });
    expect(await failure(403, { message: "no ab3d5f7" }, { apiKey: "ab3d5f7" })).toMatchObject({
      detail: "no ab3d5f7",
    });
  });

  test("the `Authorization` header is removed as a whole, however short the key is", async () => {
    expect(await failure(403, { message: "no Bearer ab1!" }, { apiKey: "ab1" })).toMatchObject({ detail: "no [key]!" });
    const scoped = { partnerKey: "ab1", organizationId: ORGANIZATION };
    const pair = `${ORGANIZATION}:ab1`;
    for (const echo of [`Basic ${btoa(pair)}`, btoa(pair), pair]) {
      expect(await failure(403, { message: `no ${echo}!` }, scoped)).toMatchObject({ detail: "no [key]!" });
    }
  });

  test("a key that is encoded three times is removed", async () => {
    for (const echo of ["canary%2Bkey", "canary%252Bkey", "canary%25252Bkey"]) {
      expect((await failure(403, { message: `no ${echo}` }, { apiKey: "canary+key" })).message).toContain("no [key].");
    }
  });

  test.each(["&#43;", "&#00000043;", "&#x2b;", "&#x0000002b;", "&plus;", "&PLUS;"])(
    "a key in which HTML encodes a character as %s is removed",
    async (plus) => {
      const error = await failure(403, `canary${plus}key`, { apiKey: "canary+key" });
      expect(error).toMatchObject({ body: "[key]" });
    },
  );

  test.each([
    ["&", "&amp;"],
    ["'", "&apos;"],
    ["=", "&equals;"],
    [">", "&gt;"],
    ["<", "&lt;"],
    ["+", "&plus;"],
    ['"', "&quot;"],
    ["/", "&sol;"],
  ])("a key that contains %s, which HTML encodes as %s, is removed", async (character, entity) => {
    const error = await failure(403, `canary${entity}key`, { apiKey: `canary${character}key` });
    expect(error).toMatchObject({ body: "[key]" });
  });

  test.each([
    ["decimal", (code: number) => `&#${code};`],
    ["hexadecimal", (code: number) => `&#x${code.toString(16)};`],
  ])("a key of which HTML encodes every character with a %s number is removed", async (_base, encode) => {
    const apiKey = "canary ~+Zz";
    const echo = apiKey.replaceAll(/./g, (character) => encode(character.charCodeAt(0)));
    expect(await failure(403, `no ${echo}`, { apiKey })).toMatchObject({ body: "no [key]" });
  });

  test("an excerpt has 200 characters", async () => {
    for (const status of [200, 302]) {
      expect(await failure(status, "x".repeat(201))).toMatchObject({ excerpt: "x".repeat(200) });
      expect(await failure(status, "x".repeat(200))).toMatchObject({ excerpt: "x".repeat(200) });
    }
    const error = await failure(302, { key: "x".repeat(300) });
    expect(error).toMatchObject({ excerpt: `{"key":"${"x".repeat(192)}` });
  });
});

describe("depth", () => {
  /** Returns an object in an object, and so on. */
  const nest = (depth: number): unknown => (depth === 1 ? {} : { a: nest(depth - 1) });
  const depthOf = (value: unknown): number => (value ? 1 + depthOf((value as { a?: unknown }).a) : 0);

  test("of the body of an error, 20 levels are kept", async () => {
    expect(depthOf(((await failure(403, nest(20))) as unknown as { body: unknown }).body)).toBe(20);
    expect(depthOf(((await failure(403, nest(21))) as unknown as { body: unknown }).body)).toBe(20);
  });

  test("of the causes of a connection failure, six are kept", async () => {
    const chain = (length: number): Error => new Error(`${length}`, length > 1 ? { cause: chain(length - 1) } : {});
    const fetch = (): Promise<Response> => Promise.reject(chain(8));
    const { error } = await client(fetch).users.list({ maxRetries: 0 }).result();
    const messages: string[] = [];
    for (let cause = error?.cause; cause instanceof Error; cause = cause.cause) messages.push(cause.message);
    expect(messages).toEqual(["8", "7", "6", "5", "4", "3"]);
    expect(error?.message).toContain(": 3. Check");
  });

  test("of the failures of several addresses, the last one is named", async () => {
    const failures = ["ECONNREFUSED", "EHOSTUNREACH"].map((code) => Object.assign(new Error(code), { code }));
    const fetch = (): Promise<Response> => Promise.reject(new AggregateError(failures));
    const { error } = await client(fetch).users.list({ maxRetries: 0 }).result();
    expect(error).toMatchObject({ name: "ConnectionError", code: "EHOSTUNREACH" });
  });
});

describe("the cause of a connection failure", () => {
  const failWith = async (thrown: unknown): Promise<PolytomicError> => {
    const { error } = await client(() => Promise.reject(thrown))
      .users.list({ maxRetries: 0 })
      .result();
    return error!;
  };

  test("the message contains the code, and then the message of the innermost cause", async () => {
    const cause = Object.assign(new Error("the socket closed"), { code: "ECONNRESET" });
    const { message } = await failWith(new TypeError("fetch failed", { cause }));
    expect(message).toContain(": ECONNRESET, the socket closed. Check");
  });

  test("an innermost cause that has only a code is named, and one without a message and a code is not", async () => {
    const cause = Object.assign(new Error(""), { code: "ECONNRESET" });
    expect((await failWith(new TypeError("fetch failed", { cause }))).message).toContain(": ECONNRESET. Check");
    const empty = new TypeError("fetch failed", { cause: new Error("") });
    expect((await failWith(empty)).message).toContain(": fetch failed. Check");
  });

  test("the copy of a cause has the stack of the original", async () => {
    const thrown = Object.assign(new Error("failed"), { stack: "Error: failed\n    at somewhere" });
    expect((await failWith(thrown)).cause).toMatchObject({ stack: thrown.stack });
  });
});

describe("events", () => {
  test.each([
    ["response", success],
    ["failure", () => Promise.reject(new TypeError("fetch failed"))],
  ] as const)("the duration in a %s event is the time since the request", async (type, respond) => {
    const events: CallEvent[] = [];
    let now = 5000;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const fetch = async (): Promise<Response> => {
      now += 250;
      return respond();
    };
    await new Polytomic({ apiKey: "a-key", fetch, onEvent: (event) => events.push(event), maxRetries: 0 }).users
      .list()
      .result();
    expect(events.find((event) => event.type === type)).toMatchObject({ duration: 250 });
  });

  test.each([
    ["@1", "1970-01-01T00:00:01.000Z"],
    ["@99999999999", "5138-11-16T09:46:39.000Z"],
    ["@100000000000", undefined],
    ["@9999999999999", undefined],
    ["@", undefined],
    ["@-1", undefined],
    ["@1688169599.5", undefined],
    ["1688169599", undefined],
    ["x@1688169599", undefined],
  ])("the `since` of a deprecation event for the header %s is %s", async (deprecation, since) => {
    const events: CallEvent[] = [];
    const respond = (): Response => Response.json({ data: [] }, { headers: { deprecation } });
    await client(respond, { apiKey: "a-key", onEvent: (event) => events.push(event) }).users.list();
    expect(events.at(-1)).toMatchObject({ type: "deprecation", since, sunset: undefined });
  });

  test.each([
    ["Thursday, 06-Nov-76 08:49:37 GMT", "2076-11-06T08:49:37.000Z"],
    ["Saturday, 06-Nov-77 08:49:37 GMT", "1977-11-06T08:49:37.000Z"],
    ["Saturday, 01-Jan-00 00:00:00 GMT", "2000-01-01T00:00:00.000Z"],
    ["Sun, 6 Nov 1994 08:49:37 GMT", undefined],
    ["Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37.000Z"],
    ["Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
    ["Sun, 06 Nov 1994 08:49:37 GMT x", undefined],
    ["x, Sun, 06 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:37 UTC", undefined],
    ["Sun, 06 Nov 194 08:49:37 GMT", undefined],
    ["Sun Nov  6 08:49:37 1994 x", undefined],
    ["x Sun Nov  6 08:49:37 1994", undefined],
  ])("in 2026, the HTTP date %s is read as %s", async (header, sunset) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 15), toFake: ["Date"] });
    const events: CallEvent[] = [];
    const respond = (): Response => Response.json({ data: [] }, { headers: { sunset: header } });
    await client(respond, { apiKey: "a-key", onEvent: (event) => events.push(event) }).users.list();
    expect(events.at(-1)).toMatchObject({ type: "deprecation", sunset });
  });
});

describe("advice", () => {
  /** Responds with these statuses, one after the other. */
  const sequence = (...statuses: number[]): Respond => {
    const left = [...statuses];
    return () => Response.json({ message: "No" }, { status: left.shift()! });
  };

  test("only the 404 of a retried DELETE says that an earlier attempt may have succeeded", async () => {
    const advice = "Check the ids, and that the key has access to them.";
    const earlier = "An earlier attempt of this call may have succeeded.";
    const retried = await client(sequence(503, 404)).users.delete(USER).result();
    expect(retried.error?.message).toBe(`DELETE /api/organization/users/{id} returned 404: No. ${earlier}`);
    const first = await client(sequence(404)).users.delete(USER).result();
    expect(first.error?.message).toBe(`DELETE /api/organization/users/{id} returned 404: No. ${advice}`);
    const get = await client(sequence(503, 404)).users.get(USER).result();
    expect(get.error?.message).toBe(`GET /api/organization/users/{id} returned 404: No. ${advice}`);
  });

  test.each([
    [409, / No\. Call again later with the same `idempotencyKey`\.$/, "`body` may say more."],
    [
      500,
      / The API replays this response for the same idempotency key\. .* call again with a new key\.$/,
      "Call again later.",
    ],
    [
      502,
      / No\. The request may have taken effect\. Call again later with the same `idempotencyKey`\.$/,
      "Call again later.",
    ],
    [
      408,
      / No\. The request may have taken effect\. Call again later with the same `idempotencyKey`\.$/,
      "Call again later.",
    ],
  ])("only the %i of a POST mentions its idempotency key", async (status, advice, otherAdvice) => {
    const { error } = await client(sequence(status), { apiKey: "a-key", maxRetries: 0 })
      .users.create(ROLE_BODY)
      .result();
    expect(error?.message).toMatch(advice);
    const other = await client(sequence(status), { apiKey: "a-key", maxRetries: 0 }).users.list().result();
    expect(other.error?.message).toBe(`GET /api/organization/users returned ${status}: No. ${otherAdvice}`);
  });

  test.each([
    [400, "Correct the request."],
    [407, "`body` may say more."],
    [408, "Call again later."],
    [409, "`body` may say more."],
    [418, "`body` may say more."],
    [499, "`body` may say more."],
    [500, "Call again later."],
    [599, "Call again later."],
  ])("the advice of a %i is: %s", async (status, advice) => {
    const options = { apiKey: "a-key", maxRetries: 0 };
    const respond = (): Response => new Response(null, { status });
    const { error } = await client(respond, options).users.list().result();
    expect(error?.message).toBe(`GET /api/organization/users returned ${status}. ${advice}`);
  });

  test("the message of a 422 mentions `metadata`, and that of a 429 `retryAfter`", async () => {
    expect((await failure(422, {})).message).toContain("returned 422. Correct the request; `metadata` may name");
    expect((await failure(429, {})).message).toContain("returned 429. Wait before you call again; `retryAfter` is");
  });

  test("the message of a 404 of a path without ids mentions `baseUrl`", async () => {
    expect((await failure(404, { message: "No" })).message).toContain("returned 404: No. Check `baseUrl`");
  });

  test("an empty `message` of the API is ignored, and an ellipsis ends a sentence", async () => {
    expect(await failure(400, { message: "", error: "Wait…" })).toMatchObject({ detail: "Wait…" });
    expect((await failure(400, { message: "Wait…" })).message).toMatch(/ returned 400: Wait… Correct the request\.$/);
  });

  test("the message of a 404 mentions the ids if a word only contains `route`", async () => {
    const respond = (): Response => Response.json({ message: "Rerouted" }, { status: 404 });
    const { error } = await client(respond).users.get(USER).result();
    expect(error?.message).toMatch(/Rerouted\. Check the ids/);
  });
});

const ROLE_BODY = { email: "ada@acmecorp.com", role_ids: [ROLE] };

test.each([
  "UNABLE_TO_GET_CRL",
  "INVALID_PURPOSE",
  "ERR_TLS_INVALID_PROTOCOL_VERSION",
  "PATH_LENGTH_EXCEEDED",
  "EAI_NONAME",
  "SELF_SIGNED",
])("a connection that failed with %s is not retried, because the failure is permanent", async (code) => {
  const fetch = vi.fn(() => Promise.reject(Object.assign(new Error("failed"), { code })));
  await client(fetch).users.list().result();
  expect(fetch).toHaveBeenCalledTimes(1);
});

test("a connection that failed with a message about a certificate, or a name that does not resolve, is not retried", async () => {
  for (const message of ["invalid peer certificate: UnknownIssuer", "dns error: no record found"]) {
    const fetch = vi.fn(() => Promise.reject(new TypeError(message)));
    await client(fetch).users.list().result();
    expect(fetch).toHaveBeenCalledTimes(1);
  }
});

test.each(["Temporary failure", "temporary failure", "Try again", "try again"])(
  "a name that did not resolve is looked up in another attempt if the message says `%s`",
  async (text) => {
    const fetch = vi.fn(() => Promise.reject(new TypeError(`dns error: failed to look up the address: ${text}`)));
    await client(fetch).users.list().result();
    expect(fetch).toHaveBeenCalledTimes(3);
  },
);

test.each([
  [60_000, 2],
  [60_001, 1],
])("after a Retry-After of %i ms, a call makes at most %i attempts", async (delay, attempts) => {
  const now = Date.UTC(2026, 0, 15, 12, 1, 1) - delay;
  vi.useFakeTimers({ now });
  const retryAfter = new Date(now + delay).toUTCString();
  const call = client(() => new Response("", { status: 503, headers: { "retry-after": retryAfter } }), {
    apiKey: "a-key",
    maxRetries: 1,
  }).users.list();
  const result = call.result();
  await vi.runAllTimersAsync();
  expect((await result).error).toMatchObject({ name: "ServerError", attempts });
});

describe("options", () => {
  test("all slashes at the end of `baseUrl` are ignored", async () => {
    for (const baseUrl of ["https://example.com/api", "https://example.com/api/", "https://example.com/api///"]) {
      const urls: string[] = [];
      const respond: Respond = (url) => (urls.push(url), success());
      await client(respond, { apiKey: "a-key", baseUrl }).users.list();
      expect(urls).toEqual(["https://example.com/api/api/organization/users"]);
    }
  });

  test("a header of a call replaces the client's, whatever the case of their names", async () => {
    const sent: HeadersInit[] = [];
    const respond: Respond = (_url, { headers }) => (sent.push(headers!), success());
    const options = { apiKey: "a-key", headers: { "X-Custom": "client", "X-Other": "client" } };
    await client(respond, options).users.list({ headers: { "x-CUSTOM": "call" } });
    expect(sent).toEqual([expect.objectContaining({ "x-custom": "call", "x-other": "client" })]);
    expect(Object.keys(sent[0]!).filter((name) => name.toLowerCase() === "x-custom")).toEqual(["x-custom"]);
  });

  test.each([
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "idempotency-key",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "x-polytomic-version",
  ])("the header `%s` cannot be set, in any case", async (name) => {
    for (const given of [name, name.toUpperCase()]) {
      expect(construct({ headers: { [given]: "x" } })).toThrow(`The header \`${name}\` cannot be set`);
    }
  });

  test("a header whose name only contains a reserved name can be set", () => {
    for (const name of ["x-accept", "accept-language", "content-language", "x-host", "hostname"]) {
      expect(construct({ headers: { [name]: "x" } })).not.toThrow();
    }
  });

  test("of an invalid header, a name of 7 characters is shown, and of a longer name only 4", () => {
    expect(construct({ headers: { "abcdef ": "x" } })).toThrow('The header "abcdef " has a name');
    expect(construct({ headers: { "abcdefg ": "x" } })).toThrow('The header "abcd…" has a name');
  });

  test.each(["timeout", "totalTimeout"])("`%s` can be any number of milliseconds from 0 to 2 ** 31 - 1", (name) => {
    for (const ms of [0, 0.5, 2 ** 31 - 1]) expect(construct({ [name]: ms })).not.toThrow();
    for (const ms of [-1, 2 ** 31]) expect(construct({ [name]: ms })).toThrow(`\`${name}\` must be a number`);
  });

  test("`maxResponseBytes` can be any integer from 1 to 500 000 000", () => {
    for (const bytes of [1, 500_000_000]) expect(construct({ maxResponseBytes: bytes })).not.toThrow();
    for (const bytes of [0, 1.5, 500_000_001]) {
      expect(construct({ maxResponseBytes: bytes })).toThrow("`maxResponseBytes` must be an integer from 1");
    }
  });

  test("`maxRetries` can be 0, and not less", () => {
    expect(construct({ maxRetries: 0 })).not.toThrow();
    expect(construct({ maxRetries: -1 })).toThrow("`maxRetries` must be an integer, 0 or more");
  });

  test("an idempotency key has 8 to 255 letters, digits, `-` and `_`", async () => {
    const polytomic = client(() => Response.json({ data: { id: USER } }));
    const create = (idempotencyKey: string): Promise<unknown> => polytomic.users.create(ROLE_BODY, { idempotencyKey });
    for (const key of ["a".repeat(8), "a".repeat(255), "aB0-_xyz"]) await create(key);
    for (const key of ["a".repeat(7), "a".repeat(256), "a".repeat(8) + "!", "!" + "a".repeat(8)]) {
      await expect(create(key)).rejects.toThrow("`idempotencyKey` must be 8 to 255 characters");
    }
  });

  test.each([
    ["a name of 20 characters is shown", `key-${"0".repeat(16)}`, true],
    ["a longer name is not shown", `key-${"0".repeat(17)}`, false],
    ["a name of 40 letters is shown", "a".repeat(40), true],
    ["a name of 41 letters is not shown", "a".repeat(41), false],
    ["a long name that ends with a digit is not shown", `${"a".repeat(30)}0`, false],
    ["a long name that begins with a digit is not shown", `0${"a".repeat(30)}`, false],
  ])("in the message about an unknown option, %s", (_rule, name, isShown) => {
    expect(construct({ [name]: 1 })).toThrow(isShown ? `Unknown option \`${name}\`. Valid` : "Unknown option. Valid");
  });

  test.each(["2025-9-18", "2025-09-18 ", " 2025-09-18", "25-09-18", "2025-09-1", "2025/09/18"])(
    "the version %j is refused",
    (version) => {
      expect(construct({ version })).toThrow("`version` must be a date");
    },
  );

  test("a key can contain every printable ASCII character, and no other", () => {
    expect(construct({ apiKey: "a ~!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}" })).not.toThrow();
    for (const character of ["\u007f", "\u001f", "\u0080"]) {
      expect(construct({ apiKey: `a${character}b` })).toThrow("contains a character that an HTTP header cannot carry");
    }
  });

  test.each(["Bearer x", "bearer\tx", "BASIC x"])("the key %j, which names a scheme, is refused", (apiKey) => {
    expect(construct({ apiKey })).toThrow("`apiKey` starts with the name of an authentication scheme");
  });

  test("a key that only begins like the name of a scheme is accepted, and spaces around it are removed", async () => {
    for (const apiKey of ["bearerx", "a Bearer x", "  basic-key\n"]) {
      let sent: unknown;
      const respond: Respond = (_url, { headers }) => (
        (sent = (headers as Record<string, string>)["authorization"]),
        success()
      );
      await client(respond, { apiKey }).users.list();
      expect(sent).toBe(`Bearer ${apiKey.trim()}`);
    }
  });

  test.each([
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://example.com/https://",
    "http://x.localhost",
    "ftp://localhost",
  ])("plain HTTP is refused for %s, which is not a loopback host", (baseUrl) => {
    expect(construct({ baseUrl })).toThrow("`baseUrl` must be an https URL");
  });
});

describe("the signal of request()", () => {
  test("request() rejects with the reason of its signal, even if the reason is a PolytomicError", async () => {
    const controller = new AbortController();
    const reason = new PolytomicError("The caller aborted.");
    const polytomic = client(() => new Promise<Response>(() => {}));
    const call = polytomic.request("get", "/api/organization/users", { signal: controller.signal });
    const result = call.result();
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
    await expect(call).rejects.toBe(reason);
  });
});

describe("hints", () => {
  const create = async (field: string): Promise<string> => {
    const { error } = await client(success)
      .users.create({ ...ROLE_BODY, [field]: "x" })
      .result();
    return error?.message ?? "";
  };

  test.each([
    ["roleIds", "role_ids"],
    ["ROLE-IDS", "role_ids"],
    ["role_id", "role_ids"],
    ["emai", "email"],
    ["Email", "email"],
  ])("for the unknown field `%s`, the message suggests `%s`", async (field, similar) => {
    expect(await create(field)).toContain(`Unknown field \`${field}\`. Did you mean \`${similar}\`? Valid fields: `);
  });

  test.each(["ema", "e", "xemail", "mail", "emails"])(
    "for the unknown field `%s`, the message suggests none",
    async (field) => {
      expect(await create(field)).toContain(`Unknown field \`${field}\`. Valid fields: `);
    },
  );
});
