import { beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type CallEvent, type PolytomicOptions, type UntypedMethod } from "../../src/index.ts";
import { ORGANIZATION } from "../facts.ts";

const respond = vi.fn(async () => Response.json({ data: [1], next: null }));
const fetch = vi.fn(async (_url: string, _init: { method: string; headers: object; body?: string }) => respond());
beforeEach(() => {
  vi.clearAllMocks();
  vi.spyOn(Math, "random").mockReturnValue(0); // retries without delays
});

function client(options: PolytomicOptions = { apiKey: "a-key" }): Polytomic {
  return new Polytomic({ fetch, ...options });
}

const polytomic = client();

/** Returns the last request, without the origin of its URL. */
function sent(): { url: string; method: string; headers: Record<string, string>; body: string | undefined } {
  const [url, { method, headers, body }] = fetch.mock.lastCall!;
  return { url: url.replace("https://app.polytomic.com", ""), method, headers: { ...headers }, body };
}

test("untypedRequest() returns the parsed JSON, whatever it is", async () => {
  expect(await polytomic.untypedRequest("get", "/api/new-thing")).toEqual({ data: [1], next: null });
  for (const body of [[1, 2], "text", 0, null, { data: null }, {}]) {
    respond.mockResolvedValueOnce(Response.json(body));
    expect(await polytomic.untypedRequest("get", "/api/new-thing")).toEqual(body);
  }
});

test.each<[UntypedMethod, boolean]>([
  ["get", false],
  ["post", true],
  ["put", false],
  ["patch", true],
  ["delete", false],
])("untypedRequest() sends a %s; only a POST and a PATCH have an idempotency key: %s", async (method, isKeyed) => {
  await polytomic.untypedRequest(method, "/api/new-thing");
  expect(sent()).toMatchObject({ url: "/api/new-thing", method: method.toUpperCase(), body: undefined });
  expect(sent().headers).toMatchObject({ authorization: "Bearer a-key", "x-polytomic-version": "2025-09-18" });
  expect("idempotency-key" in sent().headers).toBe(isKeyed);
});

test("untypedRequest() sends the query encoded, a list as a repeated parameter, and nothing for undefined", async () => {
  const query = { "a&b": "c&d=e", tags: ["x", 1, true], none: undefined, empty: [], "filter[a]": "ü" };
  await polytomic.untypedRequest("get", "/api/new-thing", { query });
  expect(sent().url).toBe("/api/new-thing?a%26b=c%26d%3De&tags=x&tags=1&tags=true&filter%5Ba%5D=%C3%BC");
});

test("untypedRequest() sends an object or a list as JSON", async () => {
  for (const body of [{ any: { field: 1 } }, [1, { a: 2 }], {}]) {
    await polytomic.untypedRequest("patch", "/api/new-thing", { body });
    expect(sent()).toMatchObject({ body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  }
});

test("untypedRequest() passes on the options of the call", async () => {
  const options = { idempotencyKey: "my-own-key_1", version: "2024-02-08", headers: { "x-team": "1" } };
  await polytomic.untypedRequest("post", "/api/new-thing", options);
  const { "idempotency-key": key, "x-polytomic-version": version, "x-team": team } = sent().headers;
  expect([key, version, team]).toEqual(["my-own-key_1", "2024-02-08", "1"]);
  const reason = new Error("enough");
  const call = polytomic.untypedRequest("get", "/api/new-thing", { signal: AbortSignal.abort(reason) });
  await expect(call).rejects.toBe(reason);
});

describe("retries and errors", () => {
  const status = (code: number): Response => new Response(null, { status: code });

  test.each<[UntypedMethod, number, number]>([
    ["get", 503, 2],
    ["get", 500, 2],
    ["put", 500, 2],
    ["delete", 520, 2],
    ["post", 503, 2],
    ["post", 500, 1],
    ["patch", 503, 2],
    ["patch", 500, 1],
    ["patch", 409, 1],
  ])("an untyped %s that gets a %i is sent %i times, with the same idempotency key", async (method, code, times) => {
    respond.mockResolvedValueOnce(status(code));
    await polytomic.untypedRequest(method, "/api/new-thing").result();
    expect(fetch).toHaveBeenCalledTimes(times);
    const keys = fetch.mock.calls.map(([, { headers }]) => (headers as Record<string, string>)["idempotency-key"]);
    expect(new Set(keys).size).toBe(1);
  });

  test("errors and events of untypedRequest() have its id, and the path as it was passed", async () => {
    const events: CallEvent[] = [];
    respond.mockResolvedValueOnce(Response.json({ message: "No such thing" }, { status: 404 }));
    const observed = client({ apiKey: "a-key", onEvent: (event) => events.push(event) });
    const { error } = await observed.untypedRequest("patch", "/api/things/a%20b").result();
    const operation = { id: "untypedRequest", method: "PATCH", path: "/api/things/a%20b" };
    const idempotencyKey = expect.any(String);
    expect(error).toMatchObject({ name: "NotFoundError", operation, ids: {}, attempts: 1, idempotencyKey });
    expect(error?.message).toMatch(/^PATCH \/api\/things\/a%20b returned 404: No such thing\./);
    expect(events).toMatchObject([
      { type: "request", operation },
      { type: "response", operation },
    ]);
  });

  test.each([
    ["an empty body", status(204)],
    ["a body that is not JSON", new Response("<h1>secret</h1>")],
    ["a redirect", status(302)],
  ])("a response with %s is an UnexpectedResponseError, which shows nothing of it", async (found, response) => {
    respond.mockResolvedValueOnce(response);
    const { error } = await polytomic.untypedRequest("delete", "/api/new-thing").result();
    expect(error).toMatchObject({ name: "UnexpectedResponseError", message: expect.stringContaining(found) });
    expect(JSON.stringify(Object.entries(error!))).not.toContain("secret");
  });

  test("untypedRequest() reads a body as large as that of a list", async () => {
    respond.mockResolvedValueOnce(Response.json("x".repeat(1_000_001)));
    expect(await polytomic.untypedRequest("get", "/api/new-thing")).toHaveLength(1_000_001);
  });
});

describe("credentials", () => {
  const basic = `Basic ${btoa(`${ORGANIZATION}:p-key`)}`;
  const scoped = { partnerKey: "p-key", organizationId: ORGANIZATION };

  test.each<[PolytomicOptions, string, string]>([
    [scoped, "/api/new-thing", basic],
    [scoped, "/api/organization/users", basic],
    [scoped, "/api/organizationsx", basic],
    [scoped, "/v2/api/organizations", basic],
    [scoped, "/api/organizations", "Bearer p-key"],
    [scoped, "/api/organizations/", "Bearer p-key"],
    [scoped, `/api/organizations/${ORGANIZATION}/things`, "Bearer p-key"],
    [{ partnerKey: "p-key" }, "/api/new-thing", "Bearer p-key"],
    [{ partnerKey: "p-key" }, "/api/organizations", "Bearer p-key"],
    [{ apiKey: "a-key" }, "/api/new-thing", "Bearer a-key"],
    [{ apiKey: "a-key" }, "/api/organizations", "Bearer a-key"],
    [{ ...scoped, partnerKey: () => "p-key" }, "/api/new-thing", basic],
  ])("%o sends to %s: %s", async (options, path, authorization) => {
    await client(options).untypedRequest("get", path);
    expect(sent().headers["authorization"]).toBe(authorization);
  });

  test("the advice for a 403 mentions a partner key only for a path of the partner family", async () => {
    respond.mockImplementation(async () => new Response("{}", { status: 403 }));
    const messageOf = async (path: string): Promise<string | undefined> =>
      (await polytomic.untypedRequest("get", path).result()).error?.message;
    expect(await messageOf("/api/organizations")).toContain("A partner key can access every customer organization");
    expect(await messageOf("/api/new-thing")).toContain("pass it as `partnerKey`");
    respond.mockReset();
  });
});

/** Expects an `InvalidArgumentError` for this argument, before anything is sent. */
async function expectRefusal(args: unknown[], argument: string, culprit: string): Promise<void> {
  const [method, path, input] = args as ["get", string, object];
  const { error } = await polytomic.untypedRequest(method, path, input).result();
  expect(error).toMatchObject({ name: "InvalidArgumentError", argument, message: expect.stringContaining(culprit) });
  expect(error?.message).not.toContain("canary");
  expect(fetch).not.toHaveBeenCalled();
}

test.each([
  ["", "must start with `/`"],
  ["api/canary", "must start with `/`"],
  ["https://canary.example", "must start with `/`"],
  [" /api", "must start with `/`"],
  ["/api/canary?x=1", "must not contain `?`"],
  ["/api/canary#x", "must not contain `#`"],
  ["//canary.example/api", "must not contain `//`"],
  ["/api//canary", "must not contain `//`"],
  ["/api/canary\\x", "must not contain a backslash"],
  ["/api/canary%2Fx", "an encoded slash"],
  ["/api/canary%2fx", "an encoded slash"],
  ["/api/canary%5Cx", "or backslash"],
  ["/api/canary%252fx", "an encoded slash"],
  ["/api/../canary", "must not contain `..`"],
  ["/api/canary/..", "must not contain `..`"],
  ["/api/canary..x", "must not contain `..`"],
  ["/api/./canary", "a segment `.`"],
  ["/api/canary/.", "a segment `.`"],
  ["/api/%2e%2E/canary", "an encoded dot"],
  ["/api/.%2e/canary", "an encoded dot"],
  ["/api/%252e/canary", "an encoded dot"],
  ["/api/things/{canary}", "must not contain a placeholder"],
  ["/api/canary}", "must not contain a placeholder"],
  ["/api/canary\n", "must not contain a control character"],
  ["/api/can\tary", "must not contain a control character"],
  ["/api/canary\0", "must not contain a control character"],
  ["/api/canary\x7f", "must not contain a control character"],
  ["/api/canary%0d%0ax", "must not contain a control character"],
  ["/api/canary%00", "must not contain a control character"],
  ["/api/canary%1F", "must not contain a control character"],
  ["/api/canary%7f", "must not contain a control character"],
  ["/api/a canary", "contains a character that `encodeURIComponent()` must encode"],
  ["/api/canary ", "contains a character that `encodeURIComponent()` must encode"],
  ["/api/canäry", "contains a character that `encodeURIComponent()` must encode"],
  ["/api/canary\ud800", "contains a character that `encodeURIComponent()` must encode"],
  ["/api/canary%", "contains a character that `encodeURIComponent()` must encode"],
  ["/api/canary%zz", "contains a character that `encodeURIComponent()` must encode"],
  ["/api/canary|x", "contains a character that `encodeURIComponent()` must encode"],
  [undefined, "must be a string, but it is undefined"],
  [new URL("https://canary.example"), "must be a string, but it is an object"],
])("untypedRequest() refuses the path %j, and does not show it", async (path, culprit) => {
  await expectRefusal(["get", path], "path", `The path ${culprit.startsWith("must") ? culprit : ""}`);
  await expectRefusal(["get", path], "path", culprit);
});

test.each([
  "/",
  "/api",
  "/api/",
  "/api/things/a%20b",
  "/api/x.y/~z",
  "/api/%C3%A4",
  "/a-b_c!$&'()*+,;=:@/1",
  "/.well-known/x",
])("untypedRequest() sends the path %s as it is", async (path) => {
  await polytomic.untypedRequest("get", path);
  expect(sent().url).toBe(path);
  await client({ apiKey: "a-key", baseUrl: "https://example.com/base/" }).untypedRequest("get", path);
  expect(sent().url).toBe(`https://example.com/base${path}`);
  expect(new URL(sent().url).href).toBe(sent().url);
});

test.each<[unknown[], string, string]>([
  [["GET", "/api"], "method", "The method must be one of get, post, put, patch, delete, in lower case."],
  [["head", "/api"], "method", "one of get, post"],
  [[undefined, "/api"], "method", "one of get, post"],
  [["get", "/api", "canary"], "options", "The options must be an object, but they are a string."],
  [["get", "/api", null], "options", "The options must be an object, but they are null."],
  [["get", "/api", { params: {} }], "options.params", "Unknown option `params`. Valid options: query, body, timeout"],
  [["get", "/api", { timeout: -1 }], "options.timeout", "`timeout` must be"],
  [["get", "/api", { idempotencyKey: "12345678" }], "options.idempotencyKey", "only valid for POST and PATCH"],
  [["put", "/api", { idempotencyKey: "12345678" }], "options.idempotencyKey", "only valid for POST and PATCH"],
  [["get", "/api", { body: {} }], "body", "A GET cannot have a body. Pass `query`."],
  [["post", "/api", { body: "canary" }], "body", "The body of untypedRequest must be a plain object or a list."],
  [["post", "/api", { body: new Map() }], "body", "The body of untypedRequest must be"],
  [["post", "/api", { body: [1n] }], "body", "The body cannot be serialized"],
  [["get", "/api", { query: "canary" }], "query", "The query parameters must be an object, but they are a string."],
  [["get", "/api", { query: { a: {} } }], "query.a", "`a` must be a boolean, a number or a string, or a list of them."],
  [["get", "/api", { query: { a: null } }], "query.a", "must be a boolean"],
  [["get", "/api", { query: { a: [undefined] } }], "query.a", "must be a boolean"],
  [["get", "/api", { query: { a: ["\ud800"] } }], "query.a", "contains a lone surrogate"],
  [["get", "/api", { query: { "\ud800": 1 } }], "query.\ud800", "contains a lone surrogate"],
])("untypedRequest() refuses invalid arguments and names the one that is wrong: %#", (args, argument, culprit) =>
  expectRefusal(args, argument, culprit),
);

test("properties of Object.prototype do not change an untyped request", async () => {
  const polluted = { query: { a: 1 }, body: { a: 1 }, secret: false, exclusive: ["a"], idempotencyKey: "polluted-key" };
  Object.assign(Object.prototype, polluted);
  try {
    await polytomic.untypedRequest("get", "/api/new-thing");
    await polytomic.untypedRequest("get", "/api/new-thing", {});
  } finally {
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
  }
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(sent().url).toBe("/api/new-thing");
});
