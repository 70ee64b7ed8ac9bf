import { inspect } from "node:util";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type CallEvent, type PolytomicOptions } from "../../src/index.ts";
import { call } from "../calls.ts";
import { ANSWERS, FACTS, OPERATION_IDS, ORGANIZATION } from "../facts.ts";
import { sendJson, serve } from "./server.ts";

const CANARY = "canary-7d1f3b9e5a2c";
const BASIC = Buffer.from(`${ORGANIZATION}:${CANARY}`).toString("base64");

/** Every text that can be made of a value: printed, logged, and of its causes. */
function traces(value: unknown): string {
  const texts = [inspect(value, { depth: 10, showHidden: true }), JSON.stringify(value) ?? "", String(value)];
  for (let error = value; error instanceof Error; error = error.cause) {
    texts.push(error.message, error.stack ?? "", JSON.stringify(Object.entries(error)));
  }
  return texts.join("\n");
}

function expectNoKey(value: unknown): void {
  const text = traces(value);
  expect(text).not.toContain(CANARY);
  expect(text).not.toContain(BASIC);
}

/** Each kind of credentials, and a call that goes out with it. */
const CREDENTIALS: [string, PolytomicOptions][] = [
  ["an API key", { apiKey: CANARY }],
  ["a partner key", { partnerKey: CANARY }],
  ["a deployment key", { deploymentKey: CANARY }],
  ["a scoped partner key", { partnerKey: CANARY, organizationId: ORGANIZATION }],
  ["a key from a function", { partnerKey: () => CANARY, organizationId: ORGANIZATION }],
];

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0)); // retries without waits

describe.each(CREDENTIALS)("%s is in nothing that can be printed", (_name, credentials) => {
  test("of the client, its organizations and its calls", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: ANSWERS.list }));
    const polytomic = new Polytomic({ ...credentials, baseUrl: server.url });
    const organization = polytomic.organization(ORGANIZATION);
    const pending = organization.users.list();
    for (const value of [polytomic, polytomic.users, organization, organization.users, pending]) expectNoKey(value);
    await pending;
    expectNoKey(pending);
  });

  test("of errors and events, even where the answer repeats the request", async () => {
    const events: CallEvent[] = [];
    const server = await serve((request, response) => {
      const echo = JSON.stringify(request);
      const status = Number(request.headers["x-answer"]);
      response.setHeader("x-echo", String(request.headers.authorization));
      if (status === 0) response.destroy();
      else if (status < 0) sendJson(response, -status, { message: echo, metadata: request, key: CANARY });
      else response.writeHead(status, { "content-type": "text/html", location: "/" }).end(echo);
    });
    const polytomic = new Polytomic({ ...credentials, baseUrl: server.url, onEvent: (event) => events.push(event) });
    for (const answer of [200, 302, 400, 401, 403, -403, 404, -422, 500, -503, 0]) {
      for (const id of OPERATION_IDS) {
        const { error } = await call(polytomic, id, { headers: { "x-answer": String(answer) } }).result();
        expect(error).toBeInstanceOf(Error);
        expectNoKey(error);
      }
    }
    expect(events.length).toBeGreaterThan(0);
    expectNoKey(events);
  });
});

describe("a key that no header can carry is refused without being shown", () => {
  test.each([`${CANARY}\nx`, `${CANARY}\0`, `${CANARY}é`, `${CANARY}\u2028x`])("%j", async (key) => {
    const made = (() => {
      try {
        return new Polytomic({ apiKey: key });
      } catch (error) {
        return error;
      }
    })();
    expect(made).toMatchObject({ name: "ConfigurationError" });
    expectNoKey(made);
    const { error } = await new Polytomic({ apiKey: () => key }).users.list().result();
    expect(error).toMatchObject({ name: "ConfigurationError" });
    expectNoKey(error);
  });
});

describe("a key in the wrong place is not shown either", () => {
  test("as an id, a header, a base URL, an idempotency key or a version", async () => {
    const polytomic = new Polytomic({ apiKey: "another-key" });
    const refused = [
      () => polytomic.organization(CANARY).users.list(),
      () => polytomic.users.get(CANARY),
      () => polytomic.users.list({ headers: { "x-key": `${CANARY}\nx` } }),
      () => polytomic.users.list({ headers: { authorization: `Bearer ${CANARY}` } }),
      () => polytomic.users.create({ email: "a@b.c" }, { idempotencyKey: `${CANARY}!` }),
      () => polytomic.users.list({ version: CANARY }),
    ];
    for (const start of refused) {
      const { error } = await start().result();
      expect(error).toMatchObject({ name: "InvalidArgumentError" });
      expectNoKey(error);
    }
    for (const options of [
      { baseUrl: `https://user:${CANARY}@example.com` },
      { baseUrl: `https://example.com?key=${CANARY}` },
      { baseUrl: CANARY },
      { version: CANARY },
      { headers: { authorization: CANARY } },
    ]) {
      const make = (): unknown => new Polytomic({ apiKey: "another-key", ...options });
      expect(make).toThrow(expect.objectContaining({ name: "ConfigurationError" }));
      expect(make).not.toThrow(CANARY);
    }
  });
});

test("what a custom fetch throws loses the key", async () => {
  const fetch = vi.fn(async (_url: string, init: RequestInit) => {
    throw new TypeError(`bad header: ${new Headers(init.headers).get("authorization")}`);
  });
  const { error } = await new Polytomic({ apiKey: CANARY, fetch }).users.list().result();
  expect(error).toMatchObject({ name: "ConnectionError", cause: { name: "TypeError" } });
  expectNoKey(error);
});

test("a function that fails to give a key is a ConfigurationError with its cause", async () => {
  const cause = new Error("the vault is closed");
  for (const apiKey of [
    () => Promise.reject(cause),
    () => {
      throw cause;
    },
  ]) {
    // prettier-ignore
    const { error } = await new Polytomic({ apiKey }).users.list().result();
    expect(error).toMatchObject({ name: "ConfigurationError", cause });
  }
});

test("cookies of an answer are not kept in an error", async () => {
  const server = await serve((_request, response) =>
    response.writeHead(403, { "set-cookie": "session=secret", "x-kept": "yes" }).end(),
  );
  const { error } = await new Polytomic({ apiKey: CANARY, baseUrl: server.url }).users.list().result();
  expect(traces(error)).not.toContain("session=secret");
  expect((error as { headers?: Headers }).headers?.get("x-kept")).toBe("yes");
});

test("the facts cover every operation that can carry a key", () => {
  expect(Object.keys(FACTS)).toHaveLength(11);
});

describe("a key is taken out, wherever an answer repeats it", () => {
  const QUOTED = 'can"ary\\7d1f3b9e5a2c';
  const keys = { plain: CANARY, "with characters that JSON escapes": QUOTED, short: "ab1" };

  test.each(Object.entries(keys))(
    "%s: at the start of short bodies, in named headers and in broken HTTP",
    async (_name, key) => {
      const events: CallEvent[] = [];
      const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
      const server = await serve((request, response, raw) => {
        const echo = String(request.headers.authorization);
        response.setHeader("x-request-id", echo).setHeader("x-polytomic-version", echo);
        const kind = request.headers["x-answer"];
        if (kind === "text") response.writeHead(200).end(echo);
        else if (kind === "type") response.writeHead(200, { "content-type": echo }).end("{}");
        else if (kind === "error") sendJson(response, 403, { message: `no ${echo}`, metadata: { echo, deep: [echo] } });
        else raw.socket.end(`${echo} is not HTTP\r\n\r\n`);
      });
      const options = { baseUrl: server.url, maxRetries: 0, onEvent: (event: CallEvent) => events.push(event) };
      const polytomic = new Polytomic({ apiKey: key, ...options });
      for (const answer of ["text", "type", "error", "broken"]) {
        const { error } = await polytomic.users.list({ headers: { "x-answer": answer } }).result();
        expect(error).toBeInstanceOf(Error);
        for (const value of [error, events, warnings.mock.calls]) {
          const text = traces(value);
          for (const form of [`Bearer ${key}`, `Bearer ${JSON.stringify(key).slice(1, -1)}`])
            expect(text).not.toContain(form);
          expect(key.length < 8 ? "" : text).not.toContain(key);
        }
      }
      warnings.mockRestore();
    },
  );

  test("also where the answer has it in the place of a name", async () => {
    const body = { message: "No.", metadata: { [CANARY]: 1, list: [{ [CANARY]: 2 }] } };
    const server = await serve((_request, response) => sendJson(response, 422, body));
    const { error } = await new Polytomic({ apiKey: CANARY, baseUrl: server.url }).users.list().result();
    expect(error).toMatchObject({ metadata: { "[key]": 1, list: [{ "[key]": 2 }] } });
    expect(inspect(error, { depth: 10 })).not.toContain(CANARY);
  });

  test("and the rest of the answer stays as it was", async () => {
    const body = { message: "No.", metadata: { date: 20250918, metadata: "20250918" } };
    const server = await serve((_request, response) => sendJson(response, 403, body));
    for (const apiKey of ["20250918", "metadata"]) {
      const { error } = await new Polytomic({ apiKey, baseUrl: server.url }).users.list().result();
      expect(error).toMatchObject({ name: "ForbiddenError", metadata: { date: 20250918 } });
    }
  });

  test("however deep the body is nested", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(403, { "content-type": "application/json" });
      response.end(`{"message":"No.","metadata":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`);
    });
    const { error } = await new Polytomic({ apiKey: CANARY, baseUrl: server.url }).users.list().result();
    expect(error).toMatchObject({ name: "ForbiddenError" });
  });
});

test("what a custom fetch throws is kept as names, messages and codes only", async () => {
  const nested = Object.assign(new TypeError("fetch failed", { cause: new Error(`sent Bearer ${CANARY}`) }), {
    config: { headers: { authorization: CANARY } },
    code: CANARY,
  });
  const thrown = [
    nested,
    `text ${CANARY}`,
    { config: CANARY },
    new AggregateError([new Error(CANARY)]),
    null,
    undefined,
    0,
    "",
  ];
  for (const each of thrown) {
    const fetch = (): Promise<Response> => Promise.reject(each);
    const { error } = await new Polytomic({ apiKey: CANARY, fetch, maxRetries: 0 }).users.list().result();
    expect(error).toMatchObject({ name: "ConnectionError" });
    expectNoKey(error);
    expect(error?.message).not.toMatch(/: \. |undefined/);
  }
});
