import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { USER } from "../facts.ts";
import { serveFaults, type Fault } from "./fault-server.ts";

const CALLS = 2000;
const IN_FLIGHT = 64;

/** What every 20th request gets. All of them are retried, so each call must succeed. */
const FAULTS: readonly Fault[] = [408, 429, 502, 503, 504, "reset after the request is read", "truncate the body"];

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0)); // retries without delays
afterEach(() => void vi.restoreAllMocks());

test("2000 calls with 64 in flight and 5 % faults all succeed, and leave no timer, listener or socket", async () => {
  const server = await serveFaults();
  const requests = CALLS + Math.floor(CALLS / 19); // a retry can have a fault, too
  for (let request = 1; request <= requests; request++) {
    server.plan.push(request % 20 ? 200 : FAULTS[(request / 20) % FAULTS.length]!);
  }
  const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url, maxRetries: 5 });
  const { signal } = new AbortController();
  const timers = countTimers();
  let attempts = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < CALLS) {
      const email = `user-${next++}@acmecorp.com`;
      const call = next % 3 ? polytomic.users.get(USER, { signal }) : polytomic.users.create({ email }, { signal });
      const response = await call.withResponse();
      attempts += response.attempts;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  expect(attempts).toBe(requests);
  expect(server.keys).toHaveLength(requests);
  expect([...server.applied.values()].filter((times) => times !== 1)).toEqual([]);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  expect(countTimers()).toBeLessThanOrEqual(timers);
  expect(server.mostSockets).toBeLessThanOrEqual(IN_FLIGHT + requests / 20);
  expect(server.openSockets.size).toBeLessThanOrEqual(IN_FLIGHT);
});

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}
