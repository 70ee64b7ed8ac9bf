/** Faults for the first request of every 20th call, and the outcome that each call must have. */
import type { ServerResponse } from "node:http";

export const CALLS = 20_000;
const EVERY = 20;

type Fault = number | "reset" | "truncated";

const FAULTS: readonly Fault[] = [400, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504, "reset", "truncated"];

/** The faults after which a call must be retried. This repeats the retry table on purpose, as the expected result. */
const RETRIED: Readonly<Record<"post" | "others", readonly Fault[]>> = {
  post: [408, 429, 502, 503, 504, "reset", "truncated"],
  others: [408, 429, 500, 502, 503, 504, "reset", "truncated"],
};

/** Every third call is a POST. */
export const isPost = (call: number): boolean => call % 3 === 0;

export function faultOf(call: number): Fault | undefined {
  return call % EVERY === 0 ? FAULTS[(call / EVERY) % FAULTS.length] : undefined;
}

/** The expected status of a failed call, or `undefined` for success, and the expected number of attempts. */
export function outcome(call: number): { status: number | undefined; attempts: number } {
  const fault = faultOf(call);
  if (fault === undefined) return { status: undefined, attempts: 1 };
  return RETRIED[isPost(call) ? "post" : "others"].includes(fault)
    ? { status: undefined, attempts: 2 }
    : { status: fault as number, attempts: 1 };
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
