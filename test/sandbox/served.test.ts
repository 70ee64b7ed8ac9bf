import { connect, createServer } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../src/testing/index.ts";
import { listen, type ListenOptions, type ServedSandbox } from "../../src/testing/node.ts";
import { send, VERSION, type ParsedResponse, type RequestParts } from "./send.ts";

const ADA = { body: { email: "ada@acmecorp.com" }, idempotencyKey: "12345678" };

const sandbox = createSandbox();
let served: ServedSandbox;

beforeEach(async () => {
  sandbox.reset();
  served = await listen(sandbox);
});
afterEach(() => served.close());

function sendOverHttp(request: string, parts?: RequestParts): Promise<ParsedResponse> {
  const overHttp = {
    organizationId: sandbox.organizationId,
    partnerKey: sandbox.partnerKey,
    fetch: (url: string | URL | Request, init?: RequestInit) =>
      fetch((url as string).replace("https://app.polytomic.com", served.url), init),
  };
  return send(overHttp, request, parts);
}

/** Sends a request over a bare socket, and returns every byte until the connection ends. */
function sendOverSocket(path: string, method = "GET"): Promise<string> {
  const { hostname, port } = new URL(served.url);
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${hostname}`,
    `Authorization: Bearer ${sandbox.apiKey}`,
    `X-Polytomic-Version: ${VERSION}`,
    "Connection: close",
  ];
  return new Promise((resolve) => {
    let bytes = "";
    const socket = connect(Number(port), hostname, () => socket.write(`${head.join("\r\n")}\r\n\r\n`));
    socket.on("data", (chunk) => (bytes += String(chunk)));
    socket.on("error", () => undefined); // a reset also ends the connection
    socket.on("close", () => resolve(bytes));
  });
}

/** Polls without a deadline of its own, since a busy machine can be slow. */
async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 60_000, interval: 5 });
}

const isReceived = (): boolean => sandbox.requests.length === 1;

test("a served sandbox responds over HTTP as it does in memory", async () => {
  const { status, headers, body } = await sendOverHttp("GET /users");
  expect([status, headers.get("x-polytomic-version")]).toEqual([200, VERSION]);
  expect(body).toEqual((await send(sandbox, "GET /users")).body);
});

test("a served sandbox accepts bodies, keys and ids", async () => {
  const created = await sendOverHttp("POST /users", ADA);
  const { id } = created.body["data"] as { id: string };
  expect((await sendOverHttp(`DELETE /users/${id}`)).body).toEqual(created.body);
  expect((await sendOverHttp(`POST /users`, { body: { email: "ada" } })).status).toBe(422);
});

test("by default, a sandbox is served on a free port of 127.0.0.1", () => {
  expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
});

test("a sandbox can be served on another address", async () => {
  const elsewhere = await listen(sandbox, { hostname: "localhost" });
  expect((await fetch(`${elsewhere.url}/api/organization/users`)).status).toBe(401);
  await elsewhere.close();
});

test("over HTTP, a drop closes the connection without a byte", async () => {
  sandbox.fail({ drop: true });
  expect(await sendOverSocket("/api/organization/users")).toBe("");
});

test("over HTTP, a drop of the response closes the connection after the operation has run", async () => {
  sandbox.fail({ drop: "answer" });
  await expect(sendOverHttp("POST /users", ADA)).rejects.toThrow("fetch failed");
  expect((await sendOverHttp("POST /users", ADA)).status).toBe(200);
});

test("over HTTP, a truncated response has the Content-Length of the whole body, of which half arrives", async () => {
  const whole = JSON.stringify((await send(sandbox, "GET /api/organization/users", { key: sandbox.apiKey })).body);
  sandbox.fail({ truncate: true });
  const [head = "", arrived] = (await sendOverSocket("/api/organization/users")).split("\r\n\r\n");
  expect(head).toContain("HTTP/1.1 200 OK");
  expect(head.toLowerCase()).toContain(`content-length: ${whole.length}`);
  expect(arrived).toBe(whole.slice(0, Math.floor(whole.length / 2)));
});

test("over HTTP, a response can be truncated before the first byte of its body", async () => {
  sandbox.fail({ truncate: 0 });
  const [head = "", arrived] = (await sendOverSocket("/api/organization/users")).split("\r\n\r\n");
  expect([head.split("\r\n")[0], arrived]).toEqual(["HTTP/1.1 200 OK", ""]);
});

test("a served sandbox responds with 400 to a method that fetch does not allow", async () => {
  expect(await sendOverSocket("/api/organization/users", "TRACE")).toContain("HTTP/1.1 400");
});

test("a delayed request over HTTP changes nothing if its caller disconnects", async () => {
  sandbox.fail({ delay: 60_000, operation: "createPartnerUser" });
  const caller = new AbortController();
  const delayed = sendOverHttp("POST /users", { ...ADA, signal: caller.signal });
  delayed.catch(() => undefined);
  await until(isReceived);
  caller.abort(new Error("enough"));
  await expect(delayed).rejects.toThrow("enough");
  const retry = async (): Promise<void> => expect((await sendOverHttp("POST /users", ADA)).status).toBe(200);
  await vi.waitFor(retry, { timeout: 60_000, interval: 5 }); // 409 until the server notices
});

test("close() ends delayed requests and their connections", async () => {
  sandbox.fail({ delay: 60_000 });
  const delayed = sendOverHttp("GET /users");
  delayed.catch(() => undefined);
  await until(isReceived);
  await served.close();
  await expect(delayed).rejects.toThrow("fetch failed");
});

test("close() can be called more than once", async () => {
  await Promise.all([served.close(), served.close()]);
  await served.close();
});

test("close() leaves no timer behind", async () => {
  sandbox.fail({ delay: 60_000 });
  const before = timers();
  const delayed = fetch(`${served.url}/api/organization/users`, {
    headers: { authorization: `Bearer ${sandbox.apiKey}` },
  });
  delayed.catch(() => undefined);
  await until(isReceived);
  await until(() => timers() > before);
  await served.close();
  await until(() => timers() <= before);
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

test.each(["", null, 5])(
  "listen() rejects the hostname %j, which Node would read as every address",
  async (hostname) => {
    await expect(listen(sandbox, { hostname } as ListenOptions)).rejects.toThrow("`hostname` must be an address");
  },
);

test("listen() rejects an argument that is not a sandbox", async () => {
  await expect(listen(undefined as unknown as Sandbox)).rejects.toThrow("listen() must be given a sandbox; got");
});

test("listen() rejects with the system's error if the port is in use", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  await expect(listen(sandbox, { port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await new Promise((closed) => server.close(closed));
});

test.each<[unknown, string]>([
  [{ port: 65_536 }, "`port` must be a whole number from 0 to 65535; got 65536."],
  [{ host: "::1" }, "listen(): unknown option `host`. Valid options: port, hostname."],
])("listen() rejects an invalid option with an error that names it: %j", async (options, message) => {
  await expect(listen(sandbox, options as ListenOptions)).rejects.toThrow(message);
});
