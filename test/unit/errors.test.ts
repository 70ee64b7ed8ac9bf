import { describe, expect, test, vi } from "vitest";
import * as exported from "../../src/index.ts";
import { isPolytomicError, NotFoundError, Polytomic, PolytomicError } from "../../src/index.ts";
import { callOperation, FACTS, USER } from "../facts.ts";

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
    const { configurable, enumerable, writable } = Object.getOwnPropertyDescriptor(prototype, "name")!;
    expect({ configurable, enumerable, writable }).toEqual({ configurable: true, enumerable: false, writable: true });
    expect(Symbol.for("polytomic-users.error") in prototype).toBe(true);
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

test("an error without a cause has no such field", async () => {
  const { users } = new Polytomic({ apiKey: "a-key", fetch: () => new Promise(() => {}) });
  expect((await users.list({ timeout: 5, maxRetries: 0 }).result()).error).not.toHaveProperty("cause");
});

test("the error of a POST has its idempotency key, and the errors of other methods have none", async () => {
  const polytomic = new Polytomic({ apiKey: "a-key", fetch: async () => new Response("", { status: 422 }) });
  const options = { idempotencyKey: "12345678" };
  const { error } = await callOperation("createCurrentOrgUser", polytomic, options).result();
  expect(error).toMatchObject({ idempotencyKey: "12345678" });
  expect(await errorOf(422)).not.toHaveProperty("idempotencyKey");
});

describe("what fetch returns", () => {
  const stub = { ok: true, status: 200, headers: new Headers(), text: async () => '{"data":[]}' };
  const headersOf = (fields: object): object => ({ get: () => null, [Symbol.iterator]: () => [].values(), ...fields });
  const clientOf = (respond: () => unknown): Polytomic =>
    new Polytomic({ apiKey: "a-key", fetch: async () => respond() as Response });

  test("a stub with `ok`, `status`, `headers` and `text` is a response", async () => {
    expect(await clientOf(() => ({ ...stub })).users.list()).toEqual([]);
    expect(await clientOf(() => ({ ...stub, headers: headersOf({}) })).users.list()).toEqual([]);
    expect(await clientOf(() => ({ ...stub, body: null })).users.list()).toEqual([]);
  });

  const used = new Response("{}");
  void used.text();
  const locked = new Response("{}");
  locked.body?.getReader();

  test.each([
    ["undefined", undefined, "is not a Response"],
    ["text", "text", "is not a Response"],
    ["a stub without `ok`", { ...stub, ok: undefined }, "is not a Response"],
    ["a stub without a numeric `status`", { ...stub, status: "200" }, "is not a Response"],
    ["a stub without `text`", { ...stub, text: undefined }, "is not a Response"],
    ["a stub without `headers`", { ...stub, headers: undefined }, "is not a Response"],
    ["a stub with a Map as `headers`", { ...stub, headers: new Map() }, "is not a Response"],
    ["a stub whose headers have no `get`", { ...stub, headers: headersOf({ get: undefined }) }, "is not a Response"],
    ["a stub whose headers cannot be listed", { ...stub, headers: { get: () => null } }, "is not a Response"],
    ["a Response whose body was read", used, "has already been read"],
    ["a Response whose body is being read", locked, "has already been read"],
  ])(
    "a fetch that returns %s causes a ConfigurationError that says what to return, and is called once",
    async (_what, value, message) => {
      const fetch = vi.fn(() => value);
      const { error } = await clientOf(fetch).users.get(USER).result();
      expect(error).toMatchObject({ name: "ConfigurationError", attempts: 1, ids: { id: USER } });
      expect(error?.message).toContain(message);
      expect(fetch).toHaveBeenCalledOnce();
    },
  );

  test("a Response that concurrent calls share is refused without a retry", async () => {
    const response = Response.json({ data: [] });
    const fetch = vi.fn(() => response);
    const polytomic = clientOf(fetch);
    const results = await Promise.all([1, 2, 3].map(() => polytomic.users.list().result()));
    expect(results.map(({ error }) => error?.name)).toEqual([undefined, "ConfigurationError", "ConfigurationError"]);
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  test("a response that arrives after the timeout is not read", async () => {
    const text = vi.fn(async () => "{}");
    let respond = (_response: unknown): void => {};
    const { users } = clientOf(() => new Promise((resolve) => (respond = resolve)));
    expect((await users.list({ timeout: 5, maxRetries: 0 }).result()).error?.name).toBe("TimeoutError");
    respond({ ...stub, text, body: null });
    await new Promise((resolve) => setImmediate(resolve));
    expect(text).not.toHaveBeenCalled();
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

  const failWith = async (thrown: unknown): Promise<Error & { cause?: unknown }> => {
    const fetch = (): Promise<Response> => Promise.reject(thrown);
    const { error } = await new Polytomic({ apiKey: "a-key", fetch, maxRetries: 0 }).users.list().result();
    return error!;
  };

  test("the message of a ConnectionError contains the code and the message of the innermost cause", async () => {
    const cause = Object.assign(new Error("the socket closed"), { code: "ECONNRESET" });
    const { message } = await failWith(new TypeError("fetch failed", { cause }));
    expect(message).toContain(": ECONNRESET, the socket closed. Check");
  });

  test("the message of a ConnectionError names a cause that has only a code, and skips one that has neither code nor message", async () => {
    const cause = Object.assign(new Error(""), { code: "ECONNRESET" });
    expect((await failWith(new TypeError("fetch failed", { cause }))).message).toContain(": ECONNRESET. Check");
    const empty = new TypeError("fetch failed", { cause: new Error("") });
    expect((await failWith(empty)).message).toContain(": fetch failed. Check");
  });

  test("a ConnectionError keeps six levels of causes, with the stacks of the originals", async () => {
    const chain = (length: number): Error => new Error(`${length}`, length > 1 ? { cause: chain(length - 1) } : {});
    const thrown = chain(8);
    const error = await failWith(thrown);
    expect(error.cause).toMatchObject({ stack: thrown.stack });
    const messages: string[] = [];
    for (let { cause } = error; cause instanceof Error; { cause } = cause) messages.push(cause.message);
    expect(messages).toEqual(["8", "7", "6", "5", "4", "3"]);
    expect(error.message).toContain(": 3. Check");
  });

  test("a ConnectionError names the last failure if several addresses failed", async () => {
    const failures = ["ECONNREFUSED", "EHOSTUNREACH"].map((code) => Object.assign(new Error(code), { code }));
    expect(await failWith(new AggregateError(failures))).toMatchObject({ code: "EHOSTUNREACH" });
    const { cause } = await failWith(Object.assign(new Error("all failed"), { errors: [new Error("first"), {}] }));
    expect((cause as Error).cause).toMatchObject({ message: "" });
  });

  test("a fetch that throws a revoked proxy causes a ConnectionError", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(proxy instanceof PolytomicError).toBe(false);
    expect((await failWith(proxy)).name).toBe("ConnectionError");
  });
});

test("a redirect with a deeply nested body is an UnexpectedResponseError", async () => {
  const body = "[".repeat(9000) + "]".repeat(9000);
  const fetch = async (): Promise<Response> => new Response(body, { status: 302 });
  const { error } = await new Polytomic({ apiKey: "a-key", fetch }).users.list().result();
  expect(error).toMatchObject({ name: "UnexpectedResponseError", status: 302 });
});
