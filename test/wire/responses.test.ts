import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { call } from "../calls.ts";
import { sendJson, serve, type RecordingServer } from "./server.ts";

const ORGANIZATION = "248df4b7-aa70-47b8-a036-33ac447e668d";

/** Without retries each answer is seen as it is. */
const client = (server: RecordingServer): Polytomic =>
  new Polytomic({ apiKey: "a-key", baseUrl: server.url, maxRetries: 0 });

const CLASSES: Record<number, string> = {
  400: "BadRequestError",
  401: "UnauthorizedError",
  403: "ForbiddenError",
  404: "NotFoundError",
  409: "ConflictError",
  422: "UnprocessableEntityError",
  429: "TooManyRequestsError",
};
const className = (status: number): string => (status >= 500 ? "ServerError" : (CLASSES[status] ?? "ApiError"));

const ERROR_BODIES: Record<string, (response: ServerResponse, status: number) => void> = {
  "an empty body": (response, status) => response.writeHead(status, { "transfer-encoding": "chunked" }).end(),
  "Content-Length: 0": (response, status) => response.writeHead(status, { "content-length": "0" }).end(),
  "a JSON ApiError": (response, status) => sendJson(response, status, { key: "a_key", message: "Said so.", status }),
  null: (response, status) => sendJson(response, status, null),
  HTML: (response, status) => response.writeHead(status, { "content-type": "text/html" }).end("<h1>Oops</h1>"),
  "broken JSON": (response, status) =>
    response.writeHead(status, { "content-type": "application/json" }).end('{"message":'),
};

describe.each(Object.entries(ERROR_BODIES))("an error status with %s", (kind, send) => {
  test("is the right class with the right status, from 400 to 599", async () => {
    const server = await serve((request, response) => send(response, Number(request.headers["x-answer"])));
    const polytomic = client(server);
    // fetch itself makes a network error of 407.
    const statuses = Array.from({ length: 200 }, (_, index) => 400 + index).filter((status) => status !== 407);
    const seen = await Promise.all(
      statuses.map(async (status) => {
        const result = await polytomic.users.list({ headers: { "x-answer": String(status) } }).result();
        const error = result.error as { name: string; status: number; key?: string } | undefined;
        return [error?.name, error?.status, error?.key];
      }),
    );
    const key = kind === "a JSON ApiError" ? "a_key" : undefined;
    expect(seen).toEqual(statuses.map((status) => [className(status), status, key]));
  });
});

describe("a 200 that is not what the spec promises is an UnexpectedResponseError", () => {
  const html = { "content-type": "text/html" };
  const json = { "content-type": "application/json" };
  const bodies: [string, Record<string, string>, string][] = [
    ["an empty body", {}, ""],
    ["HTML", html, "<h1>Sign in</h1>"],
    ["broken JSON", json, '{"data": [{'],
    ["{}", json, "{}"],
    ["a number", json, "1"],
    ["null", json, "null"],
    ["the envelope of the oldest version", json, '{"error":null,"result":[]}'],
    ["data of another type", json, '{"data":"text"}'],
  ];

  test.each(bodies)("%s", async (_name, headers, body) => {
    const server = await serve((_request, response) => response.writeHead(200, headers).end(body));
    for (const id of ["listCurrentOrgUsers", "getCurrentOrgUser", "createCurrentOrgUser"] as const) {
      const { error } = await call(client(server), id).result();
      expect(error).toMatchObject({
        name: "UnexpectedResponseError",
        status: 200,
        contentType: headers["content-type"],
        excerpt: body,
      });
    }
  });

  test("data: null, or a list, where one user is promised", async () => {
    const server = await serve((request, response) =>
      sendJson(response, 200, { data: request.method === "GET" ? null : [] }),
    );
    for (const id of ["getCurrentOrgUser", "deleteCurrentOrgUser"] as const) {
      await expect(call(client(server), id)).rejects.toMatchObject({ name: "UnexpectedResponseError" });
    }
  });

  test("a 204", async () => {
    const server = await serve((_request, response) => response.writeHead(204).end());
    await expect(call(client(server), "deleteCurrentOrgUser")).rejects.toMatchObject({
      name: "UnexpectedResponseError",
      status: 204,
    });
  });

  test("the excerpt is bounded", async () => {
    const server = await serve((_request, response) => response.writeHead(200, html).end("x".repeat(100_000)));
    const { error } = await call(client(server), "listCurrentOrgUsers").result();
    expect((error as { excerpt: string }).excerpt).toHaveLength(200);
  });

  test("the excerpt of an answer that can hold a minted key is withheld", async () => {
    const server = await serve((_request, response) => response.writeHead(200, json).end('{"data":{"value":"minted-'));
    const { error } = await call(client(server), "createPartnerUserApiKey").result();
    expect(JSON.stringify(error) + (error as Error).message + String((error as Error).cause)).not.toContain("minted-");
    expect((error as { excerpt: string }).excerpt).not.toContain("minted-");
  });
});

test("data: null in a list is an empty list", async () => {
  const server = await serve((_request, response) => sendJson(response, 200, { data: null }));
  expect(await client(server).users.list()).toEqual([]);
  expect(await client(server).organization(ORGANIZATION).users.list()).toEqual([]);
});

describe("a redirect is an UnexpectedResponseError and nothing is sent on", () => {
  test.each([301, 302, 303, 307, 308])("%i", async (status) => {
    const elsewhere = await serve((_request, response) => sendJson(response, 200, { data: [] }));
    for (const place of ["same", "other"]) {
      const server = await serve((request, response) => {
        const location = place === "same" ? "/elsewhere" : `${elsewhere.url}${request.target}`;
        response.writeHead(status, { location }).end();
      });
      for (const id of ["listCurrentOrgUsers", "createCurrentOrgUser"] as const) {
        const { error } = await call(client(server), id).result();
        expect(error).toMatchObject({ name: "UnexpectedResponseError", status });
      }
      expect(server.received).toHaveLength(2);
    }
    expect(elsewhere.received).toEqual([]);
  });
});

test("no answer is a ConnectionError that names the code and the address", async () => {
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

/** A port that somebody listened on a moment ago, and nobody does now. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
