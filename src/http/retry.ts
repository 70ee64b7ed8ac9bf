import { ApiError, ConnectionError, TimeoutError } from "../errors.ts";
import type { Method } from "../operations.ts";

/** A status; or no response: no connection, a timeout of the attempt, a body that broke off. */
type Outcome = number | "no response";

/**
 * The outcomes after which a call is retried. GET, PUT and DELETE can safely be repeated. A POST is repeated with the
 * same idempotency key: a 409 means that the first request is still running, and a 500 would only be replayed. The
 * attempts of a POST also use the same API key, unless the API has certainly not performed the request; see `keepsKey`.
 *
 * @see https://apidocs.polytomic.com/2025-09-18/guides/idempotent-requests
 */
export const RETRIED: Readonly<Record<"idempotent" | "post", readonly Outcome[]>> = {
  idempotent: ["no response", 408, 429, 500, 502, 503, 504],
  post: ["no response", 408, 409, 429, 502, 503, 504],
};

/** Delays in milliseconds. */
export const DELAYS = {
  /** The upper bound of the delay before the first retry. It doubles with each retry. */
  first: 500,
  /** The highest upper bound. */
  longest: 8_000,
  /** The longest `Retry-After` that is obeyed. */
  longestRetryAfter: 60_000,
} as const;

/** Failures that would repeat: of the host name, the certificate, the protocol. `EAI_AGAIN` is temporary. */
const PERMANENT =
  /ENOTFOUND|EAI_(?!AGAIN)|CERT|CRL|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS|ERR_SSL|certificate|dns error(?!.*(?:[Tt]emporary failure|[Tt]ry again))/;

/**
 * Returns the delay before the next attempt in milliseconds, or `undefined` if the call is not retried.
 *
 * @param retries The number of retries so far.
 * @param remaining What remains of `totalTimeout`, in milliseconds.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryDelay(error: unknown, method: Method, retries: number, remaining: number): number | undefined {
  const outcome = outcomeOf(error);
  if (outcome === undefined || !RETRIED[method === "post" ? "post" : "idempotent"].includes(outcome)) return undefined;
  const { retryAfter } = error as Partial<ApiError>;
  if (retryAfter === undefined) return Math.random() * Math.min(DELAYS.longest, DELAYS.first * 2 ** retries);
  return retryAfter <= DELAYS.longestRetryAfter && retryAfter <= remaining ? retryAfter : undefined;
}

/**
 * Whether the retries of a call must use the same API key as the attempt that failed: the request may have taken effect,
 * and another API key may not know the idempotency key. Only a 429 says that a POST has not been performed.
 */
export function keepsKey(error: unknown, method: Method): boolean {
  return method === "post" && outcomeOf(error) !== 429;
}

function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof ApiError) return error.status;
  if (!(error instanceof ConnectionError)) return undefined;
  if (error instanceof TimeoutError) return error.limit === "timeout" ? "no response" : undefined;
  const reason = error.code ?? error.message.replaceAll(error.host, ""); // the host can be called anything
  return PERMANENT.test(reason) ? undefined : "no response";
}
