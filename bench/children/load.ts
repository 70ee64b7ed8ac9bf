/**
 * Makes 20 000 calls, 64 in flight and 5 % with a fault, against a rate limit. Prints unexpected outcomes, the heap size
 * per quarter in MB, and what is left six seconds after the last call, when idle connections have been closed.
 *
 *     node --expose-gc bench/children/load.ts              with the rate limit
 *     node --expose-gc bench/children/load.ts unlimited    without it
 */
import { fork } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Polytomic } from "../../dist/index.js";
import { KEY } from "../clients.ts";
import { CALLS, isPost, outcome } from "../faults.ts";
import { ORGANIZATION } from "../users.ts";

const isLimited = process.argv[2] !== "unlimited";
const server = fork(fileURLToPath(new URL("../server.ts", import.meta.url)));
const [port] = (await once(server, "message")) as [number];
const baseUrl = `http://127.0.0.1:${port}/${isLimited ? "limited" : "faulty"}`;
const { users } = new Polytomic({ partnerKey: KEY, baseUrl }).organization(ORGANIZATION);
const { signal } = new AbortController();
const wrong: string[] = [];
const heap: number[] = [];
const start = performance.now();
let next = 0;
await Promise.all(Array.from({ length: 64 }, worker));
const seconds = (performance.now() - start) / 1000;
await wait(6000);
const resources = process.getActiveResourcesInfo();
const left = {
  timers: resources.filter((resource) => resource === "Timeout").length,
  sockets: resources.filter((resource) => resource === "TCPSocketWrap").length,
  listeners: getEventListeners(signal, "abort").length,
};
console.log(JSON.stringify({ wrong, seconds, heap: [0, 1, 2, 3].map(heapOfQuarter), left }));
server.disconnect();

async function worker(): Promise<void> {
  while (next < CALLS) {
    const call = next++;
    const options = { headers: { "x-call": String(call) }, signal };
    const id = "a3f1c2d4-5b6e-4f89-8123-000000000000";
    const pending = isPost(call) ? users.create({ email: "ada@acmecorp.com" }, options) : users.get(id, options);
    const result = await pending.result();
    const { attempts = 0, status } = result.ok ? { ...result, status: undefined } : (result.error as Ended);
    const expected = outcome(call);
    const isExpected = isLimited ? attempts >= expected.attempts : attempts === expected.attempts;
    if (status !== expected.status || !isExpected) wrong.push(`call ${call}: status ${status}, attempts ${attempts}`);
    if (call % 200 === 199) {
      globalThis.gc!();
      heap.push(process.memoryUsage().heapUsed);
    }
  }
}

interface Ended {
  readonly status?: number;
  readonly attempts?: number;
}

function heapOfQuarter(index: number): number {
  const part = heap.slice((index * heap.length) / 4, ((index + 1) * heap.length) / 4);
  return part.reduce((sum, bytes) => sum + bytes, 0) / part.length / 1e6;
}
