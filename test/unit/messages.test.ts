/** The exact text of messages, and what decides between them. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { Polytomic, PolytomicError, type PolytomicOptions } from "../../src/index.ts";
import { ORGANIZATION, USER } from "../facts.ts";

afterEach(() => void vi.restoreAllMocks());

const LIST = "GET /api/organization/users";

function client(respond: () => unknown, options: PolytomicOptions = { apiKey: "another-key" }): Polytomic {
  return new Polytomic({ maxRetries: 0, ...options, fetch: async () => respond() as Response });
}

async function errorOf(call: {
  result(): Promise<{ error?: unknown }>;
}): Promise<PolytomicError & { excerpt?: string }> {
  const { error } = await call.result();
  if (!(error instanceof PolytomicError)) throw new Error("the call succeeded");
  return error;
}

describe("a response that the spec does not allow", () => {
  const html = { "content-type": "text/html" };
  const old = { "x-polytomic-version": "2021-05-23" };
  const check = "Check `baseUrl`, `version` and any proxy.";

  test.each([
    ["a redirect", () => new Response(null, { status: 302 }), `a redirect (302). ${check}`],
    ["an empty body", () => new Response(null, { status: 204 }), `an empty body (204). ${check}`],
    ["HTML", () => new Response("<p>", { headers: html }), `a body that is not JSON (200 text/html). ${check}`],
    [
      "an old version",
      () => new Response("{}", { headers: { ...html, ...old } }),
      "a body without the `data` that the spec requires (200 text/html, API version 2021-05-23). " + check,
    ],
    [
      "too many bytes",
      () => new Response(new Uint8Array(11)),
      "a body that is too large (200). If the response is genuine, increase `maxResponseBytes`.",
    ],
  ])("the message for %s says what was found and what to check", async (_what, respond, message) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const { users } = client(respond, { apiKey: "another-key", maxResponseBytes: 10 });
    expect((await errorOf(users.list())).message).toBe(`${LIST} returned ${message}`);
  });

  test("a status above 599 is not an error of the API", async () => {
    const stub = { ok: false, status: 600, headers: new Headers(), text: async () => "{}" };
    expect((await errorOf(client(() => ({ ...stub })).users.list())).name).toBe("UnexpectedResponseError");
  });

  test("the excerpt of a response that can contain a key says that it is withheld", async () => {
    const { users } = client(() => new Response("x"), { partnerKey: "p-key" }).organization(ORGANIZATION);
    expect((await errorOf(users.createApiKey(USER))).excerpt).toBe("[withheld: it can contain a key]");
  });

  test("the warning about another API version says what to check, once the version is stated", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await client(() => Response.json({ data: [] }, { headers: old })).users.list();
    expect(warn.mock.calls).toEqual([
      [
        "polytomic-users: requested API version 2025-09-18, but the server responded with 2021-05-23. " +
          "Responses may differ from the types. Check `version`, or update this package.",
      ],
    ]);
  });
});

describe("an error of the API", () => {
  const failing = (status: number, body: object, options?: PolytomicOptions): Polytomic =>
    client(() => Response.json(body, { status }), options);

  test("the advice of a 403 depends on the kind of the key and on the operation", async () => {
    const own = failing(403, {});
    expect((await errorOf(own.users.list())).message).toMatch(/an API key\. If it is a partner key, pass it as/);
    expect((await errorOf(own.organization(ORGANIZATION).users.list())).message).toMatch(/only its own organization/);
    const partner = failing(403, {}, { partnerKey: "p-key" });
    expect((await errorOf(partner.organization(ORGANIZATION).users.list())).message).toBe(
      "GET /api/organizations/{org_id}/users returned 403. The request used a partner key. Check that it has access to this organization.",
    );
    const deployment = failing(403, {}, { deploymentKey: "d-key", baseUrl: "https://polytomic.example.com" });
    expect((await errorOf(deployment.organization(ORGANIZATION).users.list())).message).toMatch(
      /used a deployment key\./,
    );
  });

  test("dots at the end of a message become one, and dots within it are kept", async () => {
    for (const message of ["wait...", "wait."]) {
      expect((await errorOf(failing(400, { message }).users.list())).message).toBe(
        `${LIST} returned 400: wait. Correct the request.`,
      );
    }
    const message = "see a..b";
    const error = await errorOf(failing(400, { message }).users.list());
    expect(error.message).toBe(`${LIST} returned 400: see a..b. Correct the request.`);
  });

  test("a `key` that is not a string is not passed on", async () => {
    expect(await errorOf(failing(400, { key: 5 }).users.list())).toMatchObject({ key: undefined });
  });
});

describe("an error of the configuration or of an argument", () => {
  test("a partner key without an organization: the message names the operation, the key and the alternative", async () => {
    const { users } = client(() => undefined, { partnerKey: "p-key" });
    expect((await errorOf(users.list())).message).toBe(
      "listCurrentOrgUsers works on the caller's own organization, but a partner key does not belong to one. " +
        "Set `organizationId` on the client, or use `organization(id).users`.",
    );
  });

  test("a key function that fails: the message names the function", async () => {
    const apiKey = (): string => {
      throw new Error("closed");
    };
    expect((await errorOf(client(() => undefined, { apiKey }).users.list())).message).toBe(
      "The `apiKey` function failed; see `cause`.",
    );
  });

  test("a getter that throws: the message says whether it is an option or an argument", async () => {
    const hostile = {
      get timeout(): number {
        throw new Error("closed");
      },
    };
    expect(() => new Polytomic({ apiKey: "another-key", ...Object.create(null), __proto__: hostile } as never)).toThrow(
      "An option cannot be read; see `cause`.",
    );
    const { message } = await errorOf(client(() => undefined).users.list(hostile));
    expect(message).toBe("An argument cannot be read; see `cause`.");
  });

  test("an id that is not a UUID: the message says what was found, and does not show it", async () => {
    const messageOf = async (id: unknown): Promise<string> =>
      (await errorOf(client(() => undefined).users.get(id as string))).message;
    expect(await messageOf("")).toBe("`id` must be a UUID, but it is empty.");
    expect(await messageOf("secret")).toBe("`id` must be a UUID, but it is a string of 6 characters.");
    expect(await messageOf(undefined)).toBe("`id` must be a UUID, but it is undefined.");
    expect(await messageOf(5)).toBe("`id` must be a UUID, but it is number.");
  });

  test("an operation that the spec does not have: the message shows only what looks like a path", async () => {
    const polytomic = client(() => undefined) as unknown as {
      request(method: string, path: string): Promise<unknown> & { result(): Promise<{ error?: unknown }> };
    };
    const request = async (path: string): Promise<string> => (await errorOf(polytomic.request("get", path))).message;
    expect(await request("/api/roles")).toMatch(/^The spec has no operation get \/api\/roles\./);
    expect(await request("/api/roles?key=secret")).toMatch(/^The spec has no operation\. /);
    expect(await request("secret")).toMatch(/^The spec has no operation\. /);
  });

  test("a response that cannot be read: the message says so", async () => {
    const headers = new Headers();
    vi.spyOn(headers, Symbol.iterator).mockImplementation(() => {
      throw new Error("closed");
    });
    const stub = { ok: false, status: 404, headers, text: async () => "{}" };
    expect((await errorOf(client(() => stub).users.list())).message).toBe(
      "`fetch` returned a Response that cannot be read; see `cause`.",
    );
  });
});

describe("what `fetch` returns", () => {
  const stub = { ok: true, status: 200, headers: new Headers(), text: async () => '{"data":[]}' };
  const headersOf = (fields: object): object => ({ get: () => null, [Symbol.iterator]: () => [].values(), ...fields });

  test("a stub with `ok`, `status`, `headers` and `text` is a response", async () => {
    expect(await client(() => ({ ...stub })).users.list()).toEqual([]);
    expect(await client(() => ({ ...stub, headers: headersOf({}) })).users.list()).toEqual([]);
  });

  test.each([
    ["nothing", undefined],
    ["text", "text"],
    ["no `ok`", { ...stub, ok: undefined }],
    ["no `status`", { ...stub, status: "200" }],
    ["no `text`", { ...stub, text: undefined }],
    ["no `headers`", { ...stub, headers: undefined }],
    ["a Map as `headers`", { ...stub, headers: new Map() }],
    ["headers without `get`", { ...stub, headers: headersOf({ get: undefined }) }],
    ["headers that cannot be listed", { ...stub, headers: { get: () => null } }],
  ])("%s is not a response", async (_what, value) => {
    const error = await errorOf(client(() => value).users.list());
    expect(error.name).toBe("ConfigurationError");
    expect(error.message).toMatch(/a value that is not a Response/);
  });

  test("a response whose body has been read, or is being read, is refused", async () => {
    const used = new Response("{}");
    await used.text();
    const locked = new Response("{}");
    locked.body?.getReader();
    for (const response of [used, locked]) {
      expect((await errorOf(client(() => response).users.list())).message).toMatch(/has already been read/);
    }
  });

  test("a response that arrives after the timeout is not read", async () => {
    const text = vi.fn(async () => "{}");
    let respond = (_response: unknown): void => {};
    const polytomic = client(() => new Promise((resolve) => (respond = resolve)));
    expect((await errorOf(polytomic.users.list({ timeout: 5 }))).name).toBe("TimeoutError");
    respond({ ...stub, text, body: null });
    await new Promise((resolve) => setImmediate(resolve));
    expect(text).not.toHaveBeenCalled();
  });
});

describe("errors as values", () => {
  test("a proxy that was revoked is not an error of this package, and `result()` returns one if `fetch` throws it", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(proxy instanceof PolytomicError).toBe(false);
    const { users } = client(() => {
      throw proxy;
    });
    expect((await errorOf(users.list())).name).toBe("ConnectionError");
  });

  test("the classes are marked with a symbol that all copies of the package share", () => {
    expect(Symbol.for("polytomic-users.error") in PolytomicError.prototype).toBe(true);
  });

  test("the name of a class is writable and not enumerable, as that of Error", () => {
    const { configurable, enumerable, writable } = Object.getOwnPropertyDescriptor(PolytomicError.prototype, "name")!;
    expect({ configurable, enumerable, writable }).toEqual({ configurable: true, enumerable: false, writable: true });
  });

  test("an error that has no cause has no such field", async () => {
    const polytomic = client(() => new Promise(() => {}));
    expect("cause" in (await errorOf(polytomic.users.list({ timeout: 5 })))).toBe(false);
  });

  test("of several errors the last one is the cause, and one without a message has an empty one", async () => {
    const errors = [new Error("first"), new Error("second"), {}];
    const { users } = client(() => {
      throw Object.assign(new Error("all failed"), { errors });
    });
    const { cause } = (await errorOf(users.list())) as { cause?: { cause?: Error } };
    expect(cause?.cause?.message).toBe("");
    expect(Object.getOwnPropertyDescriptor(cause, "message")).toMatchObject({ configurable: true, writable: true });
  });

  test("result() of a call that failed before the abort returns the error", async () => {
    const controller = new AbortController();
    const call = client(() => new Response("", { status: 404 })).users.list({ signal: controller.signal });
    await call.catch(() => {});
    controller.abort();
    expect((await call.result()).error?.name).toBe("NotFoundError");
  });

  test("a call describes itself as an ApiCall", () => {
    const call = client(() => Response.json({ data: [] })).users.list();
    expect(Object.prototype.toString.call(call)).toBe("[object ApiCall]");
  });
});

describe("options", () => {
  test("a base URL must be a string, and any loopback address may use plain HTTP", () => {
    const construct = (baseUrl: unknown) => () => new Polytomic({ apiKey: "another-key", baseUrl: baseUrl as string });
    expect(construct(new URL("https://polytomic.example.com"))).toThrow("`baseUrl` must be an https URL");
    expect(construct("http://127.10.20.30:8080")).not.toThrow();
    expect(construct("http://128.0.0.1")).toThrow("`baseUrl` must be an https URL");
  });

  test("spaces around POLYTOMIC_DEPLOYMENT_URL do not matter", async () => {
    const fetch = vi.fn(async (_url: string) => Response.json({ data: [] }));
    for (const url of [" polytomic.example.com ", "  "]) {
      vi.stubEnv("POLYTOMIC_DEPLOYMENT_URL", url);
      await new Polytomic({ apiKey: "another-key", fetch }).users.list();
    }
    vi.unstubAllEnvs();
    expect(fetch.mock.calls.map(([url]) => new URL(url).host)).toEqual(["polytomic.example.com", "app.polytomic.com"]);
  });

  test("an empty version in the header, as of a proxy that adds one, is ignored", async () => {
    const headers = { "x-polytomic-version": "2025-09-18, " };
    const { apiVersion } = await client(() => Response.json({ data: [] }, { headers }))
      .users.list()
      .withResponse();
    expect(apiVersion).toBe("2025-09-18");
  });

  test("a key is renewed after a 401, with or without an observer", async () => {
    const keys = ["old-key", "new-key"];
    const responses = [new Response("", { status: 401 }), Response.json({ data: [] })];
    const polytomic = client(() => responses.shift(), { apiKey: () => keys.shift()! });
    expect(await polytomic.users.list()).toEqual([]);
  });

  test("an abort is reported as AbortError, whatever its reason", async () => {
    const controller = new AbortController();
    const errors: unknown[] = [];
    const polytomic = client(() => new Promise(() => {}), {
      apiKey: "another-key",
      onEvent: (event) => void (event.type === "failure" && errors.push(event.error)),
    });
    const call = polytomic.users.list({ signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new RangeError("enough"));
    await expect(call).rejects.toThrow("enough");
    expect(errors).toEqual(["AbortError"]);
  });

  test("the numbers of calls increase", async () => {
    const numbers: number[] = [];
    const polytomic = client(() => Response.json({ data: [] }), {
      apiKey: "another-key",
      onEvent: ({ call }) => numbers.push(call),
    });
    await polytomic.users.list();
    await polytomic.users.list();
    expect(numbers.at(-1)).toBe(numbers[0]! + 1);
    expect(numbers[0]).toBeGreaterThan(0);
  });
});
