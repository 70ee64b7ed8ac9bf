import { OPERATIONS } from "../../generated/contract.ts";
import type { Call, OperationId } from "./call.ts";
import { findOrganization, identifyCaller, type Caller } from "./caller.ts";
import { delay } from "./delay.ts";
import { isInFront, type Faults, type StoredFault } from "./faults.ts";
import type { Idempotency } from "./idempotency.ts";
import { Problem } from "./problem.ts";
import type { RateLimiter } from "./rate-limit.ts";
import { readBody } from "./request-body.ts";
import { handlers } from "./resources/index.ts";
import type { Handler } from "./resources/resource.ts";
import type { State } from "./state.ts";
import {
  failure,
  LostConnection,
  success,
  toResponse,
  toTruncatedResponse,
  type StoredResponse,
} from "./stored-response.ts";

/** Responds to one request, stage by stage. Rejects if a fault drops the connection, or if the caller aborts. */
export async function respond(api: Api, call: Call): Promise<Response> {
  let fault: StoredFault | undefined;
  const response = await catchProblems(call, async () => {
    api.rateLimiter.count();
    fault = api.faults.take(call.operation);
    if (fault && isInFront(fault)) return respondInFront(call, fault);
    const caller = identifyCaller(api.state, call);
    return api.idempotency.once(call, caller, () => run(api, call, caller, fault));
  });
  if (fault?.drop) throw new LostConnection();
  return fault?.truncate === undefined ? toResponse(response) : toTruncatedResponse(response, fault.truncate);
}

/** The parts of a sandbox that a request passes through. */
export interface Api {
  readonly state: State;
  readonly idempotency: Idempotency;
  readonly faults: Faults;
  readonly rateLimiter: RateLimiter;
  /** How long each response takes, in milliseconds. */
  readonly latency: number;
  /** The API version of the response to a request without one. */
  readonly defaultVersion: string;
}

/** Turns an error of the API into a response. */
async function catchProblems({ version }: Call, work: () => Promise<StoredResponse>): Promise<StoredResponse> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) return failure(version, error);
    throw error;
  }
}

/** A fault of something in front of the API, such as a gateway. */
async function respondInFront(call: Call, fault: StoredFault): Promise<StoredResponse> {
  await call.latency;
  await delay(fault.delay ?? 0, call.signal);
  const { status, body, drop } = fault;
  if (drop) throw new LostConnection();
  if (body === undefined) throw injectedProblem(status!, fault);
  const headers = {
    ...retryAfterHeader(fault),
    "content-type": fault.contentType!,
    "x-polytomic-version": call.version,
  };
  return { status: status ?? 200, headers, body };
}

function injectedProblem(status: number, fault: StoredFault): Problem {
  return new Problem(status, "This failure was requested with `sandbox.fail()`.", {
    retryAfter: retryAfterHeader(fault)["retry-after"],
  });
}

function retryAfterHeader({ retryAfter }: StoredFault): { "retry-after"?: string } {
  return retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
}

/** Runs the operation. Its response, error or success, is what an idempotency key replays. */
function run({ state }: Api, call: Call, caller: Caller, fault: StoredFault | undefined): Promise<StoredResponse> {
  return catchProblems(call, async () => {
    await call.latency;
    await delay(fault?.delay ?? 0, call.signal);
    if (fault?.status !== undefined) throw injectedProblem(fault.status, fault);
    const handler = handlers[call.operation] as Handler<OperationId>; // the route has the operation's path parameters
    const organization = findOrganization(state, caller, call);
    if (!hasBody(call.operation) && call.body !== "") throw new Problem(400, "This operation takes no body.");
    const { pathParameters: path, body } = call;
    const query = readQuery(call);
    return success(call.version, handler({ state, organization, path, query, readBody: () => readBody(body) }));
  });
}

const hasBody = (id: OperationId): boolean => "body" in OPERATIONS[id];

/** Reads the query parameters of the operation, and ignores others. Throws a 400 if one is repeated. */
function readQuery({ operation, query }: Call): Record<string, string> {
  const { query: names = [] } = OPERATIONS[operation] as { readonly query?: readonly string[] };
  const found: Record<string, string> = {};
  for (const name of names) {
    const [value, ...more] = query[name] ?? [];
    if (more.length > 0) throw new Problem(400, `\`${name}\` must be sent once.`, { metadata: { field: name } });
    if (value !== undefined) found[name] = value;
  }
  return found;
}
