import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, test, vi } from "vitest";
import * as exported from "../../src/index.ts";
import { isPolytomicError, NotFoundError, Polytomic, PolytomicError, type CallEvent } from "../../src/index.ts";
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
    host: "app.polytomic.com",
    requestId: "request-1",
  });
});

/** What pino's serializer of errors logs: each field that `for … in` finds, even an inherited one. */
function walk(error: Error): Record<string, unknown> {
  const logged: Record<string, unknown> = { message: error.message };
  for (const field in error) logged[field] = (error as unknown as Record<string, unknown>)[field]; // oxlint-disable-line guard-for-in
  return logged;
}

test("a logger that walks the fields of an error logs what JSON.stringify returns, and neither body, headers nor cause", async () => {
  const fail = async (respond: () => Promise<Response>): Promise<Error> =>
    (await new Polytomic({ apiKey: "a-key", fetch: respond, maxRetries: 0 }).users.list().result()).error!;
  const broken = Promise.reject(
    new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "EPIPE" }) }),
  );
  const errors = [
    await errorOf(422),
    await fail(async () => new Response("<h1>")),
    await fail(() => broken),
    (await new Polytomic({ apiKey: "a-key" }).users.get("jane").result()).error!,
  ];
  for (const error of errors) {
    const { name, ...logged } = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
    expect(name).toBe(error.name);
    expect(JSON.parse(JSON.stringify(walk(error)))).toEqual(logged);
    for (const field of ["body", "headers", "cause", "stack"]) expect(logged).not.toHaveProperty(field);
  }
  expect(errors[0]).toMatchObject({ body: { key: "a_key" }, headers: expect.any(Headers) });
});

test("the error of another realm is recognized", async () => {
  const { outputFiles } = await build({
    entryPoints: ["src/index.ts"],
    bundle: true,
    format: "iife",
    globalName: "copy",
    write: false,
  });
  const realm = createContext({ URL, Headers, performance, AbortController, setTimeout, clearTimeout, TextDecoder });
  runInContext(outputFiles[0]!.text, realm);
  const error: unknown = runInContext("new copy.TimeoutError('late', { limit: 'timeout' })", realm);
  expect(error).not.toBeInstanceOf(Error);
  expect(isPolytomicError(error)).toBe(true);
  expect(error).toBeInstanceOf(exported.ConnectionError);
  expect(error).not.toBeInstanceOf(NotFoundError);
  expect(runInContext("copy.isPolytomicError", realm)(await errorOf(404))).toBe(true);
  expect(isPolytomicError(runInContext("new Error('x')", realm))).toBe(false);
});

test("changing the ids and the operation of an event changes no error, and no other event", async () => {
  const fetch = async (): Promise<Response> => new Response("", { status: 404 });
  const onEvent = (event: CallEvent): void => {
    expect(event.ids).toEqual({ id: USER });
    Object.assign(event.ids, { id: "changed" });
    Object.assign(event.operation, { path: "changed" });
  };
  const { error } = await new Polytomic({ apiKey: "a-key", fetch, onEvent }).users.get(USER).result();
  expect(error).toMatchObject({ ids: { id: USER }, operation: { path: FACTS.getCurrentOrgUser.template } });
});

test("the calls of two copies of the package have different numbers", async () => {
  vi.resetModules();
  const copy = await import("../../src/index.ts");
  const numbers: number[] = [];
  for (const Client of [Polytomic, copy.Polytomic, Polytomic, copy.Polytomic]) {
    const fetch = async (): Promise<Response> => Response.json({ data: [] });
    const onEvent = ({ type, call }: CallEvent): unknown => type === "request" && numbers.push(call);
    await new Client({ apiKey: "a-key", fetch, onEvent }).users.list();
  }
  expect(numbers.map((number) => number - numbers[0]!)).toEqual([0, 1, 2, 3]);
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

test("a redirect with a deeply nested body is an UnexpectedResponseError", async () => {
  const body = "[".repeat(9000) + "]".repeat(9000);
  const fetch = async (): Promise<Response> => new Response(body, { status: 302 });
  const { error } = await new Polytomic({ apiKey: "a-key", fetch }).users.list().result();
  expect(error).toMatchObject({ name: "UnexpectedResponseError", status: 302 });
});
