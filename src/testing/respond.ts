import { API_VERSION, OPERATIONS } from "../../generated/contract.ts";
import type { Call, IncomingRequest, OperationId } from "./call.ts";
import { authorize, identifyCaller, type Caller } from "./caller.ts";
import { delay } from "./delay.ts";
import { injectedResponse, isInFront, type Faults, type Fault } from "./faults.ts";
import { HttpError } from "./http-error.ts";
import type { Idempotency } from "./idempotency.ts";
import type { RateLimiter } from "./rate-limit.ts";
import { parseBody } from "./request-body.ts";
import type { RequestLog } from "./request-log.ts";
import { handlers } from "./resources/index.ts";
import type { Handler } from "./resources/resource.ts";
import { findRoute, listRoutes, routeNotFound, type MatchedRoute } from "./routes.ts";
import type { OrganizationRecord, State } from "./state.ts";
import { failure, LostConnection, success, toResponse, type StoredResponse } from "./stored-response.ts";
import { chooseVersion, hasRoute } from "./versions.ts";

/** The parts of a sandbox that a request passes through. */
export interface Api {
  readonly log: RequestLog;
  readonly state: State;
  readonly idempotency: Idempotency;
  readonly faults: Faults;
  readonly rateLimiter: RateLimiter;
  /** The API version of the response to a request without one. */
  readonly defaultVersion: string;
}

/** Responds to a request, stage by stage. Rejects if a fault drops the connection, or if the caller aborts. */
export async function respond(api: Api, request: IncomingRequest): Promise<Response> {
  const route = findRoute(request.method, request.url.pathname);
  const logStatus = api.log.add(request, route?.operation);
  const { response: stored, fault } = await runStages(api, request, route);
  await request.latency; // a refusal or a replay takes as long as any other response
  if (!stored || fault?.drop) throw new LostConnection();
  const response = toResponse(stored, fault?.truncate);
  logStatus(response.status);
  return request.method === "HEAD" ? new Response(null, response) : response;
}

interface Outcome {
  /** `undefined` if the fault drops the connection before the request reaches the API. */
  readonly response: StoredResponse | undefined;
  /** The fault that the request has taken from the queue. */
  readonly fault?: Fault | undefined;
}

async function runStages(api: Api, request: IncomingRequest, route: MatchedRoute | undefined): Promise<Outcome> {
  let version: string = API_VERSION; // of the response to an unknown version
  let fault: Fault | undefined;
  try {
    version = chooseVersion(request.headers.get("x-polytomic-version"), api.defaultVersion);
    if (isListOfRoutes(request)) return { response: listRoutes(version) };
    if (!route || !hasRoute(version, route.operation, route.method)) throw routeNotFound(version);
    api.rateLimiter.count();
    fault = api.faults.take(route.operation);
    return { response: await callOperation(api, { ...request, ...route, version }, fault), fault };
  } catch (error) {
    if (error instanceof HttpError) return { response: failure(version, error), fault };
    if (request.signal?.aborted) throw error;
    return { response: failure(version, new HttpError(500, `The sandbox itself failed: ${String(error)}`)), fault };
  }
}

function isListOfRoutes({ method, url }: IncomingRequest): boolean {
  return url.pathname === "/" && (method === "GET" || method === "HEAD");
}

async function callOperation(api: Api, call: Call, fault: Fault | undefined): Promise<StoredResponse | undefined> {
  const injected = fault && injectedResponse(fault, call.version);
  if (fault && isInFront(fault)) {
    await wait(call, fault);
    return injected;
  }
  const caller = identifyCaller(api.state, call);
  return api.idempotency.once(call, caller, async () => {
    await wait(call, fault);
    return injected ?? runHandler(api.state, call, caller);
  });
}

async function wait({ latency, signal }: Call, fault: Fault | undefined): Promise<void> {
  await latency;
  await delay(fault?.delay ?? 0, signal);
}

/** A response or an error, which an idempotency key replays. */
function runHandler(state: State, call: Call, caller: Caller): StoredResponse {
  const { operation, pathParameters: path, body, version } = call;
  try {
    const organization = authorize(state, caller, call) as OrganizationRecord; // the input of each handler says if it can be missing
    if (!hasBody(operation) && !isEmpty(body)) throw new HttpError(400, "This operation takes no body.");
    const handler = handlers[operation] as Handler<OperationId>; // the route has the operation's path parameters
    const query = readQuery(call);
    return success(version, handler({ state, caller, organization, path, query, readBody: () => parseBody(body) }));
  } catch (error) {
    if (error instanceof HttpError) return failure(version, error);
    throw error;
  }
}

const hasBody = (id: OperationId): boolean => "body" in OPERATIONS[id];

/** The samples on Polytomic's pages send `{}` on operations that take no body. */
const isEmpty = (body: string): boolean => /^\s*(?:\{\s*\}\s*)?$/.test(body);

/** Reads the query parameters of the operation, and ignores others. Throws a 400 if one is repeated. */
function readQuery({ operation, url }: Call): Record<string, string> {
  const { query: names = [] } = OPERATIONS[operation] as { readonly query?: readonly string[] };
  const found: Record<string, string> = {};
  for (const name of names) {
    const [value, ...more] = url.searchParams.getAll(name);
    if (more.length > 0) throw new HttpError(400, `\`${name}\` must be sent once.`, { metadata: { field: name } });
    if (value !== undefined) found[name] = value;
  }
  return found;
}
