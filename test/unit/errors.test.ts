import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as exported from "../../src/index.ts";
import { isPolytomicError, NotFoundError, Polytomic, PolytomicError } from "../../src/index.ts";

const ours = Object.entries(exported).filter(([name]) => name.endsWith("Error") && name !== "isPolytomicError");

async function failure(
  status: number,
  polytomic = new Polytomic({
    apiKey: "a-key",
    fetch: async () =>
      Response.json({ key: "a_key", message: "Said so." }, { status, headers: { "x-request-id": "request-1" } }),
  }),
): Promise<Error> {
  const { error } = await polytomic.users.get("a3f1c2d4-5b6e-7f89-0123-456789abcdef").result();
  return error as Error;
}

describe("every error class", () => {
  test("is there", () => {
    expect(ours.map(([name]) => name).toSorted()).toEqual([
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

  test.each(ours)("%s has its own name as a literal, and descends from PolytomicError and Error", (name, Class) => {
    const { prototype } = Class as { prototype: Error };
    expect(prototype.name).toBe(name);
    expect(prototype).toBeInstanceOf(Error);
    expect(Object.create(prototype)).toBeInstanceOf(PolytomicError);
  });
});

describe("instanceof", () => {
  test("follows the tree of classes", async () => {
    const error = await failure(404);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toBeInstanceOf(exported.ApiError);
    expect(error).toBeInstanceOf(PolytomicError);
    expect(error).not.toBeInstanceOf(exported.ForbiddenError);
    expect(error).not.toBeInstanceOf(exported.ConnectionError);
    expect(await failure(418)).not.toBeInstanceOf(NotFoundError);
  });

  test("and isPolytomicError work across two copies of the package", async () => {
    vi.resetModules();
    const copy = await import("../../src/index.ts");
    expect(copy.NotFoundError).not.toBe(NotFoundError);
    const error = await failure(
      404,
      new copy.Polytomic({ apiKey: "a-key", fetch: async () => new Response("", { status: 404 }) }),
    );
    expect(Object.getPrototypeOf(error)).toBe(copy.NotFoundError.prototype);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toBeInstanceOf(PolytomicError);
    expect(error).not.toBeInstanceOf(exported.ForbiddenError);
    expect(isPolytomicError(error)).toBe(true);
  });

  test("tells a class that somebody derived from ours apart", () => {
    class Derived extends PolytomicError {}
    expect(new Derived("x")).toBeInstanceOf(Derived);
    expect(new Derived("x")).toBeInstanceOf(PolytomicError);
    expect(new PolytomicError("x")).not.toBeInstanceOf(Derived);
  });

  test.each([undefined, null, 5, "x", {}, new Error("x"), { name: "NotFoundError" }])("is false for %j", (value) => {
    expect(isPolytomicError(value)).toBe(false);
  });
});

test("JSON.stringify gives what a log wants, and nothing else", async () => {
  expect(JSON.parse(JSON.stringify(await failure(422)))).toEqual({
    name: "UnprocessableEntityError",
    message: expect.stringContaining("Said so."),
    status: 422,
    key: "a_key",
    operation: { id: "getCurrentOrgUser", method: "GET", path: "/api/organization/users/{id}" },
    attempts: 1,
    requestId: "request-1",
  });
});

test("a POST's error carries its idempotency key, another method's has none", async () => {
  const polytomic = new Polytomic({ apiKey: "a-key", fetch: async () => new Response("", { status: 422 }) });
  const { error } = await polytomic.users.create({ email: "a@b.c" }, { idempotencyKey: "12345678" }).result();
  expect(error).toMatchObject({ idempotencyKey: "12345678" });
  expect(await failure(422)).not.toHaveProperty("idempotencyKey");
});

describe("a message says what to do next", () => {
  test("403: which kind of key was used, and which the operation wants", async () => {
    const fetch = async (): Promise<Response> => new Response("", { status: 403 });
    const id = "248df4b7-aa70-47b8-a036-33ac447e668d";
    const api = await new Polytomic({ apiKey: "a-key", fetch }).organization(id).users.list().result();
    expect(api.error?.message).toContain("made with an API key: is it one of this organization?");
    const partner = await new Polytomic({ partnerKey: "p-key", organizationId: id, fetch }).users.list().result();
    expect(partner.error?.message).toContain("made with a partner key; listCurrentOrgUsers wants an API key, or");
  });

  test("401: which kind of key was used", async () => {
    expect((await failure(401)).message).toContain("an API key that the API does not know");
  });
});

describe("what fetch throws is told as well as it can be:", () => {
  const getter = Object.defineProperty(new Error("odd"), "cause", {
    get() {
      throw new Error("sent Bearer a-secret-key");
    },
  });

  test.each([
    ["a cause that is null", new TypeError("fetch failed", { cause: null }), "fetch failed"],
    ["a cause that cannot be read", getter, "cannot be read"],
    ["something that has no text", [Symbol("a")], "cannot be read"],
    ["nothing", undefined, "no reason"],
  ])("%s", async (_what, thrown, reason) => {
    const fetch = async (): Promise<Response> => {
      throw thrown;
    };
    const { error } = await new Polytomic({ apiKey: "a-secret-key", fetch, maxRetries: 0 }).users.list().result();
    expect(error).toMatchObject({ name: "ConnectionError", message: expect.stringContaining(reason) });
    expect(error?.message).not.toContain("a-secret-key");
  });

  test("a host whose name sounds like a fault of its own is tried again like any other", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const fetch = async (): Promise<Response> => {
      throw new TypeError("Load failed");
    };
    const client = new Polytomic({ apiKey: "a-key", baseUrl: "https://certificates.example.com", fetch });
    expect((await client.users.list().result()).error).toMatchObject({ attempts: 3 });
  });
});

test("a redirect with a body nested deeper than any sensible one is an UnexpectedResponseError", async () => {
  const body = "[".repeat(9000) + "]".repeat(9000);
  const fetch = async (): Promise<Response> => new Response(body, { status: 302 });
  const { error } = await new Polytomic({ apiKey: "a-key", fetch }).users.list().result();
  expect(error).toMatchObject({ name: "UnexpectedResponseError", status: 302 });
});
