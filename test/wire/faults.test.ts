import { once } from "node:events";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type RequestOptions } from "../../src/index.ts";
import { call } from "../calls.ts";
import type { OperationId } from "../facts.ts";
import { serveFaults, type Fault, type FaultServer } from "./fault-server.ts";

const OPERATIONS = {
  GET: "getPartnerUser",
  PUT: "updatePartnerUser",
  DELETE: "deletePartnerUser",
  POST: "createPartnerUser",
} as const satisfies Record<string, OperationId>;

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0)); // retries without waits
afterEach(() => void vi.restoreAllMocks());

const client = (url: string, timeout = 10_000): Polytomic =>
  new Polytomic({ partnerKey: "p-key", baseUrl: url, timeout });

/** Fault → the error when it never ends, and which methods are tried again. */
const TABLE: [Fault, { error: string; again: "all" | "post" | "others" | "none" }][] = [
  ["reset before the request is read", { error: "ConnectionError", again: "all" }],
  ["reset after the request is read", { error: "ConnectionError", again: "all" }],
  ["close without an answer", { error: "ConnectionError", again: "all" }],
  ["apply, then reset", { error: "ConnectionError", again: "all" }],
  ["apply, then 502", { error: "ServerError", again: "all" }],
  ["stall before the headers", { error: "TimeoutError", again: "all" }],
  ["stall in the body", { error: "TimeoutError", again: "all" }],
  ["truncate the body", { error: "ConnectionError", again: "all" }],
  ["drip", { error: "TimeoutError", again: "all" }],
  ["invalid HTTP", { error: "ConnectionError", again: "all" }],
  [408, { error: "ApiError", again: "all" }],
  [409, { error: "ConflictError", again: "post" }],
  [418, { error: "ApiError", again: "none" }],
  [429, { error: "TooManyRequestsError", again: "all" }],
  [500, { error: "ServerError", again: "others" }],
  [502, { error: "ServerError", again: "all" }],
  [503, { error: "ServerError", again: "all" }],
  [504, { error: "ServerError", again: "all" }],
];

describe.each(TABLE)("%s", (fault, { error, again }) => {
  describe.each(Object.entries(OPERATIONS))("%s", (method, operation) => {
    const timeout = error === "TimeoutError" ? 250 : undefined; // what stalls is waited for
    const retried = again === "all" || again === (method === "POST" ? "post" : "others");

    test.each([
      ["without a signal", (): RequestOptions => ({})],
      ["with a signal", (): RequestOptions => ({ signal: new AbortController().signal })],
    ])(
      retried ? "once is got over, for ever is the error after three attempts, %s" : "is the error at once, %s",
      async (_with, options) => {
        const [forEver, brief] = await Promise.all([serveFaults(), serveFaults(fault)]);
        forEver.always = fault;
        const attempts = retried ? 3 : 1;
        const [failed, result] = await Promise.all([
          call(client(forEver.url, timeout), operation, options()).result(),
          call(client(brief.url, timeout), operation, options()).result(),
        ]);
        expect(failed.error).toMatchObject({ name: error, attempts });
        expectKeys(forEver, method, attempts);
        expect(result).toMatchObject(retried ? { ok: true, attempts: 2 } : { error: { name: error, attempts: 1 } });
        expectKeys(brief, method, retried ? 2 : 1);
        if (method === "POST" && retried) expect([...brief.applied.values()]).toEqual([1]);
      },
    );
  });
});

/** The server saw so many requests, all with the same key where the method has one. */
function expectKeys({ keys }: FaultServer, method: string, requests: number): void {
  expect(keys).toHaveLength(requests);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toEqual(method === "POST" ? expect.any(String) : undefined);
}

test("100 MiB that are not what the spec promises are an UnexpectedResponseError with a short excerpt", async () => {
  const server = await serveFaults("100 MiB");
  const { error } = await call(client(server.url), "getPartnerUser", { timeout: 0 }).result();
  expect(error).toMatchObject({ name: "UnexpectedResponseError", excerpt: "x".repeat(200), attempts: 1 });
});

test("100 MiB that come too slowly for the timeout are given up", async () => {
  const server = await serveFaults("100 MiB");
  const { error } = await call(client(server.url), "getPartnerUser", { timeout: 5, maxRetries: 0 }).result();
  expect(error).toMatchObject({ name: "TimeoutError" });
  await vi.waitFor(() => expect(server.openSockets.size).toBe(0));
});

test("a refused connection is tried again, and its error names code and address", async () => {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const { error } = await call(client(`http://127.0.0.1:${port}`), "createPartnerUser").result();
  expect(error).toMatchObject({
    name: "ConnectionError",
    code: "ECONNREFUSED",
    attempts: 3,
    message: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${port}`),
  });
});

test("a keep-alive connection that the server has closed meanwhile is got over", async () => {
  const server = await serveFaults();
  for (let calls = 0; calls < 5; calls++) {
    expect((await call(client(server.url), "createPartnerUser").result()).ok).toBe(true);
    for (const socket of server.openSockets) socket.destroy();
  }
  expect(server.applied.get("ada.lovelace@acmecorp.com")).toBe(5);
});

test("whatever goes wrong, no POST is applied twice, and no call outlives totalTimeout by more than 100 ms", async () => {
  vi.restoreAllMocks(); // real jitter
  const totalTimeout = 250;
  const faults: Fault[] = TABLE.map(([fault]) => fault);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom(...faults), { maxLength: 5 }), { minLength: 8, maxLength: 8 }),
      async (plans) => {
        await Promise.all(
          plans.map(async (plan) => {
            const server = await serveFaults(...plan);
            const start = performance.now();
            const options = { totalTimeout, timeout: 60, maxRetries: 5 };
            const result = await call(client(server.url), "createPartnerUser", options).result();
            expect(performance.now() - start).toBeLessThan(totalTimeout + 100);
            const applied = server.applied.get("ada.lovelace@acmecorp.com") ?? 0;
            expect(applied).toBeLessThanOrEqual(1);
            if (result.ok) expect(applied).toBe(1);
            expect(new Set(server.keys).size).toBeLessThanOrEqual(1);
          }),
        );
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);
