import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { call } from "../calls.ts";
import { serveFaults } from "./fault-server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("abort rejects within 50 ms with the reason and closes the socket", () => {
  test.each(["stall before the headers", "stall in the body", "drip", "100 MiB"] as const)(
    "during %s",
    async (fault) => {
      const server = await serveFaults(fault);
      const controller = new AbortController();
      const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url });
      const pending = call(polytomic, "getPartnerUser", { signal: controller.signal });
      await vi.waitFor(() => expect(server.keys).toHaveLength(1));
      await expectPrompt(pending, controller);
      await vi.waitFor(() => expect(server.openSockets.size).toBe(0));
    },
  );

  test("during the connect", async () => {
    const server = await serveFaults("stall before the headers");
    const controller = new AbortController();
    const pending = call(new Polytomic({ apiKey: "a-key", baseUrl: server.url }), "getPartnerUser", controller);
    await expectPrompt(pending, controller);
    await vi.waitFor(() => expect(server.openSockets.size).toBe(0));
  });

  test("during a wait", async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    const server = await serveFaults();
    server.always = 503;
    const controller = new AbortController();
    const waits = vi.fn();
    const polytomic = new Polytomic({
      apiKey: "a-key",
      baseUrl: server.url,
      onEvent: ({ type }) => type === "retry" && waits(),
    });
    const pending = call(polytomic, "getPartnerUser", { signal: controller.signal });
    await vi.waitFor(() => expect(waits).toHaveBeenCalled());
    await expectPrompt(pending, controller);
    expect(server.keys).toHaveLength(1);
  });

  async function expectPrompt(pending: PromiseLike<unknown>, controller: AbortController): Promise<void> {
    const reason = new Error("changed my mind");
    const late = new Promise((resolve) => setTimeout(resolve, 50, "late"));
    controller.abort(reason);
    await expect(Promise.race([pending, late])).rejects.toBe(reason);
  }
});

test("10 000 calls on one signal leave no listener on it", async () => {
  const { signal } = new AbortController();
  let calls = 0;
  const fetch = async (): Promise<Response> =>
    calls++ % 2 ? Response.json({ data: [] }) : new Response("", { status: 503 });
  const polytomic = new Polytomic({ apiKey: "a-key", fetch });
  for (let batch = 0; batch < 100; batch++) {
    await Promise.all(Array.from({ length: 100 }, () => polytomic.users.list({ signal }).result()));
  }
  expect(getEventListeners(signal, "abort")).toEqual([]);
}, 30_000);

test("200 retried 503s with bodies of 1 MiB open 2 sockets at the most", async () => {
  const server = await serveFaults();
  server.always = 503;
  const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url, maxRetries: 199 });
  const { error } = await polytomic.users.list().result();
  expect(error).toMatchObject({ name: "ServerError", attempts: 200 });
  expect(server.keys).toHaveLength(200);
  expect(server.mostSockets).toBeLessThanOrEqual(2);
}, 30_000);

test.each(["close without an answer", "stall before the headers", 404] as const)(
  "a process exits within 200 ms after its call has failed: %s",
  async (fault) => {
    const server = await serveFaults();
    server.always = fault;
    const program = `
      import { Polytomic } from "polytomic-users";
      const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: "${server.url}", timeout: 60000, maxRetries: 0 });
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 200).unref();
      await polytomic.users.list({ signal: controller.signal }).catch(() => {});
      process.stdout.write("failed");
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { cwd: ROOT });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    const late = new Promise((resolve) => setTimeout(resolve, 200, "late"));
    expect(await Promise.race([exited, late])).toEqual([0, null]);
  },
);
