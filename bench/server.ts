/**
 * A server in a separate process. It sends prepared responses, so that the benchmarks measure the client.
 *
 *     /…          two users
 *     /many/…     100 000 users
 *     /faulty/…   one user, or a fault for the first request of some calls; `x-call` is the number of the call
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

const server = createServer((request, response) => {
  request.resume();
  const [, first] = request.url!.split("/");
  const call = Number(request.headers["x-call"]);
  const fault = first === "faulty" && !begun.has(call) ? faultOf(call) : undefined;
  begun.add(call);
  if (fault !== undefined) return sendFault(fault, response);
  const body = first === "faulty" ? ONE : first === "many" ? MANY : TWO;
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
});

server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
