/** Lists 100 000 users with one client, five times. Prints the time in milliseconds and the growth of memory in MB. */
import { clients, timed } from "../clients.ts";

const [name = "", baseUrl = ""] = process.argv.slice(2);
const list = clients(timed)[name]!(`${baseUrl}/many`);
await fetch(baseUrl).then((response) => response.text());
const before = process.memoryUsage().rss;
const times: number[] = [];
for (let run = 0; run < 5; run++) {
  const start = performance.now();
  const users = (await list()) as unknown[];
  times.push(performance.now() - start);
  if (users.length !== 100_000) throw new Error(`${name} listed ${users.length} users`);
}
const peak = process.resourceUsage().maxRSS * 1024 - before;
console.log(JSON.stringify({ time: times.toSorted((a, b) => a - b)[2], memory: peak / 1e6 }));
process.exit();
