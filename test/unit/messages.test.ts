/** What the messages of errors say, and what that depends on. The documentation of the errors shows whole messages. */
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Polytomic, PolytomicError, type PolytomicOptions } from "../../src/index.ts";
import { callOperation, ORGANIZATION, USER } from "../facts.ts";

afterEach(() => void vi.restoreAllMocks());

type Respond = () => Response | Promise<Response>;

function client(respond: Respond, options: PolytomicOptions = { apiKey: "another-key" }): Polytomic {
  return new Polytomic({ maxRetries: 0, ...options, fetch: async () => respond() });
}

async function errorOf(call: { result(): Promise<{ error?: unknown }> }): Promise<PolytomicError> {
  const { error } = await call.result();
  if (!(error instanceof PolytomicError)) throw new Error("the call succeeded");
  return error;
}

/** A client whose calls all fail with this status and body. */
function failing(status: number, body: unknown = {}, options?: PolytomicOptions): Polytomic {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return client(() => new Response(text, { status }), options);
}

describe("a response that the spec does not allow", () => {
  const headers = { "content-type": "text/html", "x-polytomic-version": "2021-05-23" };

  test.each<[string, Respond, RegExp]>([
    ["a redirect", () => new Response(null, { status: 302 }), / returned a redirect \(302\)\. Check `baseUrl`/],
    ["a 304", () => new Response(null, { status: 304 }), / returned an unexpected status \(304\)\. Check `baseUrl`/],
    ["an empty body", () => new Response(null, { status: 204 }), / an empty body \(204\)\. Check `baseUrl`/],
    ["HTML", () => new Response("<p>"), / a body that is not JSON \(200 text\/plain;charset=UTF-8\)\. Check `baseUrl`/],
    ["no data", () => new Response("{}", { headers }), / `data` .* \(200 text\/html, API version 2021-05-23\)\. Check/],
    [
      "too many bytes",
      () => new Response(new Uint8Array(11)),
      / too large \(200\)\. .* increase `maxResponseBytes`\.$/,
    ],
  ])("the message for %s says what was found and what to check", async (_what, respond, message) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const { users } = client(respond, { apiKey: "another-key", maxResponseBytes: 10 });
    expect((await errorOf(users.list())).message).toMatch(message);
  });

  test("a status above 599 is not an error of the API", async () => {
    const stub = { ok: false, status: 600, headers: new Headers(), text: async () => "{}" } as Response;
    expect(await errorOf(client(() => stub).users.list())).toMatchObject({
      name: "UnexpectedResponseError",
      message: expect.stringContaining(" returned an unexpected status (600). "),
    });
  });

  test.each([
    [
      "https://user:secret@login.example.com:8443/start?token=secret#secret",
      " a redirect to login.example.com:8443 (307)",
    ],
    ["/sign-in?token=secret", " a redirect to app.polytomic.com (307)"],
    ["//login.example.com", " a redirect to login.example.com (307)"],
    ["https://[secret", " a redirect (307)"],
    ["mailto:secret", " a redirect (307)"],
    ["https://another-key.example.com/secret", " a redirect (307)"],
  ])("the message for a redirect to %s names its host, and nothing else of it", async (location, found) => {
    const { message } = await errorOf(
      client(() => new Response(null, { status: 307, headers: { location } })).users.list(),
    );
    expect(message).toContain(found);
    expect(message).not.toMatch(/secret|another-key/);
  });

  test("a redirect whose status the runtime hides is a redirect", async () => {
    const stub = { ok: false, status: 0, headers: new Headers(), text: async () => "" } as Response;
    expect((await errorOf(client(() => stub).users.list())).message).toContain(" returned a redirect (0). ");
  });
});

describe("the advice for an error status", () => {
  test.each([
    [400, "Correct the request."],
    [401, "an API key, which app.polytomic.com does not accept"],
    [403, "an API key. If it is a partner key, pass it as `partnerKey`."],
    [404, "Check `baseUrl`"],
    [407, "`body` may say more."],
    [408, "Call again later."],
    [
      409,
      "It conflicts with existing data, such as a name that is taken: change the request, or look for what exists.",
    ],
    [422, "Correct the request; `metadata` may name the field."],
    [429, "Wait before you call again; `retryAfter`"],
    [499, "`body` may say more."],
    [500, "Call again later."],
    [599, "Call again later."],
  ])("the message of the %i of a GET says what to do: %s", async (status, advice) => {
    const { message } = await errorOf(failing(status, { message: "No" }).users.list());
    expect(message).toMatch(new RegExp(`^GET /api/organization/users returned ${status}: No\\. `));
    expect(message).toContain(advice);
  });

  test("the advice for a 401 names the host, and the kind of key that may be the right one", async () => {
    const messageWith = async (options: PolytomicOptions, ofPartner = true): Promise<string> => {
      const polytomic = failing(401, {}, options);
      return (await errorOf((ofPartner ? polytomic.organization(ORGANIZATION) : polytomic).users.list())).message;
    };
    const here = "which app.polytomic.com does not accept. Check that the key is complete and belongs to this host.";
    const { apiKey, partnerKey } = { apiKey: "another-key", partnerKey: "p-key" };
    expect(await messageWith({ apiKey })).toContain(
      "an API key, but this operation may require a partner key. Otherwise, check that the key is complete and belongs to app.polytomic.com.",
    );
    expect(await messageWith({ apiKey }, false)).toContain(`an API key, ${here} If it is a partner key, pass it as `);
    expect(await messageWith({ partnerKey })).toContain(
      `a partner key, ${here} If it is an API key, pass it as \`apiKey\`.`,
    );
    const { message } = await errorOf(failing(401, {}).identity.get());
    expect(message).toContain(`an API key, ${here} If it is a partner key, pass it as `);
    const baseUrl = "https://polytomic.example.com:8443";
    expect(await messageWith({ partnerKey, baseUrl })).toContain("which polytomic.example.com:8443 does not accept.");
  });

  test.each([400, 401, 404, 500, 302])("the error of a %i contains the host", async (status) => {
    const baseUrl = "https://polytomic.example.com:8443/api-root";
    const error = await errorOf(failing(status, {}, { apiKey: "another-key", baseUrl }).users.list());
    expect(error).toMatchObject({ host: "polytomic.example.com:8443" });
  });

  test.each([
    [408, "The request may have taken effect. Call again later with the same `idempotencyKey`."],
    [500, "call again with a new key."],
    [502, "The request may have taken effect. Call again later with the same `idempotencyKey`."],
  ])("the message of the %i of a POST mentions its idempotency key", async (status, advice) => {
    expect((await errorOf(callOperation("createCurrentOrgUser", failing(status)))).message).toContain(advice);
  });

  test("the message of the 409 of a POST mentions the idempotency key only if a request with it can be running", async () => {
    const { users } = failing(409, { message: "Taken" });
    const own = await errorOf(users.create({ email: "a@b.c" }, { idempotencyKey: "signup-4711" }));
    expect(own.message).toContain(
      "Taken. If the first request with this `idempotencyKey` is still running, call again",
    );
    expect((await errorOf(users.create({ email: "a@b.c" }))).message).toContain(
      "Taken. It conflicts with existing data",
    );
  });

  test("the advice for a 403 of a customer organization depends on the kind of the key", async () => {
    const messageWith = async (options: PolytomicOptions): Promise<string> =>
      (await errorOf(failing(403, {}, options).organization(ORGANIZATION).users.list())).message;
    expect(await messageWith({ apiKey: "another-key" })).toContain(
      "an API key, which can access only its own organization",
    );
    const access = "Check that it may do this, and has access to the organization.";
    expect(await messageWith({ partnerKey: "p-key" })).toContain(`a partner key. ${access}`);
    const deployment = { deploymentKey: "d-key", baseUrl: "https://polytomic.example.com" };
    expect(await messageWith(deployment)).toContain(`a deployment key. ${access}`);
  });

  test.each([
    ["without a body", "", "Check `baseUrl`"],
    ["of HTML", "<h1>Not found</h1>", "Check `baseUrl`"],
    ["that mentions a route", { message: "Route not found." }, "Check `baseUrl`"],
    ["that mentions a user", { message: "User not found." }, "User not found. Check the ids"],
    ["in which a word only contains `route`", { message: "Rerouted" }, "Rerouted. Check the ids"],
  ])("the message of a 404 %s says whether to check the ids or `baseUrl`", async (_what, body, advice) => {
    const { message } = await errorOf(failing(404, body).users.get(USER));
    expect(message).toContain(advice);
    expect(message).toContain("app.polytomic.com");
  });
});

/** A failure of the network, as Node's fetch throws it. */
function networkFailure(code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("No connection"), { code }) });
}

describe("the advice for a call without a usable response", () => {
  const unknownOutcome = "The request may have taken effect. Call again later with the same `idempotencyKey`.";
  const fail = (code: string) => client(() => Promise.reject(networkFailure(code)));

  test.each<[string, () => Polytomic]>([
    ["whose connection is lost", () => fail("ECONNRESET")],
    ["that times out", () => client(() => new Promise(() => {}), { apiKey: "another-key", timeout: 1 })],
    ["whose response is HTML", () => client(() => new Response("<p>"))],
  ])("the message of a POST %s mentions its idempotency key, and that of a GET does not", async (_what, create) => {
    const post = await errorOf(callOperation("createCurrentOrgUser", create()));
    expect(post.message).toMatch(/(?:network|proxy)[^.]*\. The request/);
    expect(post.message.endsWith(unknownOutcome)).toBe(true);
    expect((await errorOf(create().users.list())).message).not.toContain("idempotencyKey");
  });

  test.each(["ENOTFOUND", "ECONNREFUSED", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"])(
    "the message of a POST that was never sent does not mention its idempotency key: %s",
    async (code) => {
      const { message } = await errorOf(callOperation("createCurrentOrgUser", fail(code)));
      expect(message).not.toContain("idempotencyKey");
    },
  );

  type Limits = Pick<PolytomicOptions, "maxRetries" | "totalTimeout">;

  /** The error of a POST, without waiting for its retries. */
  async function errorOfPost(respond: Respond, limits: Limits): Promise<PolytomicError> {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const error = errorOf(callOperation("createCurrentOrgUser", client(respond, { apiKey: "another-key", ...limits })));
    await vi.runAllTimersAsync();
    return error;
  }

  test("the message of a POST that cannot connect mentions its idempotency key if an earlier attempt was sent", async () => {
    const codes = ["ECONNRESET", "ECONNREFUSED"];
    const respond = () => Promise.reject(networkFailure(codes.shift()!));
    const { message } = await errorOfPost(respond, { maxRetries: 1 });
    expect(message).toContain("ECONNREFUSED");
    expect(message.endsWith(unknownOutcome)).toBe(true);
  });

  test("the message of a POST that times out after a 429 does not say that it may have taken effect", async () => {
    const error = await errorOfPost(() => new Response("", { status: 429 }), { maxRetries: 5, totalTimeout: 1_000 });
    expect(error.name).toBe("TimeoutError");
    expect(error.message).not.toContain("may have taken effect");
  });

  test.each<[string, Error]>([
    ["Node", networkFailure("UNABLE_TO_VERIFY_LEAF_SIGNATURE")],
    ["Node", networkFailure("DEPTH_ZERO_SELF_SIGNED_CERT")],
    ["Deno", new TypeError("error sending request for url (https://x/): invalid peer certificate: UnknownIssuer")],
  ])(
    "the message about a certificate that %s does not trust says how to trust its authority",
    async (_name, thrown) => {
      const { message } = await errorOf(client(() => Promise.reject(thrown)).users.list());
      expect(message).toContain("set NODE_EXTRA_CA_CERTS");
    },
  );
});

describe("the API's own message", () => {
  test.each([
    ["the current version", { message: "No access" }],
    ["version 2021-05-23", { error: { message: "No access" } }],
    ["Polytomic's clients of the 1.x line", { code: 403, error: "No access", status: "Forbidden" }],
    ["an empty `message`", { message: "", error: "No access" }],
    ["RFC 9457", { type: "about:blank", title: "Forbidden", detail: "No access" }],
    ["RFC 9457 without `detail`", { type: "about:blank", title: "No access", status: 403 }],
    ["NestJS", { statusCode: 403, message: ["No access"], error: "Forbidden" }],
    ["a list of objects", { error: [{ message: "No access" }, {}, 5, ""] }],
  ])("the API's own message is found in a body of %s, and is the `detail`", async (_version, body) => {
    const error = await errorOf(failing(403, body).users.list());
    expect(error).toMatchObject({ detail: "No access" });
    expect(error.message).toContain(" returned 403: No access. The request");
  });

  test("several messages of the API are one `detail`", async () => {
    const error = await errorOf(failing(422, { message: ["No email", "No role"] }).users.list());
    expect(error).toMatchObject({ detail: "No email; No role" });
    expect(error.message).toContain(" returned 422: No email; No role. Correct");
  });

  test.each([{ message: [] }, { message: {}, error: 5 }, { title: "" }])(
    "a body without a message has no `detail`: %j",
    async (body) => expect(await errorOf(failing(422, body).users.list())).toMatchObject({ detail: undefined }),
  );

  test.each([
    ["No", "No."],
    ["No.", "No."],
    ["No...", "No."],
    ["No!", "No!"],
    ["No? ", "No?"],
    ["No…", "No…"],
    ["No a..b", "No a..b."],
  ])("a message of the API becomes a sentence that ends with one mark: %j", async (message, sentence) => {
    const error = await errorOf(failing(422, { message }).users.list());
    expect(error.message).toContain(`returned 422: ${sentence} Correct the request`);
    expect(error).toMatchObject({ detail: message });
  });

  test("a `key` that is not a string is not passed on", async () => {
    expect(await errorOf(failing(400, { key: 5 }).users.list())).toMatchObject({ key: undefined });
  });
});

describe("the configuration and the arguments", () => {
  const polytomic = client(() => Response.json({ data: [] }));

  test("the message about a partner key without an organization names the operation, the key and the alternative", async () => {
    const { users } = client(() => Response.json({}), { partnerKey: "p-key" });
    expect((await errorOf(users.list())).message).toMatch(
      /^listCurrentOrgUsers .* a partner key .* `organizationId` .* `organization\(id\)\.users`\.$/,
    );
  });

  test("the message about a key function that fails names the function", async () => {
    const apiKey = (): string => {
      throw new Error("closed");
    };
    expect((await errorOf(client(() => Response.json({}), { apiKey }).users.list())).message).toMatch(
      /^The `apiKey` function failed; see `cause`/,
    );
  });

  test("the message about a getter that throws says whether it is an option or an argument", async () => {
    const hostile = {
      get timeout(): number {
        throw new Error("closed");
      },
    };
    expect(() => new Polytomic(Object.create(hostile) as object)).toThrow(/^An option cannot be read; see `cause`/);
    expect((await errorOf(polytomic.users.list(hostile))).message).toMatch(/^An argument cannot be read; see `cause`/);
  });

  test.each([
    ["", "empty"],
    ["secret", "a string of 6 characters"],
    [undefined, "undefined. Pass `user.id`"],
    [5, "a number. Pass `user.id`"],
    [null, "null. Pass `user.id`"],
    [[], "an array. Pass `user.id`"],
    [{}, "an object. Pass `user.id`"],
    [{ id: USER }, "an object. Pass `user.id`"],
    [Promise.resolve(), "a promise. Await it. Then pass `user.id`"],
  ])("the message about the id %j says what was found, and does not show it", async (id, found) => {
    const { message } = await errorOf(polytomic.users.get(id as string));
    expect(message).toBe(`\`id\` must be a UUID, but it is ${found}.`);
  });

  test("the message about an organization in place of its id says to pass the id", async () => {
    const { users } = polytomic.organization({ id: ORGANIZATION } as never);
    const message = "`org_id` must be a UUID, but it is an object. Pass `organization.id`.";
    expect((await errorOf(users.list())).message).toBe(message);
  });

  test.each([
    ["/api/things", "no operation get /api/things."],
    ["/api/things?key=secret", "no operation."],
    ["secret", "no operation."],
  ])(
    "the message about a path that is not in the spec shows only what looks like a path: %s",
    async (path, message) => {
      const untyped = polytomic as unknown as { request(method: string, path: string): Parameters<typeof errorOf>[0] };
      expect((await errorOf(untyped.request("get", path))).message).toContain(message);
    },
  );
});

test("the warning about another API version names both versions and says what to check", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  await client(() => Response.json({ data: [] }, { headers: { "x-polytomic-version": "2021-05-23" } })).users.list();
  expect(warn.mock.calls[0]![0]).toMatch(/^polytomic-users: .* 2025-09-18, .* 2021-05-23\. .* Check `version`/);
});
