/**
 * A server in a separate process. It sends prepared responses, so that the benchmarks measure the client.
 *
 *     /…          two users
 *     /many/…     100 000 users
 *     /faulty/…   one user, or a fault for the first request of some calls; `x-call` is the number of the call
 *     /limited/…  the same with a rate limit of 1000 requests per second
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { faultOf, sendFault } from "./faults.ts";
import { users } from "./users.ts";

const [user] = users(1);
const TWO = Buffer.from(JSON.stringify({ data: users(2) }));
const ONE = Buffer.from(JSON.stringify({ data: user }));
const MANY = Buffer.from(JSON.stringify({ data: users(100_000) }));
const begun = new Set<number>();

const LIMIT = 1000;
let [second, requests] = [0, 0];

const server = createServer((request, response) => {
  request.resume();
  const [, first] = request.url!.split("/");
  const call = Number(request.headers["x-call"]);
  if (first === "limited" && exceedsLimit()) {
    return void response.writeHead(429, { "content-type": "application/json", "retry-after": "1" }).end("{}");
  }
  const isFaulty = first === "faulty" || first === "limited";
  const fault = isFaulty && !begun.has(call) ? faultOf(call) : undefined;
  begun.add(call);
  if (fault !== undefined) return sendFault(fault, response);
  const body = isFaulty ? ONE : first === "many" ? MANY : TWO;
  if (first === "many") response.shouldKeepAlive = false; // to parse a list takes longer than a connection stays open
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
});

server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());

function exceedsLimit(): boolean {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) [second, requests] = [now, 0];
  return ++requests > LIMIT;
}
