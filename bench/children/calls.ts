/** Makes calls with one client. Prints the CPU time and the wall time per call, in microseconds. */
import { clients, fromMemory, timed } from "../clients.ts";

const [name = "", baseUrl = "", inFlight = ""] = process.argv.slice(2);
const isInMemory = baseUrl === "memory";
const list = isInMemory
  ? clients(() => ({}))[name]!("https://app.polytomic.com", fromMemory())
  : clients(timed)[name]!(baseUrl);
const calls = isInMemory ? 20_000 : 4_000;

await make(calls); // warms up
const [cpu, start] = [process.cpuUsage(), performance.now()];
await make(calls);
const wall = (performance.now() - start) * 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ cpu: (user + system) / calls, wall: wall / calls }));
process.exit();

async function make(count: number): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await list();
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, worker));
}
