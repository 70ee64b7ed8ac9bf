import type { Config } from "../config.ts";
import {
  ApiError,
  ConfigurationError,
  TooManyRequestsError,
  UnexpectedResponseError,
  type CallContext,
  type TimeoutError,
} from "../errors.ts";
import { describeOperation } from "../operations.ts";
import { fetchOnce, type ReadResponse } from "./attempt.ts";
import { authorize, type Authorization } from "./authorize.ts";
import { decode } from "./decode.ts";
import { connectionError, timeoutError, type FailureContext } from "./failure.ts";
import { readVersion, requestId } from "./headers.ts";
import { isNetworkFailure } from "./network-failure.ts";
import { observeAttempt, warnOfVersionMismatch, type AttemptObserver } from "./observe.ts";
import type { PreparedRequest } from "./prepare.ts";
import type { Limited, Place, RequestQueue } from "./queue.ts";
import { decideRetry, type Retry } from "./retry.ts";
import { ThrownByCall, ThrownByCaller } from "./thrown.ts";
import { sleep, withTimeout, type TimeLimit } from "./timeout.ts";

/** The data of a successful call, together with its response. */
export interface ApiResponse<T> {
  /** What the method returns. */
  readonly data: T;
  /** The response as fetch returned it. Its body has been read. */
  readonly response: Response;
  /** The `X-Request-Id` of the response, if any. Pass it on when you contact Polytomic's support. */
  readonly requestId: string | undefined;
  /** The API version that the server responded with. */
  readonly apiVersion: string | undefined;
  /** How many requests were sent. */
  readonly attempts: number;
}

/** Counts the calls of all copies of this package, so that events tell them apart. */
const COUNTER = Symbol.for("polytomic-users.calls");
const counter = (globalThis as { [COUNTER]?: { calls: number } })[COUNTER] ?? { calls: 0 };
Reflect.set(globalThis, COUNTER, counter); // does not throw if the globals are frozen

/** Sends a prepared call: [queue → authorize → attempt → decode → retry?]. */
export async function send(
  config: Config,
  queue: RequestQueue,
  request: PreparedRequest,
): Promise<ApiResponse<unknown>> {
  const { totalTimeout } = request.limits;
  const deadline = totalTimeout === 0 ? Infinity : performance.now() + totalTimeout;
  const call: Call = { config, request, deadline, failures: [] };
  const callNumber = ++counter.calls;
  const place = queue.join(request.operation.id);
  for (let number = 1; ; number++) {
    const numbers = { call: callNumber, attempt: number };
    const observer = config.onEvent && observeAttempt(config.onEvent, request, numbers);
    const attempt: Attempt = { number, observer, isQueued: true };
    if (!queue.start(place)) {
      await withTimeout(timeLimit(call, attempt, "totalTimeout"), (signal) => queue.wait(place, signal));
    }
    attempt.isQueued = false;
    try {
      const response = await withTimeout(attemptLimit(call, attempt), (signal) => makeAttempt(call, attempt, signal));
      queue.leave(place, true);
      return response;
    } catch (error) {
      const limited = endTurn(queue, place, error);
      const retry = retryAfter(call, attempt, error, limited);
      if (!retry) throw error;
      if (retry.key === "other") continue; // the event follows when the key function has returned another key
      observer?.retrying(error, retry.delay);
      if (limited) continue; // the queue waits for the API
      await withTimeout(timeLimit(call, attempt, "totalTimeout"), (signal) => sleep(retry.delay, signal));
    }
  }
}

/** A call in progress. */
interface Call {
  readonly config: Config;
  readonly request: PreparedRequest;
  /** When `totalTimeout` expires, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** The attempts after which the call was retried. */
  readonly failures: FailedAttempt[];
}

interface Attempt {
  readonly number: number;
  readonly observer: AttemptObserver | undefined;
  /** Whether the attempt waits for its turn. */
  isQueued: boolean;
  /** The authorization that the request was sent with, once it is sent. */
  sentWith?: Authorization;
}

interface FailedAttempt extends Required<Omit<Attempt, "isQueued">> {
  readonly error: unknown;
  readonly retry: Retry;
}

const NO_FETCH = "There is no global `fetch`. Pass one as the option `fetch`.";

/** Authorizes and sends a request, and decodes the response. */
async function makeAttempt(call: Call, attempt: Attempt, signal: AbortSignal): Promise<ApiResponse<unknown>> {
  const { config, request, failures } = call;
  const authorization = await chooseAuthorization(call);
  const { fetch = globalThis.fetch } = config; // looked up now, so that tools can replace the global one at any time
  if (typeof fetch !== "function") throw new ConfigurationError(NO_FETCH);
  signal.throwIfAborted(); // the key function may have returned too late
  const previous = failures.at(-1);
  if (previous?.retry.key === "other") previous.observer?.retrying(previous.error, 0);
  attempt.observer?.started();
  signal.throwIfAborted(); // the observer may have aborted
  attempt.sentWith = authorization;
  const { header, redact } = authorization;
  const context = {
    call: contextOf(call, attempt),
    request,
    keyKind: config.credentials.kind,
    canBeRunning: canBeRunning(call),
    redact,
  };
  try {
    const read = await fetchOnce(request, { authorization: header, fetch, signal });
    signal.throwIfAborted(); // the body may have arrived too late
    attempt.observer?.responded(read.response, redact);
    return toApiResponse(config, read, context);
  } catch (thrown) {
    const error = ThrownByCall.unwrap(thrown);
    throw error ?? (isNetworkFailure(thrown) ? connectionError(thrown, context) : new ThrownByCaller(thrown));
  }
}

/** Returns the authorization of the next attempt. Never one that was rejected with a 401. */
async function chooseAuthorization({ config, request, failures }: Call): Promise<Authorization> {
  const previous = failures.at(-1);
  if (previous?.retry.key === "same") return previous.sentWith;
  const next = await authorize(config.credentials, request, previous?.sentWith.redact);
  const rejected = failures.find(({ retry }) => retry.key === "other");
  if (rejected?.sentWith.header === next.header) {
    throw Object.assign(rejected.error as ApiError, { attempts: failures.length }); // others followed
  }
  return next;
}

/** Ends the turn of an attempt that failed. A 429 concerns the other calls of the client too. */
function endTurn(queue: RequestQueue, place: Place, error: unknown): Limited | undefined {
  if (error instanceof TooManyRequestsError) return queue.pause(place, error.retryAfter);
  queue.leave(place, error instanceof ApiError || error instanceof UnexpectedResponseError);
  return undefined;
}

function toApiResponse(config: Config, read: ReadResponse, context: FailureContext): ApiResponse<unknown> {
  const { call, request, redact } = context;
  const { response } = read;
  const apiVersion = readVersion(response.headers);
  if (apiVersion && apiVersion !== request.version) warnOfVersionMismatch(config, request.version, redact(apiVersion));
  const data = decode(read, context);
  return { data, response, requestId: requestId(response.headers), apiVersion, attempts: call.attempts };
}

/** Reports a failed attempt, and decides whether the call is retried: not if nothing was sent, and not after an abort. */
function retryAfter(call: Call, attempt: Attempt, error: unknown, limited: Limited | undefined): Retry | undefined {
  const { config, request, failures } = call;
  const { limits, operation } = request;
  const { observer, sentWith } = attempt;
  if (error instanceof ConfigurationError) Object.assign(error, contextOf(call, attempt)); // it does not know the call
  observer?.failed(error, sentWith?.redact);
  if (!sentWith) return undefined;
  const retry = decideRetry(error, {
    method: operation.method,
    hasKeyFunction: typeof config.credentials.key === "function",
    maxRetries: limits.maxRetries,
    remaining: remaining(call),
    canBeRunning: canBeRunning(call),
    previous: failures.map((failure) => failure.retry),
    limited,
  });
  if (retry) failures.push({ number: attempt.number, observer, sentWith, error, retry });
  return retry;
}

/**
 * Whether a request with the idempotency key of the call can be running: the caller gave the key, so that another call
 * can have used it, or the outcome of an earlier attempt is unknown.
 */
function canBeRunning({ request, failures }: Call): boolean {
  return request.hasOwnKey || failures.at(-1)?.retry.key === "same";
}

/** Returns what errors of the call contain about it. Every earlier attempt was sent. */
function contextOf({ request }: Call, { number, sentWith }: Attempt): CallContext {
  const { operation, ids, idempotencyKey } = request;
  const attempts = sentWith ? number : number - 1;
  const context = { operation: describeOperation(operation), ids: { ...ids }, attempts };
  return idempotencyKey === undefined ? context : { ...context, idempotencyKey };
}

/** Returns `timeout`, or what remains of `totalTimeout` if that is less. */
function attemptLimit(call: Call, attempt: Attempt): TimeLimit {
  const { timeout } = call.request.limits;
  return timeLimit(call, attempt, timeout === 0 || remaining(call) <= timeout ? "totalTimeout" : "timeout");
}

function timeLimit(call: Call, attempt: Attempt, limit: TimeoutError["limit"]): TimeLimit {
  const { config, request, failures } = call;
  const isTotal = limit === "totalTimeout";
  const createError = (): TimeoutError => {
    const { isQueued } = attempt;
    const isSent = attempt.sentWith !== undefined;
    const { key, kind } = config.credentials;
    const pendingKey = !isQueued && !isSent && typeof key === "function" ? kind : undefined;
    const cause = isTotal ? failures.at(-1)?.error : undefined;
    const expired = { limit, isQueued, isSent, canBeRunning: canBeRunning(call), pendingKey, cause };
    return timeoutError(expired, contextOf(call, attempt), request);
  };
  return { signal: request.signal, ms: isTotal ? remaining(call) : request.limits.timeout, createError };
}

/** Returns what remains of `totalTimeout`, in milliseconds. */
function remaining({ deadline }: Call): number {
  return Math.max(0, deadline - performance.now());
}
