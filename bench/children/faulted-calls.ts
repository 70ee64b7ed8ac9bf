/** Makes 20 000 calls, 64 in flight and 5 % with a fault. Prints unexpected outcomes and the heap size per quarter, in MB. */
import { Polytomic } from "../../dist/index.js";
import { CALLS, isPost, outcome } from "../faults.ts";
import { KEY } from "../clients.ts";
import { ORGANIZATION } from "../users.ts";

const [baseUrl = ""] = process.argv.slice(2);
const { users } = new Polytomic({ partnerKey: KEY, baseUrl: `${baseUrl}/faulty` }).organization(ORGANIZATION);
const wrong: string[] = [];
const heap: number[] = [];
const start = performance.now();
let next = 0;
await Promise.all(Array.from({ length: 64 }, worker));
const quarter = (index: number): number => {
  const part = heap.slice((index * heap.length) / 4, ((index + 1) * heap.length) / 4);
  return part.reduce((sum, bytes) => sum + bytes, 0) / part.length / 1e6;
};
console.log(JSON.stringify({ wrong, seconds: (performance.now() - start) / 1000, heap: [0, 1, 2, 3].map(quarter) }));
process.exit();

async function worker(): Promise<void> {
  while (next < CALLS) {
    const call = next++;
    const options = { headers: { "x-call": String(call) } };
    const id = "a3f1c2d4-5b6e-4f89-8123-000000000000";
    const pending = isPost(call) ? users.create({ email: "ada@acmecorp.com" }, options) : users.get(id, options);
    const result = await pending.result();
    const { status, attempts } = outcome(call);
    const ended = result.ok
      ? { status: undefined, attempts: result.attempts }
      : {
          status: (result.error as { status?: number }).status,
          attempts: (result.error as { attempts?: number }).attempts,
        };
    if (ended.status !== status || ended.attempts !== attempts) wrong.push(`${call}: ${JSON.stringify(ended)}`);
    if (call % 200 === 199) {
      globalThis.gc!();
      heap.push(process.memoryUsage().heapUsed);
    }
  }
}
