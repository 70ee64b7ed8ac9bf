import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as exported from "../../src/index.ts";
import { isPolytomicError, NotFoundError, Polytomic, PolytomicError } from "../../src/index.ts";
import { FACTS, ORGANIZATION, USER } from "../facts.ts";

const classes = Object.entries(exported).filter(([name]) => name.endsWith("Error") && name !== "isPolytomicError");

/** Returns the error of a call whose response has this status. */
async function errorOf(
  status: number,
  polytomic = new Polytomic({
    apiKey: "a-key",
    fetch: async () =>
      Response.json(
        { key: "a_key", message: "A message.", metadata: { field: "email" } },
        { status, headers: { "x-request-id": "request-1" } },
      ),
  }),
): Promise<Error> {
  const { error } = await polytomic.users.get(USER).result();
  return error as Error;
}

describe("error classes", () => {
  test("the package exports every error class", () => {
    expect(classes.map(([name]) => name).toSorted()).toEqual([
      "ApiError",
      "BadRequestError",
      "ConfigurationError",
      "ConflictError",
      "ConnectionError",
      "ForbiddenError",
      "InvalidArgumentError",
      "NotFoundError",
      "PolytomicError",
      "ServerError",
      "TimeoutError",
      "TooManyRequestsError",
      "UnauthorizedError",
      "UnexpectedResponseError",
      "UnprocessableEntityError",
    ]);
  });

  test.each(classes)("%s has its name as a literal and extends PolytomicError and Error", (name, Class) => {
    const { prototype } = Class as { prototype: Error };
    expect(prototype.name).toBe(name);
    expect(prototype).toBeInstanceOf(Error);
    expect(Object.create(prototype)).toBeInstanceOf(PolytomicError);
  });
});

describe("instanceof", () => {
  test("an error is an instance of its class and its parent classes only", async () => {
    const error = await errorOf(404);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toBeInstanceOf(exported.ApiError);
    expect(error).toBeInstanceOf(PolytomicError);
    expect(error).not.toBeInstanceOf(exported.ForbiddenError);
    expect(error).not.toBeInstanceOf(exported.ConnectionError);
    expect(await errorOf(418)).not.toBeInstanceOf(NotFoundError);
  });

  test("instanceof and isPolytomicError recognize the errors of another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("../../src/index.ts");
    expect(copy.NotFoundError).not.toBe(NotFoundError);
    const fetch = async (): Promise<Response> => new Response("", { status: 404 });
    const error = await errorOf(404, new copy.Polytomic({ apiKey: "a-key", fetch }));
    expect(Object.getPrototypeOf(error)).toBe(copy.NotFoundError.prototype);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toBeInstanceOf(PolytomicError);
    expect(error).not.toBeInstanceOf(exported.ForbiddenError);
    expect(isPolytomicError(error)).toBe(true);
  });

  test("an error is not an instance of a user's own subclass", () => {
    class Derived extends PolytomicError {}
    expect(new Derived("x")).toBeInstanceOf(Derived);
    expect(new Derived("x")).toBeInstanceOf(PolytomicError);
    expect(new PolytomicError("x")).not.toBeInstanceOf(Derived);
  });

  test.each([undefined, null, 5, "x", {}, new Error("x"), { name: "NotFoundError" }])(
    "isPolytomicError is false for %j",
    (value) => expect(isPolytomicError(value)).toBe(false),
  );
});

test("JSON.stringify of an error returns the fields for a log and nothing else", async () => {
  expect(JSON.parse(JSON.stringify(await errorOf(422)))).toEqual({
    name: "UnprocessableEntityError",
    message: expect.stringContaining("A message."),
    detail: "A message.",
    status: 422,
    key: "a_key",
    metadata: { field: "email" },
    operation: {
      id: "getCurrentOrgUser",
      method: FACTS.getCurrentOrgUser.method,
      path: FACTS.getCurrentOrgUser.template,
    },
    ids: { id: USER },
    attempts: 1,
    requestId: "request-1",
  });
});

test("the error of a POST has its idempotency key, and the errors of other methods have none", async () => {
  const polytomic = new Polytomic({ apiKey: "a-key", fetch: async () => new Response("", { status: 422 }) });
  const { error } = await polytomic.users.create({ email: "a@b.c" }, { idempotencyKey: "12345678" }).result();
  expect(error).toMatchObject({ idempotencyKey: "12345678" });
  expect(await errorOf(422)).not.toHaveProperty("idempotencyKey");
});

describe("messages", () => {
  const fetch = async (): Promise<Response> => new Response("", { status: 403 });

  test("the message of a 403 names the kind of key that was used", async () => {
    const { users } = new Polytomic({ apiKey: "a-key", fetch }).organization(ORGANIZATION);
    const { error } = await users.list().result();
    expect(error?.message).toMatch(/an API key.*A partner key can access every customer organization/);
  });

  test("the message of a 403 tells the user to check the access of a partner key", async () => {
    const { users } = new Polytomic({ partnerKey: "p-key", organizationId: ORGANIZATION, fetch });
    const { error } = await users.list().result();
    expect(error?.message).toMatch(/a partner key\. Check that it has access to this organization\.$/);
  });

  test.each([
    ["the current version", { message: "No access" }],
    ["version 2021-05-23", { error: { message: "No access" } }],
    ["the vendor's clients of the 1.x line", { code: 403, error: "No access", status: "Forbidden" }],
  ])("the message of the API is found in an error body of %s", async (_version, body) => {
    const polytomic = new Polytomic({ apiKey: "a-key", fetch: async () => Response.json(body, { status: 403 }) });
    const { error } = await polytomic.users.list().result();
    expect(error?.message).toMatch(/ returned 403: No access\. /);
  });

  test("the message of a 401 names the kind of key that was used", async () => {
    expect((await errorOf(401)).message).toContain("an API key");
  });

  test("the message of a 403 for the own organization suggests `partnerKey`, if the key was passed as `apiKey`", async () => {
    const { error } = await new Polytomic({ apiKey: "a-key", fetch }).users.list().result();
    expect(error?.message).toMatch(/If it is a partner key, pass it as `partnerKey`\.$/);
  });

  test.each([
    ["without a body", ""],
    ["of HTML", "<h1>Not found</h1>"],
    ["that mentions a route", '{ "message": "Route not found. Try another." }'],
  ])("the message of a 404 %s mentions `baseUrl`", async (_what, body) => {
    const polytomic = new Polytomic({ apiKey: "a-key", fetch: async () => new Response(body, { status: 404 }) });
    const { error } = await polytomic.users.get(USER).result();
    expect(error?.message).toContain("Check `baseUrl`");
  });

  test("the message of a 404 of a user mentions the ids, and `detail` is the API's own message", async () => {
    const answer = async (): Promise<Response> => Response.json({ message: "User not found" }, { status: 404 });
    const { error } = await new Polytomic({ apiKey: "a-key", fetch: answer }).users.get(USER).result();
    expect(error).toMatchObject({
      detail: "User not found",
      message: expect.stringContaining("User not found. Check the ids"),
    });
  });

  test.each([
    ["No access", "No access."],
    ["No access.", "No access."],
    ["No access...", "No access."],
    ["No access!", "No access!"],
    ["No access? ", "No access?"],
  ])("a sentence of the API never ends with two periods: %s", async (message, told) => {
    const answer = async (): Promise<Response> => Response.json({ message }, { status: 422 });
    const { error } = await new Polytomic({ apiKey: "a-key", fetch: answer }).users.list().result();
    expect(error?.message).toContain(`returned 422: ${told} Correct the request`);
    expect(error).toMatchObject({ detail: message });
  });
});

describe("what fetch returns", () => {
  const used = async (): Promise<Response> => {
    const response = Response.json({ data: [] });
    await response.text();
    return response;
  };
  test.each<[string, () => unknown, string]>([
    ["a stub", () => ({ ok: true, status: 200, json: async () => ({ data: [] }) }), "is not a Response"],
    ["nothing", () => undefined, "is not a Response"],
    ["a text", () => "{}", "is not a Response"],
    [
      "a stub whose headers are a Map",
      () => ({ ok: false, status: 404, headers: new Map(), text: async () => "{}" }),
      "is not a Response",
    ],
    [
      "a stub with plain headers",
      () => ({ ok: true, status: 200, headers: {}, text: async () => "{}" }),
      "is not a Response",
    ],
    ["a Response whose body was read", used, "has already been read"],
  ])(
    "%s is a ConfigurationError that says what to return, and the call is not retried",
    async (_what, respond, message) => {
      const fetch = vi.fn(async () => respond() as Promise<Response>);
      const { error } = await new Polytomic({ apiKey: "a-key", fetch }).users.get(USER).result();
      expect(error).toMatchObject({ name: "ConfigurationError", attempts: 1, ids: { id: USER } });
      expect(error?.message).toContain(message);
      expect(fetch).toHaveBeenCalledOnce();
    },
  );

  test("a Response that concurrent calls share is refused without a retry", async () => {
    const response = Response.json({ data: [] });
    const fetch = vi.fn(async () => response);
    const polytomic = new Polytomic({ apiKey: "a-key", fetch });
    const results = await Promise.all([1, 2, 3].map(() => polytomic.users.list().result()));
    expect(results.map(({ error }) => error?.name)).toEqual([undefined, "ConfigurationError", "ConfigurationError"]);
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  test("a class that resembles Response, as other implementations of fetch have, is accepted", async () => {
    const response = { ok: true, status: 200, headers: new Headers(), text: async () => '{"data":[]}', body: null };
    const fetch = async (): Promise<Response> => response as Response;
    expect(await new Polytomic({ apiKey: "a-key", fetch }).users.list()).toEqual([]);
  });
});

describe("what fetch throws", () => {
  const unreadable = Object.defineProperty(new Error("odd"), "cause", {
    get() {
      throw new Error("sent Bearer a-secret-key");
    },
  });

  test.each([
    ["an error whose cause is null", new TypeError("fetch failed", { cause: null }), "fetch failed"],
    ["an error whose cause cannot be read", unreadable, "cannot be read"],
    ["a value that cannot be converted to text", [Symbol("a")], "cannot be read"],
    ["undefined", undefined, "no reason"],
  ])("a fetch that throws %s causes a ConnectionError with a readable message", async (_what, thrown, reason) => {
    const fetch = async (): Promise<Response> => {
      throw thrown;
    };
    const { error } = await new Polytomic({ apiKey: "a-secret-key", fetch, maxRetries: 0 }).users.list().result();
    expect(error).toMatchObject({ name: "ConnectionError", message: expect.stringContaining(reason) });
    expect(error?.message).not.toContain("a-secret-key");
  });

  test("a lost connection is retried even if the name of the host resembles a permanent failure", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const fetch = async (): Promise<Response> => {
      throw new TypeError("Load failed");
    };
    const client = new Polytomic({ apiKey: "a-key", baseUrl: "https://certificates.example.com", fetch });
    expect((await client.users.list().result()).error).toMatchObject({ attempts: 3 });
  });
});

test("a redirect with a deeply nested body is an UnexpectedResponseError", async () => {
  const body = "[".repeat(9000) + "]".repeat(9000);
  const fetch = async (): Promise<Response> => new Response(body, { status: 302 });
  const { error } = await new Polytomic({ apiKey: "a-key", fetch }).users.list().result();
  expect(error).toMatchObject({ name: "UnexpectedResponseError", status: 302 });
});
