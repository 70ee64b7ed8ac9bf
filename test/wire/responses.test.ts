import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { callOperation, DATA, ERROR_NAMES, FACTS, OPERATION_IDS, type OperationId } from "../facts.ts";
import { sendJson, serve, type RecordingServer } from "./server.ts";

/** A client without retries, so that each response decides the outcome of its call. */
const clientOf = (server: RecordingServer): Polytomic =>
  new Polytomic({ apiKey: "a-key", baseUrl: server.url, maxRetries: 0 });

const isList = (id: OperationId): boolean => Array.isArray(DATA[FACTS[id].data]);

/** Whether a response to the operation, or its request, contains a secret. */
const isSecret = (id: OperationId): boolean => FACTS[id].data === "key" || "secrets" in FACTS[id];

const classOf = (status: number): string => (status >= 500 ? "ServerError" : (ERROR_NAMES[status] ?? "ApiError"));

const ERROR_BODIES: Record<string, (response: ServerResponse, status: number) => void> = {
  "an empty body": (response, status) => response.writeHead(status, { "transfer-encoding": "chunked" }).end(),
  "Content-Length: 0": (response, status) => response.writeHead(status, { "content-length": "0" }).end(),
  "a JSON error": (response, status) => sendJson(response, status, { key: "a_key", message: "A message.", status }),
  "the body null": (response, status) => sendJson(response, status, null),
  HTML: (response, status) => response.writeHead(status, { "content-type": "text/html" }).end("<h1>Oops</h1>"),
  "broken JSON": (response, status) =>
    response.writeHead(status, { "content-type": "application/json" }).end('{"message":'),
};

test.each(Object.entries(ERROR_BODIES))(
  "an error response with %s is an error of the class of its status, from 400 to 599",
  async (kind, send) => {
    const server = await serve((request, response) => send(response, Number(request.headers["x-status"])));
    const polytomic = clientOf(server);
    // fetch turns a 407 into a network error.
    const statuses = Array.from({ length: 200 }, (_, index) => 400 + index).filter((status) => status !== 407);
    const errors = await Promise.all(
      statuses.map(async (status) => {
        const { error } = await polytomic.users.list({ headers: { "x-status": String(status) } }).result();
        const { name, status: seen, key } = error as { name: string; status: number; key?: string };
        return [name, seen, key];
      }),
    );
    const key = kind === "a JSON error" ? "a_key" : undefined;
    expect(errors).toEqual(statuses.map((status) => [classOf(status), status, key]));
  },
);

describe("a 200 that does not match the spec", () => {
  const html = { "content-type": "text/html" };
  const json = { "content-type": "application/json" };
  const bodies: [string, Record<string, string>, string][] = [
    ["an empty body", {}, ""],
    ["HTML", html, "<h1>Sign in</h1>"],
    ["broken JSON", json, '{"data": [{'],
    ["the body {}", json, "{}"],
    ["a number", json, "1"],
    ["the body null", json, "null"],
    ["the envelope of the oldest version", json, '{"error":null,"result":[]}'],
    ["data of another type", json, '{"data":"text"}'],
  ];

  test.each(bodies)("a 200 with %s is an UnexpectedResponseError", async (_name, headers, body) => {
    const server = await serve((_request, response) => response.writeHead(200, headers).end(body));
    for (const id of OPERATION_IDS) {
      const { error } = await callOperation(id, clientOf(server)).result();
      expect(error).toMatchObject({
        name: "UnexpectedResponseError",
        operation: { id },
        status: 200,
        contentType: headers["content-type"],
        excerpt: isSecret(id) ? "[withheld: it can contain a key]" : body,
      });
    }
  });

  test.each(OPERATION_IDS.filter((id) => !isList(id)))(
    "a 200 of %s with null or a list instead of the promised object is an UnexpectedResponseError",
    async (id) => {
      for (const data of [null, []]) {
        const server = await serve((_request, response) => sendJson(response, 200, { data }));
        await expect(callOperation(id, clientOf(server))).rejects.toMatchObject({ name: "UnexpectedResponseError" });
      }
    },
  );

  test.each([[[null, 1]], [[{}, "text"]], [[[]]], [{}], ["text"], [1]])(
    "a list whose data is %j is an UnexpectedResponseError",
    async (data) => {
      const server = await serve((_request, response) => sendJson(response, 200, { data }));
      for (const id of OPERATION_IDS.filter(isList)) {
        const { error } = await callOperation(id, clientOf(server)).result();
        expect(error).toMatchObject({ name: "UnexpectedResponseError", status: 200, operation: { id } });
      }
    },
  );

  test.each([[{}], [{ value: null }], [{ value: 1 }], [[]], [null]])(
    "a new API key whose data is %j is an UnexpectedResponseError",
    async (data) => {
      const server = await serve((_request, response) => sendJson(response, 200, { data }));
      const { error } = await callOperation("createPartnerUserApiKey", clientOf(server)).result();
      expect(error).toMatchObject({ name: "UnexpectedResponseError", status: 200 });
    },
  );

  test.each(OPERATION_IDS.filter((id) => FACTS[id].data !== "key"))(
    "data of %s without any field is accepted, because an error would hide that a create has succeeded",
    async (id) => {
      const data = isList(id) ? [{}] : {};
      const server = await serve((_request, response) => sendJson(response, 200, { data }));
      expect(await callOperation(id, clientOf(server))).toEqual(data);
    },
  );

  test("a 204 is an UnexpectedResponseError", async () => {
    const server = await serve((_request, response) => response.writeHead(204).end());
    for (const id of OPERATION_IDS) {
      const { error } = await callOperation(id, clientOf(server)).result();
      expect(error).toMatchObject({ name: "UnexpectedResponseError", status: 204 });
    }
  });

  test.each([200, 201, 100_000])("the excerpt of %i characters has 200 characters", async (length) => {
    const server = await serve((_request, response) => response.writeHead(200, html).end("x".repeat(length)));
    const { error } = await callOperation("listCurrentOrgUsers", clientOf(server)).result();
    expect(error).toMatchObject({ excerpt: "x".repeat(200) });
  });

  test("the excerpt of a response that can contain a new key is withheld", async () => {
    const server = await serve((_request, response) => response.writeHead(200, json).end('{"data":{"value":"new-'));
    const { error } = await callOperation("createPartnerUserApiKey", clientOf(server)).result();
    expect(error).toMatchObject({ name: "UnexpectedResponseError" });
    expect(JSON.stringify(error) + (error as Error).message + String((error as Error).cause)).not.toContain("new-");
    expect((error as { excerpt: string }).excerpt).toBe("[withheld: it can contain a key]");
  });
});

test.each(OPERATION_IDS.filter(isList))("a list of %s whose data is null is an empty array", async (id) => {
  const server = await serve((_request, response) => sendJson(response, 200, { data: null }));
  expect(await callOperation(id, clientOf(server))).toEqual([]);
});

test.each([301, 302, 303, 307, 308])("a %i is an UnexpectedResponseError and is not followed", async (status) => {
  const target = await serve((_request, response) => sendJson(response, 200, { data: [] }));
  for (const isSameOrigin of [true, false]) {
    const server = await serve((request, response) => {
      const location = isSameOrigin ? "/elsewhere" : `${target.url}${request.target}`;
      response.writeHead(status, { location }).end();
    });
    for (const id of OPERATION_IDS) {
      const { error } = await callOperation(id, clientOf(server)).result();
      expect(error).toMatchObject({ name: "UnexpectedResponseError", status });
    }
    expect(server.received).toHaveLength(OPERATION_IDS.length);
  }
  expect(target.received).toEqual([]);
});

test("a refused connection is a ConnectionError that names the code and the address", async () => {
  const baseUrl = `http://127.0.0.1:${await closedPort()}`;
  const { host } = new URL(baseUrl);
  const { error } = await new Polytomic({ apiKey: "a-key", baseUrl, maxRetries: 0 }).users.list().result();
  expect(error).toMatchObject({
    name: "ConnectionError",
    code: "ECONNREFUSED",
    host,
    message: expect.stringContaining(`ECONNREFUSED ${host}`),
    attempts: 1,
  });
});

/** Returns a port on which nothing listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
