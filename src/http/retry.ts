import { ApiError, ConnectionError, TimeoutError } from "../errors.ts";
import { isKeyed, type Operation } from "../operations.ts";
import { isPermanent } from "./network-failure.ts";

/** A status; or no response: no connection, a timeout of the attempt, a body that broke off. */
type Outcome = number | "no response";

/**
 * Whether a call is retried after this outcome. GET, PUT and DELETE can safely be repeated. A POST is repeated with the
 * same idempotency key: the API would only replay a 500, and a 409 can mean that the first request is still running.
 *
 * @see https://apidocs.polytomic.com/2025-09-18/guides/idempotent-requests
 */
export function isRetried(outcome: Outcome, { method, canBeRunning }: RetriedCall): boolean {
  if (outcome === "no response" || outcome === 408 || outcome === 429) return true;
  if (outcome === 409) return isKeyed(method) && canBeRunning;
  return outcome >= 500 && outcome !== 501 && !(outcome === 500 && isKeyed(method));
}

interface RetriedCall {
  readonly method: Operation["method"];
  /** Whether a request with the idempotency key of this call can be running. */
  readonly canBeRunning: boolean;
}

/** Delays in milliseconds. */
export const DELAYS = {
  /** The upper bound of the delay before the first retry. It doubles with each retry. */
  first: 500,
  /** The highest upper bound. */
  longest: 8_000,
  /** The longest `Retry-After` that is obeyed. */
  longestRetryAfter: 60_000,
} as const;

/** How a call goes on after a failed attempt. */
export interface Retry {
  /** Milliseconds until the next attempt. */
  readonly delay: number;
  /**
   * Which API key the next attempt uses, if the key is a function: the one that the function returns, another one than
   * the failed attempt (otherwise the call fails), or the same one, which all later attempts then use as well.
   */
  readonly key: "any" | "other" | "same";
  /** How many retries of the call are used up. */
  readonly retries: number;
  /** How many of them were used up by failures other than a 429. */
  readonly failures: number;
}

/** What the decision depends on, in addition to the error. */
interface RetryContext extends RetriedCall {
  readonly hasKeyFunction: boolean;
  readonly maxRetries: number;
  /** What remains of `totalTimeout`, in milliseconds. */
  readonly remaining: number;
  /** The retries of this call so far. */
  readonly previous: readonly Retry[];
  /** What the queue says about a 429. */
  readonly limited?: { readonly counts: boolean; readonly delay: number } | undefined;
}

/** How often a call is sent at most while a rate limit lets other calls through. */
const MOST_ATTEMPTS = 20;

/** Decides whether a call is retried after this error. Returns `undefined` if it is not. */
export function decideRetry(error: unknown, context: RetryContext): Retry | undefined {
  const { previous } = context;
  const outcome = outcomeOf(error);
  const { retries: used = 0, failures = 0 } = previous.at(-1) ?? {};
  if (outcome === 401 && canRenewKey(context)) return { delay: 0, key: "other", retries: used, failures };
  if (outcome === undefined || !isRetried(outcome, context) || !hasRetries(used, context)) return undefined;
  const delay = retryDelay((error as Partial<ApiError>).retryAfter, used, context);
  if (delay === undefined) return undefined;
  const key = pinsKey(outcome, context) ? "same" : "any";
  if (context.limited?.counts === false) return { delay, key, retries: failures, failures };
  return { delay, key, retries: used + 1, failures: outcome === 429 ? failures : failures + 1 };
}

/**
 * A 429 costs no retry, and gives those back that other 429s have cost, if the API has accepted others of the operation
 * meanwhile: the call only waits for its turn.
 */
function hasRetries(used: number, { maxRetries, limited, previous }: RetryContext): boolean {
  if (limited?.counts === false) return maxRetries > 0 && previous.length + 1 < MOST_ATTEMPTS;
  return used < maxRetries;
}

function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof ApiError) return error.status;
  if (!(error instanceof ConnectionError)) return undefined;
  if (error instanceof TimeoutError) return error.limit === "timeout" ? "no response" : undefined;
  return isPermanent(error) ? undefined : "no response";
}

/** After a 401, a key function is called once more, but only once per call. */
function canRenewKey({ hasKeyFunction, previous }: RetryContext): boolean {
  return hasKeyFunction && previous.every(({ key }) => key === "any");
}

/**
 * Whether the retries must use the same API key: the request may have taken effect, and another API key may not know the
 * idempotency key. Only a 429 says that a POST has not been performed.
 */
function pinsKey(outcome: Outcome, { method, previous }: RetryContext): boolean {
  return previous.at(-1)?.key === "same" || (isKeyed(method) && outcome !== 429);
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryDelay(
  retryAfter: number | undefined,
  retries: number,
  { remaining, limited }: RetryContext,
): number | undefined {
  if (retryAfter === undefined) return limited?.delay ?? backoff(retries);
  if (retryAfter > DELAYS.longestRetryAfter || retryAfter > remaining) return undefined;
  return limited?.delay ?? retryAfter;
}

/** Returns a random delay in milliseconds, whose upper bound doubles with each retry. */
function backoff(retries: number): number {
  return Math.random() * Math.min(DELAYS.longest, DELAYS.first * 2 ** retries);
}
