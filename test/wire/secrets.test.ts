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
    const server = await serve((_request, response) => sendJson(response, 200, { data: DATA.users }));
    const polytomic = new Polytomic({ ...credentials, baseUrl: server.url });
    const organization = polytomic.organization(ORGANIZATION);
    const call = organization.users.list();
    for (const value of [polytomic, polytomic.users, organization, organization.users, call]) expectNoKey(value);
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
    () => polytomic.users.create({ email: "a@b.c" }, { idempotencyKey: `${SECRET}!` }),
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

test("a key is removed from what a custom fetch throws", async () => {
  const fetch = vi.fn(async (_url: string, init: RequestInit) => {
    throw new TypeError(`bad header: ${new Headers(init.headers).get("authorization")}`);
  });
  const { error } = await new Polytomic({ apiKey: SECRET, fetch }).users.list().result();
  expect(error).toMatchObject({ name: "ConnectionError", cause: { name: "TypeError" } });
  expectNoKey(error);
});

test("of what a custom fetch throws, only names, messages, stacks and codes are kept", async () => {
  const nested = Object.assign(new TypeError("fetch failed", { cause: new Error(`sent Bearer ${SECRET}`) }), {
    config: { headers: { authorization: SECRET } },
    code: SECRET,
  });
  const values = [
    nested,
    `text ${SECRET}`,
    { config: SECRET },
    new AggregateError([new Error(SECRET)]),
    null,
    undefined,
    0,
    "",
  ];
  for (const value of values) {
    const fetch = (): Promise<Response> => Promise.reject(value);
    const { error } = await new Polytomic({ apiKey: SECRET, fetch, maxRetries: 0 }).users.list().result();
    expect(error).toMatchObject({ name: "ConnectionError" });
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
  });
});

describe("a key in another encoding", () => {
  const key = "Canary+7d1f/3b9e=5a'2c";
  const hex = (character: string): string => character.charCodeAt(0).toString(16);
  const escape = (encode: (character: string) => string): string => key.replaceAll(/\W/g, encode);
  const json = (text: string): string => JSON.stringify(text).slice(1, -1);
  const unicode = escape((each) => `\\u00${hex(each)}`);
  const named = { "+": "&plus;", "/": "&sol;", "=": "&equals;", "'": "&apos;" };
  const encodings: [string, string][] = [
    ["JSON with \\/", key.replaceAll("/", "\\/")],
    ["JSON with \\u002b", unicode],
    ["JSON with \\u002B", escape((each) => `\\u00${hex(each).toUpperCase()}`)],
    ["JSON in JSON", json(unicode)],
    ["JSON in which every character is escaped", key.replaceAll(/./g, (each) => `\\u00${hex(each)}`)],
    ["JavaScript", escape((each) => `\\x${hex(each)}`)],
    ["a URL", escape((each) => `%${hex(each).toUpperCase()}`)],
    ["a URL in lower case", escape((each) => `%${hex(each)}`)],
    ["a URL in a URL", escape((each) => `%25${hex(each)}`)],
    ["decimal HTML entities", escape((each) => `&#${each.charCodeAt(0)};`)],
    ["padded decimal HTML entities", escape((each) => `&#00${each.charCodeAt(0)};`)],
    ["hexadecimal HTML entities", escape((each) => `&#x${hex(each)};`)],
    ["named HTML entities", escape((each) => named[each as keyof typeof named])],
    ["a URL in HTML", escape((each) => `&#37;${hex(each)}`)],
    ["lower case", key.toLowerCase()],
  ];

  test.each(encodings)("a key that the response repeats as %s is removed", async (_encoding, echo) => {
    for (const status of [200, 302, 403]) {
      for (const body of [`<p>sent ${echo}`, `{"message":"sent ${echo}","metadata":{"${echo}":1}`]) {
        const headers = { location: `https://example.com/?key=${echo}`, "x-request-id": echo };
        const events: CallEvent[] = [];
        const polytomic = new Polytomic({
          apiKey: key,
          fetch: async () => new Response(body, { status, headers }),
          onEvent: (event) => events.push(event),
        });
        const { error } = await polytomic.users.list().result();
        const { message, excerpt, body: text, headers: shown } = error as unknown as Record<string, unknown>;
        const values = { message, excerpt, text, headers: [...(shown as Headers)], events };
        expect(JSON.stringify(values)).not.toContain(json(echo));
        expect(values.headers).toContainEqual(["location", "https://example.com/?key=[key]"]);
        expect(excerpt ?? text).toContain("sent [key]");
      }
    }
  });

  test.each([150, 180, 190, 199])(
    "a key that begins at character %i is removed before the excerpt is cut",
    async (at) => {
      for (const [, echo] of encodings) {
        for (const tail of ["", " end", "x".repeat(100_000)]) {
          const fetch = async (): Promise<Response> => new Response(" ".repeat(at) + echo + tail);
          const { error } = await new Polytomic({ apiKey: key, fetch }).users.list().result();
          expect((error as { excerpt: string }).excerpt.trim()).toMatch(/^\[k?e?y?\]?x*(?: e?n?d?)?$/);
        }
      }
    },
  );

  test("an excerpt of a body that consists of keys contains no part of one", async () => {
    for (const [, echo] of encodings) {
      const fetch = async (): Promise<Response> => new Response(echo.repeat(1000));
      const { error } = await new Polytomic({ apiKey: key, fetch }).users.list().result();
      expect((error as { excerpt: string }).excerpt).toMatch(/^(?:\[key\])*(?:\[k?e?y?)?$/);
    }
  });

  test("a text with escapes that do not spell the key is kept as it is", async () => {
    const body = "<p>50%25 &amp; C:\\u0041\\n";
    const fetch = async (): Promise<Response> => new Response(body);
    const { error } = await new Polytomic({ apiKey: key, fetch }).users.list().result();
    expect(error).toMatchObject({ excerpt: body });
  });

  test.each(["%252F", "%2F", "&amp;", "\\\\", "\\u0041"])(
    "a key that contains %s itself is removed, also if the response repeats another part in another encoding",
    async (part) => {
      const apiKey = `Canary${part}7d1f/3b9e`;
      for (const echo of [apiKey, apiKey.replace("/", "%2F"), json(apiKey).replace("/", "\\/")]) {
        const fetch = async (): Promise<Response> => new Response(`sent ${echo}`);
        const { error } = await new Polytomic({ apiKey, fetch }).users.list().result();
        expect(error).toMatchObject({ excerpt: "sent [key]" });
      }
    },
  );

  test("a key with spaces is removed from a URL with + for each of them", async () => {
    const location = `/login?${new URLSearchParams({ key: "my secret + key 42" }).toString()}`;
    const fetch = async (): Promise<Response> => new Response(null, { status: 302, headers: { location } });
    const { error } = await new Polytomic({ apiKey: "my secret + key 42", fetch }).users.list().result();
    expect((error as { headers: Headers }).headers.get("location")).toBe("/login?key=[key]");
  });

  test("the Base64 of a scoped key is removed without padding, and in the alphabet of URLs", async () => {
    const partnerKey = "aCanary>>>???7d1"; // its Base64 contains both characters in which the alphabets differ
    const base64 = Buffer.from(`${ORGANIZATION}:${partnerKey}`).toString("base64");
    expect(base64).toMatch(/^(?=.*\+)(?=.*\/).*=$/);
    for (const echo of [base64, base64.replace(/=+$/, ""), Buffer.from(base64, "base64").toString("base64url")]) {
      const fetch = async (): Promise<Response> => new Response(`sent ${echo}`);
      const polytomic = new Polytomic({ partnerKey, organizationId: ORGANIZATION, fetch });
      const { error } = await polytomic.users.list().result();
      expect((error as { excerpt: string }).excerpt).toBe("sent [key]");
    }
  });

  test("a header with the encoded key and an encoded line break is kept, without the key", async () => {
    for (const lineBreak of ["&#10;", "&#999;", "%0A", "\\u000a", "&#x0a;"]) {
      const headers = { location: `/?key=${encodeURIComponent(key)}${lineBreak}` };
      const fetch = async (): Promise<Response> => new Response("{}", { status: 422, headers });
      const { error } = await new Polytomic({ apiKey: key, fetch }).users.list().result();
      expect(error).toMatchObject({ name: "UnprocessableEntityError" });
      expect((error as { headers: Headers }).headers.get("location")).toMatch(/^\/\?key=\[key\]./);
    }
  });

  test("an error leaves out a response header whose name is the key in lower case", async () => {
    const apiKey = "Canary-7D1F3B9E5A2C";
    const headers = { [apiKey]: "value", "x-kept": "yes" };
    const fetch = async (): Promise<Response> => new Response(null, { status: 403, headers });
    const { error } = await new Polytomic({ apiKey, fetch }).users.list().result();
    expect([...(error as { headers: Headers }).headers.keys()]).toEqual(["x-kept"]);
  });
});

test("a rejected header name does not appear in full in the error", async () => {
  for (const headers of [{ [`${SECRET} `]: "x" }, { [SECRET]: "a\nb" }]) {
    const { error } = await new Polytomic({ apiKey: "another-key" }).users.list({ headers }).result();
    expect(error).toMatchObject({ name: "InvalidArgumentError", message: expect.stringContaining('"cana…"') });
    expectNoKey(error);
  }
});
