import { identify, reach, type Caller } from "./access.ts";
import { failure, LostConnection, success, toResponse, toTruncatedResponse, type Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { isInFront, type Faults, type WrittenFault } from "./faults.ts";
import { hold } from "./hold.ts";
import type { Idempotency } from "./idempotency.ts";
import { operations } from "./operations.ts";
import { Problem } from "./problem.ts";
import type { RateLimiter } from "./rate-limit.ts";
import type { State } from "./state.ts";

/** What answers a request. */
export interface Api {
  readonly state: State;
  readonly idempotency: Idempotency;
  readonly faults: Faults;
  readonly rateLimiter: RateLimiter;
  /** How long the API takes for each request, in milliseconds. */
  readonly latency: number;
}

/** One request from arrival to answer; rejects when the connection is dropped or the caller gives up. */
export async function respond(api: Api, call: Call): Promise<Response> {
  let fault: WrittenFault | undefined;
  const answer = await answerProblems(call, async () => {
    api.rateLimiter.count();
    fault = api.faults.take(call.operation);
    if (fault && isInFront(fault)) return answerInFront(call, fault);
    const caller = identify(api.state, call);
    return api.idempotency.once(call, caller, () => act(api, call, caller, fault));
  });
  if (fault?.drop) throw new LostConnection();
  return fault?.truncate === undefined ? toResponse(answer) : toTruncatedResponse(answer, fault.truncate);
}

/** The work of the API, once for each idempotency key. */
function act({ state }: Api, call: Call, caller: Caller, fault: WrittenFault | undefined): Promise<Answer> {
  return answerProblems(call, async () => {
    await call.latency;
    await hold(fault?.delay ?? 0, call.signal);
    if (fault?.status !== undefined) throw injected(fault.status, fault);
    return success(call.version, operations[call.operation](state, reach(state, caller, call), call));
  });
}

/** A fault of something that stands in front of the API. */
async function answerInFront(call: Call, fault: WrittenFault): Promise<Answer> {
  await call.latency;
  await hold(fault.delay ?? 0, call.signal);
  const { status, body, drop } = fault;
  if (drop) throw new LostConnection();
  if (body === undefined) throw injected(status!, fault);
  const headers = {
    ...retryAfterHeader(fault),
    "content-type": fault.contentType!,
    "x-polytomic-version": call.version,
  };
  return { status: status ?? 200, headers, body };
}

function injected(status: number, fault: WrittenFault): Problem {
  return new Problem(status, "This failure was asked for with `sandbox.fail()`.", {
    retryAfter: retryAfterHeader(fault)["retry-after"],
  });
}

function retryAfterHeader({ retryAfter }: WrittenFault): { "retry-after"?: string } {
  return retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
}

/** A problem that is found on the way is an answer too. */
async function answerProblems({ version }: Call, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) return failure(version, error);
    throw error;
  }
}
