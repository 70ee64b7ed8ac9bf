import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic, type PolytomicOptions } from "../../src/index.ts";
import { serveFaults, socketsClosed, type FaultServer } from "./fault-server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0)); // retries without delays
afterEach(() => void vi.restoreAllMocks());

describe("abort", () => {
  /** Starts a call, aborts it once `ready` resolves, and expects that it rejects before the event loop turns. */
  async function expectPromptAbort(
    server: FaultServer,
    ready: () => Promise<unknown>,
    onEvent?: PolytomicOptions["onEvent"],
  ): Promise<void> {
    const controller = new AbortController();
    const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url, onEvent });
    const call = polytomic.users.list({ signal: controller.signal });
    await ready();
    const reason = new Error("changed my mind");
    controller.abort(reason);
    const nextTurn = new Promise((resolve) => setImmediate(resolve, "rejected too late"));
    await expect(Promise.race([call, nextTurn])).rejects.toBe(reason);
  }

  test.each(["stall before the headers", "stall in the body", "drip", "10 MiB"] as const)(
    "an abort rejects the call at once and closes the socket: %s",
    async (fault) => {
      const server = await serveFaults(fault);
      const stalled = new Promise((resolve) => (server.onStall = resolve));
      await expectPromptAbort(server, () => stalled);
      await socketsClosed(server);
    },
  );

  test("an abort while the client connects rejects the call at once and closes the socket", async () => {
    const server = await serveFaults("stall before the headers");
    await expectPromptAbort(server, async () => {});
    await socketsClosed(server);
  });

  test("an abort during the delay before a retry rejects the call at once, and nothing more is sent", async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    const server = await serveFaults(503);
    let reportRetry = (): void => {};
    const retry = new Promise<void>((resolve) => (reportRetry = resolve));
    await expectPromptAbort(
      server,
      () => retry,
      ({ type }) => type === "retry" && reportRetry(),
    );
    expect(server.keys).toHaveLength(1);
  });
});

test("1 000 calls with one signal leave no listener on it", async () => {
  const { signal } = new AbortController();
  let requests = 0;
  const fetch = async (): Promise<Response> =>
    requests++ % 10 ? Response.json({ data: [] }) : new Response("", { status: 503 });
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  await Promise.all(Array.from({ length: 1000 }, () => polytomic.users.list({ signal }).result()));
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("50 attempts whose responses have a body of 1 MiB open at most 2 sockets", async () => {
  const server = await serveFaults();
  server.always = "503 with 1 MiB";
  const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url, maxRetries: 49 });
  const { error } = await polytomic.users.list().result();
  expect(error).toMatchObject({ name: "ServerError", attempts: 50 });
  expect(server.keys).toHaveLength(50);
  expect(server.mostSockets).toBeLessThanOrEqual(2);
});

test.each(["close without a response", "stall before the headers", 404] as const)(
  "a failed call leaves no timer, and nothing keeps the process alive: %s",
  async (fault) => {
    const server = await serveFaults();
    server.always = fault;
    // A timer that is left would keep the process alive for an hour.
    const program = `
      import { Polytomic } from "polytomic-users";
      const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: "${server.url}", timeout: 3_600_000, maxRetries: 0 });
      const controller = new AbortController();
      process.stdin.once("data", () => controller.abort());
      await polytomic.users.list({ signal: controller.signal }).catch(() => {});
      process.stdin.destroy();
      console.log(process.getActiveResourcesInfo().filter((resource) => resource === "Timeout"));
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { cwd: ROOT, timeout: 30_000 });
    server.onStall = () => child.stdin.write("abort\n");
    const [[code], output] = await Promise.all([once(child, "exit"), text(child.stdout)]);
    expect({ code, output }).toEqual({ code: 0, output: "[]\n" });
  },
);
