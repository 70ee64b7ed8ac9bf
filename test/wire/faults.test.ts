import { once } from "node:events";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type RequestOptions } from "../../src/index.ts";
import { callOperation, type OperationId } from "../facts.ts";
import { serveFaults, socketsClosed, type Fault, type FaultServer } from "./fault-server.ts";

/** One operation for each method. */
const OPERATIONS = {
  GET: "getPartnerUser",
  PUT: "updatePartnerUser",
  DELETE: "deletePartnerUser",
  POST: "createPartnerUser",
} as const satisfies Record<string, OperationId>;

type Method = keyof typeof OPERATIONS;

// The sockets are real, and the clock is fake: no test depends on the speed of the machine.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const TIMEOUT = 1000;

/** Makes a call. Time passes only while the call waits for a stalled response, or for a retry. */
function call(server: FaultServer, method: Method, options: RequestOptions = {}) {
  const { timeout = TIMEOUT, totalTimeout = Infinity } = options;
  const deadline = performance.now() + totalTimeout;
  const pass = (ms: number): void =>
    void setImmediate(() => vi.advanceTimersByTime(Math.min(ms, deadline - performance.now())));
  const polytomic = new Polytomic({
    partnerKey: "p-key",
    baseUrl: server.url,
    timeout: TIMEOUT,
    onEvent: (event) => event.type === "retry" && pass(Math.ceil(event.delay)),
    fetch: (url, init) => {
      const response = fetch(url, init);
      server.onStall = (where) => {
        if (init.signal?.aborted) return;
        if (where === "before the headers") pass(timeout);
        else void response.then(() => pass(where === "in a drip" ? timeout / 4 : timeout)).catch(() => {});
      };
      return response;
    },
  });
  return callOperation(OPERATIONS[method], polytomic, options).result();
}

/** Fault → the error of a call that always gets it, and which methods are retried. */
const TABLE: [Fault, { error: string; retried: "all" | "all but POST" | "none" }][] = [
  ["reset before the request is read", { error: "ConnectionError", retried: "all" }],
  ["reset after the request is read", { error: "ConnectionError", retried: "all" }],
  ["close without a response", { error: "ConnectionError", retried: "all" }],
  ["apply, then reset", { error: "ConnectionError", retried: "all" }],
  ["apply, then 502", { error: "ServerError", retried: "all" }],
  ["stall before the headers", { error: "TimeoutError", retried: "all" }],
  ["stall in the body", { error: "TimeoutError", retried: "all" }],
  ["truncate the body", { error: "ConnectionError", retried: "all" }],
  ["drip", { error: "TimeoutError", retried: "all" }],
  ["invalid HTTP", { error: "ConnectionError", retried: "all" }],
  [408, { error: "ApiError", retried: "all" }],
  [409, { error: "ConflictError", retried: "none" }],
  [418, { error: "ApiError", retried: "none" }],
  [429, { error: "TooManyRequestsError", retried: "all" }],
  [500, { error: "ServerError", retried: "all but POST" }],
  [502, { error: "ServerError", retried: "all" }],
  [503, { error: "ServerError", retried: "all" }],
  [501, { error: "ServerError", retried: "none" }],
  [504, { error: "ServerError", retried: "all" }],
  [520, { error: "ServerError", retried: "all" }],
];

const CASES = TABLE.flatMap(([fault, { error, retried }]) =>
  (Object.keys(OPERATIONS) as Method[]).flatMap((method) =>
    [false, true].map((withSignal) => {
      const isRetried = retried === "all" || (retried === "all but POST" && method !== "POST");
      return { fault, method, error, isRetried, withSignal, signal: withSignal ? "with" : "without" };
    }),
  ),
);

describe("faults", () => {
  test.each(CASES.filter(({ isRetried }) => isRetried))(
    "a $method $signal a signal survives one fault and fails after three: $fault",
    async ({ fault, method, error, withSignal }) => {
      const options = withSignal ? { signal: new AbortController().signal } : {};
      const permanent = await serveFaults();
      permanent.always = fault;
      expect((await call(permanent, method, options)).error).toMatchObject({ name: error, attempts: 3 });
      expectKeys(permanent, method, 3);

      const temporary = await serveFaults(fault);
      expect(await call(temporary, method, options)).toMatchObject({ ok: true, attempts: 2 });
      expectKeys(temporary, method, 2);
      if (method === "POST") expect([...temporary.applied.values()]).toEqual([1]);
    },
  );

  test.each(CASES.filter(({ isRetried }) => !isRetried))(
    "a $method $signal a signal is not retried after a $fault",
    async ({ fault, method, error, withSignal }) => {
      const server = await serveFaults(fault);
      const options = withSignal ? { signal: new AbortController().signal } : {};
      expect((await call(server, method, options)).error).toMatchObject({ name: error, attempts: 1 });
      expectKeys(server, method, 1);
    },
  );
});

/** Expects this number of requests, which share an idempotency key if they are POSTs. */
function expectKeys({ keys }: FaultServer, method: Method, requests: number): void {
  expect(keys).toHaveLength(requests);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toEqual(method === "POST" ? expect.any(String) : undefined);
}

test("10 MiB that do not match the spec are an UnexpectedResponseError with a short excerpt", async () => {
  const server = await serveFaults("10 MiB");
  const { error } = await call(server, "GET", { timeout: 0, maxResponseBytes: 20_000_000 });
  expect(error).toMatchObject({ name: "UnexpectedResponseError", excerpt: "x".repeat(200), attempts: 1 });
});

test("10 MiB that do not arrive within `timeout` are abandoned, and the socket is closed", async () => {
  const server = await serveFaults("10 MiB");
  const { error } = await call(server, "GET", { maxRetries: 0 });
  expect(error).toMatchObject({ name: "TimeoutError" });
  await socketsClosed(server);
});

test("a refused connection is retried, and the error names the code and the address", async () => {
  const tcp = createTcpServer().listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as AddressInfo;
  tcp.close();
  await once(tcp, "close");
  const server = { ...(await serveFaults()), url: `http://127.0.0.1:${port}` };
  const { error } = await call(server, "POST");
  expect(error).toMatchObject({
    name: "ConnectionError",
    code: "ECONNREFUSED",
    attempts: 3,
    message: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${port}`),
  });
});

test("a keep-alive connection that the server closed does not fail the next call", async () => {
  const server = await serveFaults();
  for (let calls = 0; calls < 5; calls++) {
    expect((await call(server, "POST")).ok).toBe(true);
    for (const socket of server.openSockets) socket.destroy();
  }
  expect(server.applied.get("ada.lovelace@acmecorp.com")).toBe(5);
});

test("whatever fails, a POST is applied at most once, and no call outlives `totalTimeout`", async () => {
  const limits = { totalTimeout: 2500, timeout: 600, maxRetries: 5 };
  const faults = TABLE.map(([fault]) => fault);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...faults), { maxLength: 5 }), async (plan) => {
      const server = await serveFaults(...plan);
      const start = performance.now();
      const result = await call(server, "POST", limits);
      expect(performance.now() - start).toBeLessThanOrEqual(limits.totalTimeout);
      const applied = server.applied.get("ada.lovelace@acmecorp.com") ?? 0;
      expect(applied).toBeLessThanOrEqual(1);
      if (result.ok) expect(applied).toBe(1);
      expect(new Set(server.keys).size).toBeLessThanOrEqual(1);
    }),
    { numRuns: 96 },
  );
});
