import { connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../src/testing/index.ts";
import { listen, type ListenOptions, type ServedSandbox } from "../../src/testing/node.ts";
import { send, VERSION, type RequestParts, type ParsedResponse } from "./send.ts";

const sandbox = createSandbox();
let served: ServedSandbox;

beforeEach(async () => {
  sandbox.reset();
  served = await listen(sandbox);
});
afterEach(() => served.close());

/** Asks over HTTP. */
function askServed(request: string, asked?: RequestParts): Promise<ParsedResponse> {
  const overHttp = {
    organizationId: sandbox.organizationId,
    partnerKey: sandbox.partnerKey,
    fetch: (url: string | URL | Request, init?: RequestInit) =>
      fetch((url as string).replace("https://app.polytomic.com", served.url), init),
  };
  return send(overHttp, request, asked);
}

/** Asks over a bare socket, and gives every byte until the connection ends. */
function askBare(path: string, method = "GET"): Promise<string> {
  const { hostname, port } = new URL(served.url);
  const head = `${method} ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${sandbox.apiKey}\r\nX-Polytomic-Version: ${VERSION}\r\n\r\n`;
  return new Promise((resolve) => {
    let bytes = "";
    const socket = connect(Number(port), hostname, () => socket.write(head));
    socket.on("data", (chunk) => (bytes += String(chunk)));
    socket.on("error", () => undefined); // a reset is an end, too
    socket.on("close", () => resolve(bytes));
  });
}

describe("a served sandbox", () => {
  test("answers over HTTP as it does in memory", async () => {
    const { status, headers, body } = await askServed("GET /users");
    expect([status, headers.get("x-polytomic-version")]).toEqual([200, VERSION]);
    expect(body).toEqual((await send(sandbox, "GET /users")).body);
  });

  test("takes bodies, keys and ids", async () => {
    const made = await askServed("POST /users", { body: { email: "ada@acmecorp.com" }, idempotencyKey: "12345678" });
    const { id } = made.body["data"] as { id: string };
    expect((await askServed(`DELETE /users/${id}`)).body).toEqual(made.body);
    expect((await askServed(`POST /users`, { body: { email: "ada" } })).status).toBe(422);
  });

  test("listens on this machine only, on a port of its own", () => {
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  test("can be told another address", async () => {
    const elsewhere = await listen(sandbox, { hostname: "localhost" });
    expect((await fetch(`${elsewhere.url}/api/organization/users`)).status).toBe(401);
    await elsewhere.close();
  });

  test("drops the connection without a byte", async () => {
    sandbox.fail({ drop: true });
    expect(await askBare("/api/organization/users")).toBe("");
  });

  test("drops the connection after the API has done what was asked", async () => {
    sandbox.fail({ drop: "answer" });
    const create = { body: { email: "ada@acmecorp.com" }, idempotencyKey: "12345678" };
    await expect(askServed("POST /users", create)).rejects.toThrow("fetch failed");
    expect((await askServed("POST /users", create)).status).toBe(200);
  });

  test("breaks an answer off half-way, under the length of all of it", async () => {
    const whole = JSON.stringify((await send(sandbox, "GET /users")).body);
    sandbox.fail({ truncate: true });
    const [head = "", arrived] = (await askBare("/api/organization/users")).split("\r\n\r\n");
    expect(head).toContain("HTTP/1.1 200 OK");
    expect(head.toLowerCase()).toContain(`content-length: ${whole.length}`);
    expect(arrived).toBe(whole.slice(0, Math.floor(whole.length / 2)));
  });

  test("breaks an answer off before its first byte", async () => {
    sandbox.fail({ truncate: 0 });
    const [head = "", arrived] = (await askBare("/api/organization/users")).split("\r\n\r\n");
    expect([head.split("\r\n")[0], arrived]).toEqual(["HTTP/1.1 200 OK", ""]);
  });

  test("answers 400 to a method that no fetch could send", async () => {
    const told = askBare("/api/organization/users", "TRACE");
    setTimeout(() => void served.close(), 100);
    expect(await told).toContain("HTTP/1.1 400");
  });

  test("lets go of a request whose caller hangs up", async () => {
    sandbox.fail({ delay: 60_000, operation: "createPartnerUser" });
    const create = { body: { email: "ada@acmecorp.com" }, idempotencyKey: "12345678" };
    await expect(askServed("POST /users", { ...create, signal: AbortSignal.timeout(50) })).rejects.toThrow();
    await vi.waitFor(async () => expect((await askServed("POST /users", create)).status).toBe(200));
  });
});

describe("close()", () => {
  test("ends connections and what is held by a delay", async () => {
    sandbox.fail({ delay: 60_000 });
    const held = askServed("GET /users");
    held.catch(() => undefined);
    await vi.waitUntil(() => sandbox.requests.length === 1);
    const other = served;
    served = await listen(sandbox);
    await other.close();
    await expect(held).rejects.toThrow("fetch failed");
  });

  test("can be called again", async () => {
    const own = await listen(sandbox);
    await Promise.all([own.close(), own.close()]);
    await own.close();
  });

  test("leaves no timer behind", async () => {
    const own = await listen(sandbox);
    sandbox.fail({ delay: 60_000 });
    const before = timers();
    const held = fetch(`${own.url}/api/organization/users`, { headers: { authorization: `Bearer ${sandbox.apiKey}` } });
    held.catch(() => undefined);
    await vi.waitUntil(() => sandbox.requests.length === 1);
    await vi.waitUntil(() => timers() > before);
    await own.close();
    await vi.waitUntil(() => timers() <= before);
  });
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

test.each(["", null, 5])("%j is no address to listen on: every address of the machine is one", async (hostname) => {
  await expect(listen(sandbox, { hostname } as ListenOptions)).rejects.toThrow("`hostname` must be an address");
});

test("nothing is served but a sandbox", async () => {
  await expect(listen(undefined as unknown as Sandbox)).rejects.toThrow("listen() takes a sandbox; got undefined.");
});

test("a port that is taken rejects with the system's error", async () => {
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
  });
  await expect(listen(sandbox, { port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await new Promise((closed) => taken.close(closed));
});

test.each<[unknown, string]>([
  [{ port: 65_536 }, "`port` must be a whole number from 0 to 65535; got 65536."],
  [{ host: "::1" }, "listen() has no `host`. It has: port, hostname."],
])("an option that makes no sense is one clear error: %j", async (options, message) => {
  await expect(listen(sandbox, options as ListenOptions)).rejects.toThrow(message);
});
