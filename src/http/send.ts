import { checkRequestOptions, type Config, type RequestOptions } from "../config.ts";
import type { CallContext } from "../errors.ts";
import { observeAttempt, type ObservedAttempt } from "../events.ts";
import type { Operation } from "../operations.ts";
import { attempt } from "./attempt.ts";
import { authorizations, type Authorizations } from "./credentials.ts";
import { bounded, sleep, type Limit } from "./deadline.ts";
import { decode, requestId } from "./decode.ts";
import { connectionError, timeoutError } from "./failure.ts";
import { prepare, type CallInput, type PreparedRequest } from "./prepare.ts";
import { retryDelay } from "./retry.ts";

/** What a call that went well gives. */
export interface Answer<T> {
  readonly data: T;
  /** The answer as fetch gave it; its body has been read. */
  readonly response: Response;
  /** The answer's `X-Request-Id`, to give to the vendor's support. */
  readonly requestId: string | undefined;
  /** The API version that answered. */
  readonly apiVersion: string | undefined;
  /** How many times the request was sent. */
  readonly attempts: number;
}

/** One call on its way. */
interface Sending {
  readonly config: Config;
  readonly operation: Operation;
  readonly request: PreparedRequest;
  readonly keys: Authorizations;
  readonly signal: AbortSignal | undefined;
  /** When `totalTimeout` runs out, on the clock of `performance.now()`. */
  readonly deadline: number;
}

/** One call from start to finish: prepare → try → again? → wait → try … */
export async function send(
  config: Config,
  operation: Operation,
  input: CallInput,
  given: RequestOptions,
): Promise<Answer<unknown>> {
  const options = checkRequestOptions(given, operation.method);
  const request = prepare(config, operation, input, options);
  const { totalTimeout, maxRetries } = request.limits;
  const deadline = totalTimeout === 0 ? Infinity : performance.now() + totalTimeout;
  const keys = authorizations(config.credentials, operation);
  const sending: Sending = { config, operation, request, keys, signal: options.signal, deadline };
  for (let attempts = 1, retries = 0; ; attempts++) {
    const call = describeCall(sending, attempts);
    const observed = config.observe && observeAttempt(config.observe, call);
    try {
      return await tryOnce(sending, call, observed);
    } catch (error) {
      observed?.failed(error);
      if (keys.renewable(error)) continue;
      const delay = retries < maxRetries ? retryDelay(error, operation.method, retries++, left(sending)) : undefined;
      if (delay === undefined) throw error;
      observed?.retrying(error, delay);
      await bounded(options.signal, totalLimit(sending, call, error), (signal) => sleep(delay, signal));
    }
  }
}

/** One try: authorize → attempt → decode, within the limits of time. */
async function tryOnce(
  sending: Sending,
  call: CallContext,
  observed: ObservedAttempt | undefined,
): Promise<Answer<unknown>> {
  const { config, operation, request } = sending;
  return bounded(sending.signal, attemptLimit(sending, call), async (signal) => {
    const { header, conceal } = await sending.keys.next();
    signal.throwIfAborted();
    observed?.started();
    signal.throwIfAborted(); // the observer may have aborted
    // The global fetch is looked up now, so that whatever replaces it is used however late it comes.
    const fetch = config.fetch ?? globalThis.fetch;
    const outgoing = { ...request, headers: { ...request.headers, authorization: header } };
    const reply = await attempt(outgoing, fetch, signal).catch((thrown: unknown) => {
      throw connectionError(thrown, call, request.baseUrl, conceal);
    });
    signal.throwIfAborted();
    const { response } = reply;
    observed?.answered(response, request.version, conceal);
    const apiVersion = response.headers.get("x-polytomic-version") ?? undefined;
    if (apiVersion && apiVersion !== request.version) config.warn(request.version, conceal(apiVersion));
    const data = decode(reply, { call, operation, keyKind: config.credentials.kind, conceal });
    return { data, response, requestId: requestId(response.headers), apiVersion, attempts: call.attempts };
  });
}

function describeCall({ operation: { id, method, path }, request }: Sending, attempts: number): CallContext {
  const operation = { id, method: method.toUpperCase(), path };
  const { idempotencyKey } = request;
  return { operation, attempts, ...(idempotencyKey !== undefined && { idempotencyKey }) };
}

/** What is left of `totalTimeout`, in milliseconds. */
function left({ deadline }: Sending): number {
  return Math.max(0, deadline - performance.now());
}

/** `timeout`, or what is left of `totalTimeout` where that is less. */
function attemptLimit(sending: Sending, call: CallContext): Limit {
  const { request } = sending;
  const { timeout } = request.limits;
  if (timeout === 0 || left(sending) <= timeout) return totalLimit(sending, call, undefined);
  return { ms: timeout, expired: () => timeoutError("timeout", timeout, call, request.baseUrl, undefined) };
}

function totalLimit(sending: Sending, call: CallContext, cause: unknown): Limit {
  const { limits, baseUrl } = sending.request;
  const expired = (): Error => timeoutError("totalTimeout", limits.totalTimeout, call, baseUrl, cause);
  return { ms: left(sending), expired };
}
