import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { serveFaults, type Fault } from "./fault-server.ts";

const CALLS = 500;
const IN_FLIGHT = 64;

/** What every 20th request gets. All of them are retried, so each call must succeed. */
const FAULTS: readonly Fault[] = [408, 429, 502, 503, 504, "reset after the request is read", "truncate the body"];

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0)); // retries without delays
afterEach(() => void vi.restoreAllMocks());

test("500 creates with 64 in flight and 5 % faults are each applied once, and leave no timer or listener", async () => {
  const server = await serveFaults();
  const requests = CALLS + Math.floor(CALLS / 19); // a retry can have a fault, too
  for (let request = 1; request <= requests; request++) {
    server.plan.push(request % 20 ? undefined : FAULTS[(request / 20) % FAULTS.length]);
  }
  const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url, maxRetries: 5 });
  const { signal } = new AbortController();
  const timers = countTimers();
  let attempts = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < CALLS) {
      const email = `user-${next++}@acmecorp.com`;
      const response = await polytomic.users.create({ email }, { signal }).withResponse();
      attempts += response.attempts;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  expect(attempts).toBe(requests);
  expect(server.keys).toHaveLength(requests);
  expect(server.applied.size).toBe(CALLS);
  expect([...server.applied.values()].filter((times) => times !== 1)).toEqual([]);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  expect(countTimers()).toBeLessThanOrEqual(timers);
  expect(server.mostSockets).toBeLessThan(2 * IN_FLIGHT); // a fault closes one, and another is opened
});

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}
