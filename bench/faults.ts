/** Which calls meet a fault, and how each has to end: the first request of every 20th call, each fault in turn. */
import type { ServerResponse } from "node:http";
import { RETRIED } from "../src/http/retry.ts";

export const CALLS = 20_000;
const EVERY = 20;

type Fault = number | "reset" | "truncated";

const FAULTS: readonly Fault[] = [400, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504, "reset", "truncated"];

/** Every third call is a POST. */
export const isPost = (call: number): boolean => call % 3 === 0;

export function faultOf(call: number): Fault | undefined {
  return call % EVERY === 0 ? FAULTS[(call / EVERY) % FAULTS.length] : undefined;
}

/** The status of the error that a call has to end with, or `undefined` where it has to go well; after so many attempts. */
export function outcome(call: number): { status: number | undefined; attempts: number } {
  const fault = faultOf(call);
  if (fault === undefined) return { status: undefined, attempts: 1 };
  const met = typeof fault === "number" ? fault : "no answer";
  const isRetried = RETRIED[isPost(call) ? "post" : "idempotent"].includes(met);
  return isRetried ? { status: undefined, attempts: 2 } : { status: fault as number, attempts: 1 };
}

export function sendFault(fault: Fault, response: ServerResponse): void {
  if (fault === "reset") response.destroy();
  else if (fault === "truncated") {
    response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
    response.write('{"data":', () => response.destroy());
  } else {
    response.writeHead(fault, { "content-type": "application/json" }).end(JSON.stringify({ status: fault }));
  }
}
