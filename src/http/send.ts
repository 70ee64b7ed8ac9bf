import { copyCause } from "../cause.ts";
import type { Config, KeyKind } from "../config.ts";
import { ConfigurationError, PolytomicError, type CallContext } from "../errors.ts";
import { attempt, type ReadResponse } from "./attempt.ts";
import { authorizer, type Authorizer } from "./authorize.ts";
import { sleep, withLimit, type Limit } from "./deadline.ts";
import { decode } from "./decode.ts";
import { connectionError, timeoutError } from "./failure.ts";
import { readVersion, requestId } from "./headers.ts";
import { observeAttempt, warnOfVersionMismatch, type AttemptObserver } from "./observe.ts";
import type { PreparedRequest } from "./prepare.ts";
import { keepsKey, retryDelay } from "./retry.ts";
import type { Redact } from "./redact.ts";

/** The data of a successful call, together with its response. */
export interface ApiResponse<T> {
  /** What the method returns. */
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
  const callNumber = ++calls;
  let previous: PreviousAttempt | undefined;
  for (let number = 1, retries = 0; ; number++) {
    const call = describeCall(sending, number - 1);
    const observer = config.onEvent && observeAttempt(config.onEvent, callNumber, number, call);
    try {
      return await attemptOnce(sending, call, observer, previous);
    } catch (error) {
      describe(error, call, request.signal);
      observer?.failed(error);
      const wasSent = call.attempts === number;
      if (wasSent && sending.keys.canRenew(error)) {
        previous = { error, renewed: () => observer?.retrying(error, 0) };
        continue;
      }
      if (!wasSent || retries >= maxRetries) throw error;
      const delay = retryDelay(error, operation.method, retries++, remaining(sending));
      if (delay === undefined) throw error;
      if (keepsKey(error, operation.method)) sending.keys.keep();
      observer?.retrying(error, delay);
      await withLimit(request.signal, totalLimit(sending, call, error), (signal) => sleep(delay, signal));
      previous = { error };
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

/** What an attempt knows about the one before it. */
interface PreviousAttempt {
  readonly error: unknown;
  /** Reports the retry after a 401, when the key function has returned another key. */
  readonly renewed?: () => void;
}

/** `attempts` increases when the request of the attempt is sent. */
type CallInProgress = Omit<CallContext, "attempts"> & { attempts: number };

/** Adds the call to an error of the configuration. The reason of an abort, and an error that is frozen, is not ours. */
function describe(error: unknown, call: CallContext, signal: AbortSignal | undefined): void {
  const isOurs = error instanceof ConfigurationError && Object.isExtensible(error) && !signal?.aborted;
  if (isOurs) Object.assign(error, call);
}

function describeCall({ request }: Sending, attempts: number): CallInProgress {
  const { ids, idempotencyKey } = request;
  const { id, method, path } = request.operation;
  const operation = { id, method: method.toUpperCase(), path };
  return { operation, ids: { ...ids }, attempts, ...(idempotencyKey !== undefined && { idempotencyKey }) };
}

/** Makes one attempt, within the time limits: authorize → attempt → decode. */
async function attemptOnce(
  sending: Sending,
  call: CallInProgress,
  observer: AttemptObserver | undefined,
  previous: PreviousAttempt | undefined,
): Promise<ApiResponse<unknown>> {
  const { config, request } = sending;
  return withLimit(request.signal, attemptLimit(sending, call, previous), async function attemptWithin(signal) {
    const { header, redact } = await sending.keys.next();
    signal.throwIfAborted(); // the key function may have returned too late
    previous?.renewed?.();
    observer?.started();
    signal.throwIfAborted(); // the observer may have aborted
    call.attempts++;
    // The global fetch is looked up now, so that tools can replace it at any time.
    const fetch = config.fetch ?? globalThis.fetch;
    const read = await attempt(request, header, fetch, signal).catch((thrown: unknown) => {
      if (thrown instanceof ConfigurationError) throw thrown;
      throw connectionError(thrown, call, request.baseUrl, redact);
    });
    signal.throwIfAborted();
    try {
      observer?.responded(read.response, request.version, redact);
      return receive(sending, call, read, redact);
    } catch (thrown) {
      if (thrown instanceof PolytomicError) throw thrown;
      const cause = copyCause(thrown, redact);
      throw new ConfigurationError("`fetch` returned a Response that cannot be read; see `cause`.", { cause });
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
  const apiVersion = readVersion(response.headers);
  if (apiVersion && apiVersion !== request.version) {
    warnOfVersionMismatch(config, request.version, redact(apiVersion));
  }
  const { operation } = request;
  const data = decode(read, { call, operation, keyKind: config.credentials.kind, redact });
  return { data, response, requestId: requestId(response.headers), apiVersion, attempts: call.attempts };
}

/** Returns `timeout`, or what remains of `totalTimeout` if that is less. */
function attemptLimit(sending: Sending, call: CallInProgress, previous: PreviousAttempt | undefined): Limit {
  const { config, request } = sending;
  const { timeout } = request.limits;
  const sentBefore = call.attempts;
  const pendingKey = (): KeyKind | undefined => (call.attempts === sentBefore ? config.credentials.kind : undefined);
  if (timeout === 0 || remaining(sending) <= timeout) return totalLimit(sending, call, previous?.error, pendingKey);
  return { ms: timeout, expired: () => timeoutError("timeout", request, call, { pendingKey: pendingKey() }) };
}

function totalLimit(
  sending: Sending,
  call: CallContext,
  cause: unknown,
  pendingKey = (): KeyKind | undefined => undefined,
): Limit {
  const { request } = sending;
  const expired = (): Error => timeoutError("totalTimeout", request, call, { cause, pendingKey: pendingKey() });
  return { ms: remaining(sending), expired };
}

/** Returns what remains of `totalTimeout`, in milliseconds. */
function remaining({ deadline }: Sending): number {
  return Math.max(0, deadline - performance.now());
}
