import type { Config } from "../config.ts";
import { copyCause } from "../cause.ts";
import { ConfigurationError, PolytomicError, type CallContext } from "../errors.ts";
import { attempt, type ReadResponse } from "./attempt.ts";
import { authorizer, type Authorizer } from "./authorize.ts";
import { sleep, withLimit, type Limit } from "./deadline.ts";
import { decode, requestId } from "./decode.ts";
import { connectionError, timeoutError } from "./failure.ts";
import { observeAttempt, warnOfVersionMismatch, type AttemptObserver } from "./observe.ts";
import type { PreparedRequest } from "./prepare.ts";
import { keepsKey, retryDelay } from "./retry.ts";
import type { Redact } from "./redact.ts";

/** The data of a successful call, together with its response. */
export interface ApiResponse<T> {
  readonly data: T;
  /** The response as fetch returned it. Its body has been read. */
  readonly response: Response;
  /** The `X-Request-Id` of the response, if any. Pass it on when you contact the vendor's support. */
  readonly requestId: string | undefined;
  /** The API version that the server responded with. */
  readonly apiVersion: string | undefined;
  /** How many requests were sent. */
  readonly attempts: number;
}

/** How many calls were sent. Events tell calls apart by this number. */
let calls = 0;

/** Sends a prepared call: [authorize → attempt → decode → retry?]. */
export async function send(config: Config, request: PreparedRequest): Promise<ApiResponse<unknown>> {
  const { operation } = request;
  const { totalTimeout, maxRetries } = request.limits;
  const deadline = totalTimeout === 0 ? Infinity : performance.now() + totalTimeout;
  const sending = { config, request, deadline, keys: authorizer(config.credentials, operation) };
  const number = ++calls;
  for (let attempts = 1, retries = 0; ; attempts++) {
    const call = describeCall(sending, attempts);
    const observer = config.onEvent && observeAttempt(config.onEvent, number, call);
    try {
      return await attemptOnce(sending, call, observer);
    } catch (error) {
      observer?.failed(error);
      if (sending.keys.canRenew(error)) continue;
      if (retries >= maxRetries) throw error;
      const delay = retryDelay(error, operation.method, retries++, remaining(sending));
      if (delay === undefined) throw error;
      if (keepsKey(error, operation.method)) sending.keys.keep();
      observer?.retrying(error, delay);
      await withLimit(request.signal, totalLimit(sending, call, error), (signal) => sleep(delay, signal));
    }
  }
}

/** The state of a call in progress. */
interface Sending {
  readonly config: Config;
  readonly request: PreparedRequest;
  /** When `totalTimeout` expires, on the clock of `performance.now()`. */
  readonly deadline: number;
  readonly keys: Authorizer;
}

function describeCall({ request }: Sending, attempts: number): CallContext {
  const { ids, idempotencyKey } = request;
  const { id, method, path } = request.operation;
  const operation = { id, method: method.toUpperCase(), path };
  return { operation, ids: { ...ids }, attempts, ...(idempotencyKey !== undefined && { idempotencyKey }) };
}

/** Makes one attempt, within the time limits: authorize → attempt → decode. */
async function attemptOnce(
  sending: Sending,
  call: CallContext,
  observer: AttemptObserver | undefined,
): Promise<ApiResponse<unknown>> {
  const { config, request } = sending;
  return withLimit(request.signal, attemptLimit(sending, call), async function attemptWithin(signal) {
    const { header, redact } = await sending.keys.next(signal);
    observer?.started();
    signal.throwIfAborted(); // the observer may have aborted
    // The global fetch is looked up now, so that tools can replace it at any time.
    const fetch = config.fetch ?? globalThis.fetch;
    const read = await attempt(request, header, fetch, signal).catch((thrown: unknown) => {
      if (thrown instanceof ConfigurationError) throw Object.assign(thrown, call);
      throw connectionError(thrown, call, request.baseUrl, redact);
    });
    signal.throwIfAborted();
    try {
      observer?.responded(read.response, request.version, redact);
      return receive(sending, call, read, redact);
    } catch (thrown) {
      if (thrown instanceof PolytomicError) throw thrown;
      const cause = copyCause(thrown, redact);
      const error = new ConfigurationError("`fetch` returned a Response that cannot be read; see `cause`.", { cause });
      throw Object.assign(error, call);
    }
  });
}

function receive(
  { config, request }: Sending,
  call: CallContext,
  read: ReadResponse,
  redact: Redact,
): ApiResponse<unknown> {
  const { response } = read;
  const apiVersion = response.headers.get("x-polytomic-version") ?? undefined;
  if (apiVersion && apiVersion !== request.version) {
    warnOfVersionMismatch(config, request.version, redact(apiVersion));
  }
  const { operation } = request;
  const data = decode(read, { call, operation, keyKind: config.credentials.kind, redact });
  return { data, response, requestId: requestId(response.headers), apiVersion, attempts: call.attempts };
}

/** Returns `timeout`, or what remains of `totalTimeout` if that is less. */
function attemptLimit(sending: Sending, call: CallContext): Limit {
  const { request } = sending;
  const { timeout } = request.limits;
  if (timeout === 0 || remaining(sending) <= timeout) return totalLimit(sending, call, undefined);
  return { ms: timeout, expired: () => timeoutError("timeout", timeout, call, request.baseUrl, undefined) };
}

function totalLimit(sending: Sending, call: CallContext, cause: unknown): Limit {
  const { limits, baseUrl } = sending.request;
  const expired = (): Error => timeoutError("totalTimeout", limits.totalTimeout, call, baseUrl, cause);
  return { ms: remaining(sending), expired };
}

/** Returns what remains of `totalTimeout`, in milliseconds. */
function remaining({ deadline }: Sending): number {
  return Math.max(0, deadline - performance.now());
}
