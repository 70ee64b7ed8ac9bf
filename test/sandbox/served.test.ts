import { connect, createServer } from "node:net";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createHostCheck, type HostCheck } from "../../src/testing/hosts.ts";
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
  return sendLines([
    `${method} ${path} HTTP/1.1`,
    `Host: ${new URL(served.url).hostname}`,
    `Authorization: Bearer ${sandbox.apiKey}`,
    `X-Polytomic-Version: ${VERSION}`,
    "Connection: close",
  ]);
}

function sendLines(head: string[], { url } = served): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let bytes = "";
    const socket = connect(Number(port), hostname.replaceAll(/[[\]]/g, ""), () =>
      socket.write(`${head.join("\r\n")}\r\n\r\n`),
    );
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

test.each([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "[::1]"],
  ["::1", "[::1]"],
  ["127.0.0.2", "127.0.0.2"],
])("the URL of a sandbox that is served on %s is one of this machine: %s", async (hostname, host) => {
  const other = await serveWith({ hostname });
  expect(new URL(other.url).hostname).toBe(host);
  expect((await fetch(`${other.url}/api/organization/users`)).status).toBe(401);
  expect(await statusFor("evil.example", other)).toBe(421);
});

test("a served sandbox allows requests from pages of localhost, also after a preflight", async () => {
  const origin = "http://localhost:5173";
  const response = await fetch(`${served.url}/api/organization/users`, { headers: { origin } });
  expect(response.headers.get("access-control-allow-origin")).toBe(origin);
  const headers = { origin, "access-control-request-method": "PUT", "access-control-request-headers": "authorization" };
  const preflight = await fetch(`${served.url}/api/organization/users`, { method: "OPTIONS", headers });
  expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([204, "authorization"]);
  const elsewhere = { origin: "https://example.com" };
  const refused = await fetch(`${served.url}/api/organization/users`, { headers: elsewhere });
  expect(refused.headers.get("access-control-allow-origin")).toBeNull();
});

test("over HTTP, a drop closes the connection without a byte", async () => {
  sandbox.fail({ drop: true });
  expect(await sendOverSocket("/api/organization/users")).toBe("");
});

test("over HTTP, a drop of the response closes the connection after the operation has run", async () => {
  sandbox.fail({ drop: "response" });
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
  [{ host: "::1" }, "listen(): unknown option `host`. Valid options: port, hostname, allowedHosts."],
  [{ allowedHosts: "sandbox.test" }, '`allowedHosts` must be an array; got "sandbox.test".'],
  [
    { allowedHosts: ["http://sandbox.test"] },
    '`allowedHosts` must contain host names, such as "sandbox.test"; got "http',
  ],
  [{ allowedHosts: [""] }, '`allowedHosts` must contain host names, such as "sandbox.test"; got "".'],
  [{ allowedHosts: [5] }, '`allowedHosts` must contain host names, such as "sandbox.test"; got 5.'],
])("listen() rejects an invalid option with an error that names it: %j", async (options, message) => {
  await expect(listen(sandbox, options as ListenOptions)).rejects.toThrow(message);
});

/** Requests the routes with this `Host`, and returns the status. */
async function statusFor(host: string, to = served): Promise<number> {
  return statusOf(await sendLines(["GET / HTTP/1.1", `Host: ${host}`, "Connection: close"], to));
}

function statusOf(response: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1]);
}

/** Serves the sandbox until the end of the test. */
async function serveWith(options: ListenOptions): Promise<ServedSandbox> {
  const other = await listen(sandbox, options);
  onTestFinished(() => other.close());
  return other;
}

test.each([
  "localhost",
  "localhost:4010",
  "LocalHost",
  "localhost.",
  "acme.localhost",
  "a.b.localhost:80",
  "127.0.0.1",
  "127.0.0.1:1",
  "127.255.0.9",
  "[::1]",
  "[::1]:4010",
])("a served sandbox accepts requests for this machine: %s", async (host) => {
  expect(await statusFor(host)).toBe(200);
});

test.each([
  "evil.example",
  "evil.example:4010",
  "EVIL.example.",
  "app.polytomic.com",
  "localhost.evil.example",
  "evillocalhost",
  "127.0.0.1.evil.example",
  "evil.example@localhost",
  "localhost@evil.example",
  "localhost/evil.example",
  "evil.example#.localhost",
  "10.0.0.1",
  "0.0.0.0",
  "[::2]",
  "128.0.0.1",
  ".localhost.evil",
  "localhost:port",
  "localhost evil.example",
  "",
])("a served sandbox refuses requests for another host, and they change nothing: %j", async (host) => {
  expect(await statusFor(host)).toBe(421);
  expect(sandbox.requests).toEqual([]);
});

test("a served sandbox refuses a request for another host with an error that says how to allow it", async () => {
  const response = await sendLines(["GET / HTTP/1.1", "Host: Sandbox.Test:4010", "Connection: close"]);
  expect(response).toContain("HTTP/1.1 421 Misdirected Request");
  expect(response.toLowerCase()).toContain("content-type: application/json");
  expect(JSON.parse(/\{.*\}/.exec(response)![0])).toEqual({
    key: "misdirected_request",
    message: `The host "Sandbox.Test:4010" is not allowed. To allow it, start the sandbox with \`--host sandbox.test\`, or pass \`{ allowedHosts: ["sandbox.test"] }\` to \`listen()\`.`,
    metadata: null,
    status: 421,
  });
});

test("a served sandbox refuses a POST with a large body for another host", async () => {
  const response = await sendLines([
    "POST /api/organization/users HTTP/1.1",
    "Host: evil.example",
    "Content-Length: 100000",
    "Connection: close",
    "",
    "x".repeat(100_000),
  ]);
  expect(statusOf(response)).toBe(421);
});

test("a served sandbox refuses a request without a host", async () => {
  expect(statusOf(await sendLines(["GET / HTTP/1.1", "Connection: close"]))).toBe(400); // from Node
  expect(statusOf(await sendLines(["GET / HTTP/1.0"]))).toBe(421);
});

test.each([
  ["localhost", "http://localhost:4010/", 200],
  ["localhost", "http://evil.example/", 421],
  ["evil.example", "http://localhost/", 421],
  ["localhost", "http://localhost@evil.example/", 421],
  ["localhost", "https://localhost/?a=http://evil.example/", 200],
  ["localhost", "/api/nothing?a=http://evil.example/", 404],
  ["localhost", "//evil.example/", 404],
])(
  "a served sandbox checks the host of a request with a whole URL, too: Host %s, URL %s",
  async (host, url, status) => {
    expect(statusOf(await sendLines([`GET ${url} HTTP/1.1`, `Host: ${host}`, "Connection: close"]))).toBe(status);
  },
);

test.each(["sandbox.test", "SANDBOX.test", "sandbox.test.", "192.0.2.1", "[2001:db8::1]"])(
  "a served sandbox accepts requests for a host in `allowedHosts`: %s",
  async (host) => {
    const other = await serveWith({ allowedHosts: ["Sandbox.TEST", "192.0.2.1", "2001:DB8:0::1"] });
    expect(await statusFor(`${host}:4010`, other)).toBe(200);
    expect(await statusFor(`a.${host}`, other)).toBe(421);
    expect(await statusFor("localhost", other)).toBe(200);
  },
);

test.each<[what: string, incoming: Parameters<HostCheck>[0]]>([
  ["its `hostname`", { host: "acme-laptop:4010", address: "192.0.2.1", target: "/" }],
  ["the IPv4 address at which they arrive", { host: "192.0.2.1:4010", address: "192.0.2.1", target: "/" }],
  ["that address on an IPv6 socket", { host: "192.0.2.1", address: "::ffff:192.0.2.1", target: "/" }],
  ["the IPv6 address at which they arrive", { host: "[2001:db8::1]:4010", address: "2001:db8:0::1", target: "/" }],
])("a served sandbox accepts requests for %s", (_what, incoming) => {
  const checkHost = createHostCheck(["Acme-Laptop"]);
  expect(checkHost(incoming)).toBeUndefined();
  expect(checkHost({ ...incoming, host: "192.0.2.2" })?.status).toBe(421);
});
