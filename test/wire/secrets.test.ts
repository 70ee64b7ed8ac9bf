import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type CallEvent, type PolytomicOptions } from "../../src/index.ts";
import { callOperation, DATA, OPERATION_IDS, ORGANIZATION } from "../facts.ts";
import { sendJson, serve } from "./server.ts";

const SECRET = "canary-7d1f3b9e5a2c";
const BASIC = Buffer.from(`${ORGANIZATION}:${SECRET}`).toString("base64");

/** Returns every text that a value can be turned into: inspected, serialized, and with all its causes. */
function print(value: unknown): string {
  const texts = [inspect(value, { depth: 10, showHidden: true }), JSON.stringify(value) ?? "", String(value)];
  for (let error = value; error instanceof Error; error = error.cause) {
    texts.push(error.message, error.stack ?? "", JSON.stringify(Object.entries(error)));
  }
  return texts.join("\n");
}

function expectNoKey(value: unknown): void {
  const text = print(value);
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(BASIC);
}

const CREDENTIALS: [string, PolytomicOptions][] = [
  ["an API key", { apiKey: SECRET }],
  ["a partner key", { partnerKey: SECRET }],
  ["a deployment key", { deploymentKey: SECRET }],
  ["a scoped partner key", { partnerKey: SECRET, organizationId: ORGANIZATION }],
  ["a key from a function", { partnerKey: () => SECRET, organizationId: ORGANIZATION }],
];

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0)); // retries without delays
afterEach(() => void vi.restoreAllMocks());

describe.each(CREDENTIALS)("%s", (kind, credentials) => {
  test(`${kind} does not appear in a printed client, organization or call`, async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: [DATA.user] }));
    const polytomic = new Polytomic({ ...credentials, baseUrl: server.url });
    const organization = polytomic.organization(ORGANIZATION);
    const call = organization.users.list();
    for (const value of [polytomic, polytomic.users, organization, organization.users, organization.roles, call])
      expectNoKey(value);
    await call;
    expectNoKey(call);
  });

  test(`${kind} does not appear in errors and events, even if the response repeats the request`, async () => {
    const events: CallEvent[] = [];
    const server = await serve((request, response) => {
      const echo = JSON.stringify(request);
      const status = Number(request.headers["x-status"]);
      response.setHeader("x-echo", String(request.headers.authorization));
      if (status === 0) response.destroy();
      else if (status < 0) sendJson(response, -status, { message: echo, metadata: request, key: SECRET });
      else response.writeHead(status, { "content-type": "text/html", location: "/" }).end(echo);
    });
    const polytomic = new Polytomic({ ...credentials, baseUrl: server.url, onEvent: (event) => events.push(event) });
    // A negative status has a JSON body, and 0 closes the connection.
    for (const status of [200, 302, 400, 401, 403, -403, 404, -422, 500, -503, 0]) {
      const options = { headers: { "x-status": String(status) } };
      await Promise.all(
        OPERATION_IDS.map(async (id) => {
          const { error } = await callOperation(id, polytomic, options).result();
          expect(error).toBeInstanceOf(Error);
          expectNoKey(error);
        }),
      );
    }
    expect(events.length).toBeGreaterThan(0);
    expectNoKey(events);
  });
});

test.each([`${SECRET}\nx`, `${SECRET}\0`, `${SECRET}é`, `${SECRET}\u2028x`])(
  "the key %j, which a header cannot carry, is refused and does not appear in the error",
  async (key) => {
    const construct = (): unknown => {
      try {
        return new Polytomic({ apiKey: key });
      } catch (error) {
        return error;
      }
    };
    const refusal = construct();
    expect(refusal).toMatchObject({ name: "ConfigurationError" });
    expectNoKey(refusal);
    const { error } = await new Polytomic({ apiKey: () => key }).users.list().result();
    expect(error).toMatchObject({ name: "ConfigurationError" });
    expectNoKey(error);
  },
);

test("a key that was passed as another option or as an id does not appear in the error", async () => {
  const polytomic = new Polytomic({ apiKey: "another-key" });
  const calls = [
    () => polytomic.organization(SECRET).users.list(),
    () => polytomic.users.get(SECRET),
    () => polytomic.users.list({ headers: { "x-key": `${SECRET}\nx` } }),
    () => polytomic.users.list({ headers: { authorization: `Bearer ${SECRET}` } }),
    () => callOperation("createCurrentOrgUser", polytomic, { idempotencyKey: `${SECRET}!` }),
    () => polytomic.users.list({ version: SECRET }),
  ];
  for (const call of calls) {
    const { error } = await call().result();
    expect(error).toMatchObject({ name: "InvalidArgumentError" });
    expectNoKey(error);
  }
  for (const options of [
    { baseUrl: `https://user:${SECRET}@example.com` },
    { baseUrl: `https://example.com?key=${SECRET}` },
    { baseUrl: SECRET },
    { version: SECRET },
    { headers: { authorization: SECRET } },
  ]) {
    const construct = (): unknown => new Polytomic({ apiKey: "another-key", ...options });
    expect(construct).toThrow(expect.objectContaining({ name: "ConfigurationError" }));
    expect(construct).not.toThrow(SECRET);
  }
});

test("a key is removed from a failure of the network, of which only names, messages, stacks and codes are kept", async () => {
  const cause = new Error(`sent Bearer ${SECRET}`);
  const values = [
    Object.assign(new TypeError("fetch failed", { cause }), {
      config: { headers: { authorization: SECRET } },
      code: SECRET,
    }),
    new TypeError("terminated", { cause: new AggregateError([new Error(SECRET)]) }),
    new TypeError("fetch failed", { cause: { config: SECRET } }),
    new TypeError("fetch failed", { cause: SECRET }),
    Object.assign(new Error(SECRET, { cause }), { code: "ECONNRESET" }),
  ];
  for (const value of values) {
    const fetch = (): Promise<Response> => Promise.reject(value);
    const { error } = await new Polytomic({ apiKey: SECRET, fetch, maxRetries: 0 }).users.list().result();
    expect(error).toMatchObject({ name: "ConnectionError", cause: { name: value.name } });
    expectNoKey(error);
    expect(error?.message).not.toMatch(/: \. |undefined/);
  }
});

test("a key function that throws or rejects causes a ConfigurationError with a copy of that cause", async () => {
  const cause = Object.assign(new Error("the vault is closed"), { config: { key: SECRET } });
  const rejecting = (): Promise<string> => Promise.reject(cause);
  const throwing = (): string => {
    throw cause;
  };
  for (const apiKey of [rejecting, throwing]) {
    const { error } = await new Polytomic({ apiKey }).users.list().result();
    expect(error).toMatchObject({ name: "ConfigurationError", cause: { message: "the vault is closed" } });
    expectNoKey(error);
  }
});

test("the previous key does not appear in what the key function throws when it is called again", async () => {
  const cause = new Error(`cannot renew ${SECRET}`);
  const apiKey = vi.fn((): string => {
    throw cause;
  });
  apiKey.mockReturnValueOnce(SECRET);
  const fetch = async (): Promise<Response> => new Response("{}", { status: 401 });
  const { error } = await new Polytomic({ apiKey, fetch }).users.list().result();
  expect(error).toMatchObject({ name: "ConfigurationError", cause: { message: "cannot renew [key]" } });
  expectNoKey(error);
});

test("an error leaves out a response header whose name contains the key", async () => {
  const server = await serve((_request, response) => {
    response.setHeader(SECRET, "value").setHeader("x-kept", "yes");
    sendJson(response, 403, {});
  });
  const { error } = await new Polytomic({ apiKey: SECRET, baseUrl: server.url }).users.list().result();
  expect(error?.name).toBe("ForbiddenError");
  expect([...(error as { headers: Headers }).headers.keys()]).toContain("x-kept");
  expectNoKey(error);
});

test("an error keeps the headers of the response, without its cookies", async () => {
  const server = await serve((_request, response) =>
    response.writeHead(403, { "set-cookie": "session=secret", "x-kept": "yes" }).end(),
  );
  const { error } = await new Polytomic({ apiKey: SECRET, baseUrl: server.url }).users.list().result();
  expect(print(error)).not.toContain("session=secret");
  expect((error as { headers?: Headers }).headers?.get("x-kept")).toBe("yes");
});

describe("a response that repeats the key", () => {
  const keys = { plain: SECRET, "that JSON escapes": 'can"ary\\7d1f3b9e5a2c', "that is short": "ab1" };

  test.each(Object.entries(keys))(
    "a key %s is removed from short bodies, well-known headers and broken HTTP",
    async (_kind, key) => {
      const events: CallEvent[] = [];
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      const server = await serve((request, response, raw) => {
        const echo = String(request.headers.authorization);
        response.setHeader("x-request-id", echo).setHeader("x-polytomic-version", echo);
        const kind = request.headers["x-kind"];
        if (kind === "text") response.writeHead(200).end(echo);
        else if (kind === "type") response.writeHead(200, { "content-type": echo }).end("{}");
        else if (kind === "error") sendJson(response, 403, { message: `no ${echo}`, metadata: { echo, deep: [echo] } });
        else raw.socket.end(`${echo} is not HTTP\r\n\r\n`);
      });
      const options = { baseUrl: server.url, maxRetries: 0, onEvent: (event: CallEvent) => events.push(event) };
      const polytomic = new Polytomic({ apiKey: key, ...options });
      for (const kind of ["text", "type", "error", "broken"]) {
        const { error } = await polytomic.users.list({ headers: { "x-kind": kind } }).result();
        expect(error).toBeInstanceOf(Error);
        for (const value of [error, events, warn.mock.calls]) {
          const text = print(value);
          for (const form of [key, JSON.stringify(key).slice(1, -1)]) expect(text).not.toContain(`Bearer ${form}`);
          if (key.length >= 8) expect(text).not.toContain(key);
        }
      }
    },
  );

  test("a key is removed from names in the body", async () => {
    const body = { message: "No.", metadata: { [SECRET]: 1, list: [{ [SECRET]: 2 }] } };
    const server = await serve((_request, response) => sendJson(response, 422, body));
    const { error } = await new Polytomic({ apiKey: SECRET, baseUrl: server.url }).users.list().result();
    expect(error).toMatchObject({ metadata: { "[key]": 1, list: [{ "[key]": 2 }] } });
    expect(inspect(error, { depth: 10 })).not.toContain(SECRET);
  });

  test.each(["utf16le", "utf16be"])("a key in a body in %s is removed", async (encoding) => {
    const bytes = Buffer.from(`{"message":"no ${SECRET}"}`, "utf16le");
    if (encoding === "utf16be") bytes.swap16();
    for (const status of [200, 403]) {
      const fetch = async (): Promise<Response> => new Response(new Uint8Array(bytes), { status });
      const { error } = await new Polytomic({ apiKey: SECRET, fetch }).users.list().result();
      expect(JSON.stringify([error, (error as { body?: unknown }).body])).toContain("[key]");
      expect(print([error, (error as { body?: unknown }).body]).replaceAll(/\0|\\u0000|\\x00/g, "")).not.toContain(
        SECRET,
      );
    }
  });

  test("a number that equals the key, and the rest of the body, are kept", async () => {
    const body = { message: "No.", metadata: { date: 20250918, metadata: "20250918" } };
    const server = await serve((_request, response) => sendJson(response, 403, body));
    for (const apiKey of ["20250918", "metadata"]) {
      const { error } = await new Polytomic({ apiKey, baseUrl: server.url }).users.list().result();
      expect(error).toMatchObject({ name: "ForbiddenError", metadata: { date: 20250918 } });
    }
  });

  test("a deeply nested error body does not break the removal of keys", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(403, { "content-type": "application/json" });
      response.end(`{"message":"No.","metadata":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`);
    });
    const { error } = await new Polytomic({ apiKey: SECRET, baseUrl: server.url }).users.list().result();
    expect(error).toMatchObject({ name: "ForbiddenError" });
    const depthOf = (value: unknown): number => (value ? 1 + depthOf((value as { a?: unknown }).a) : 0);
    expect(depthOf((error as { metadata: unknown }).metadata)).toBe(19);
  });
});

describe("the client secret of a new organization", () => {
  const secrets = {
    plain: "canary-client-secret",
    "that JSON escapes": 'can"ary\\client\nsécret',
    "that is short": "x1",
  };

  test.each(Object.entries(secrets))(
    "a client secret %s does not appear in errors and events, even if the response repeats the body",
    async (_kind, client_secret) => {
      const events: CallEvent[] = [];
      const server = await serve((request, response) => {
        const kind = request.headers["x-kind"];
        response.setHeader("x-echo", encodeURIComponent(client_secret) === client_secret ? client_secret : "none");
        if (kind === "text") response.writeHead(422).end(request.body);
        else if (kind === "html") response.writeHead(200, { "content-type": "text/html" }).end(request.body);
        else if (kind === "broken") response.destroy();
        else sendJson(response, Number(kind), { message: request.body, metadata: JSON.parse(request.body) as object });
      });
      const onEvent = (event: CallEvent): unknown => events.push(event);
      const polytomic = new Polytomic({ partnerKey: SECRET, baseUrl: server.url, maxRetries: 0, onEvent });
      for (const kind of ["400", "409", "422", "500", "text", "html", "broken"]) {
        const options = { headers: { "x-kind": kind } };
        const body = { name: "Globex", client_secret };
        const calls = [
          () => polytomic.organizations.create(body, options),
          () => polytomic.request("post", "/api/organizations", { body, ...options }),
        ];
        for (const call of calls) {
          const { error } = await call().result();
          expect(error?.name).toMatch(/Error$/);
          const { headers, body: received } = error as { headers?: Headers; body?: unknown };
          const text = print([error, received, [...(headers ?? [])], events]) + error?.message + error?.stack;
          for (const form of [client_secret, JSON.stringify(client_secret).slice(1, -1)]) {
            expect(text).not.toContain(`:"${form}"`);
            expect(received === undefined ? "" : JSON.stringify(received)).not.toContain(form);
            if (client_secret.length > 2) expect(text).not.toContain(form);
          }
        }
      }
    },
  );

  test("a client secret is removed from a failure of the network that quotes the body", async () => {
    const client_secret = 'canary"secret';
    const fetch = (_url: string, { body = "" }: { body?: string }): Promise<Response> =>
      Promise.reject(new TypeError("fetch failed", { cause: new Error(`cannot send ${body}`) }));
    const polytomic = new Polytomic({ partnerKey: SECRET, fetch, maxRetries: 0 });
    const { error } = await polytomic.organizations.create({ name: "Globex", client_secret }).result();
    expect(error).toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining('"client_secret":"[key]"'),
    });
    expect(print(error)).not.toMatch(/canary.{0,2}"secret/);
  });

  test("the excerpt of a response is withheld if the request contains a secret", async () => {
    const fetch = async (): Promise<Response> => new Response("<p>can&quot;ary</p>");
    const { organizations } = new Polytomic({ partnerKey: SECRET, fetch });
    const secret = await organizations.create({ name: "Globex", client_secret: 'can"ary' }).result();
    expect(secret.error).toMatchObject({ excerpt: "[withheld: it can contain a key]" });
    const none = await organizations.create({ name: "Globex" }).result();
    expect(none.error).toMatchObject({ excerpt: "<p>can&quot;ary</p>" });
  });
});

describe("what counts as the key", () => {
  /** Returns the error of a call whose response quotes this text. */
  async function errorAfter(quoted: string, options: PolytomicOptions): Promise<unknown> {
    const fetch = async (): Promise<Response> => Response.json({ message: `no ${quoted}!` }, { status: 403 });
    return (await new Polytomic({ ...options, fetch }).users.list().result()).error;
  }

  test("a key of 8 characters is removed, and a word of 7 characters that equals the key is kept", async () => {
    expect(await errorAfter("ab3d5f7h", { apiKey: "ab3d5f7h" })).toMatchObject({ detail: "no [key]!" });
    expect(await errorAfter("ab3d5f7", { apiKey: "ab3d5f7" })).toMatchObject({ detail: "no ab3d5f7!" });
  });

  test("the `Authorization` header and its Base64 are removed, however short the key is", async () => {
    expect(await errorAfter("Bearer ab1", { apiKey: "ab1" })).toMatchObject({ detail: "no [key]!" });
    const scoped = { partnerKey: "ab1", organizationId: ORGANIZATION };
    const pair = `${ORGANIZATION}:ab1`;
    for (const quoted of [`Basic ${btoa(pair)}`, btoa(pair), pair]) {
      expect(await errorAfter(quoted, scoped)).toMatchObject({ detail: "no [key]!" });
    }
  });

  test.each([150, 193, 199, 100_000])(
    "a key at character %i of a body is removed before the excerpt is cut",
    async (at) => {
      const fetch = async (): Promise<Response> => new Response("x".repeat(at) + SECRET.repeat(100));
      const { error } = await new Polytomic({ apiKey: SECRET, fetch }).users.list().result();
      expect((error as { excerpt: string }).excerpt).toBe(("x".repeat(at) + "[key]".repeat(100)).slice(0, 200));
    },
  );
});

test("a rejected header name does not appear in full in the error", async () => {
  for (const headers of [{ [`${SECRET} `]: "x" }, { [SECRET]: "a\nb" }]) {
    const { error } = await new Polytomic({ apiKey: "another-key" }).users.list({ headers }).result();
    expect(error).toMatchObject({ name: "InvalidArgumentError", message: expect.stringContaining('"cana…"') });
    expectNoKey(error);
  }
});
