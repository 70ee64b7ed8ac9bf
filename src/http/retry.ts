import { ApiError, ConnectionError, TimeoutError } from "../errors.ts";
import type { Method } from "../operations.ts";
import { readHttpDate } from "./http-date.ts";

/** A status, or that there was no answer: no connection, an attempt that timed out, a body that broke off. */
type Outcome = number | "no answer";

/**
 * What is tried again. GET, PUT and DELETE do no harm when they are repeated. A POST is repeated under the same
 * idempotency key: 409 says that the first one is still running, and a 500 would only be replayed.
 *
 * @see https://apidocs.polytomic.com/2025-09-18/guides/idempotent-requests
 */
export const RETRIED: Readonly<Record<"idempotent" | "post", readonly Outcome[]>> = {
  idempotent: ["no answer", 408, 429, 500, 502, 503, 504],
  post: ["no answer", 408, 409, 429, 502, 503, 504],
};

/** Waits in milliseconds. */
export const WAITS = {
  /** The most that is waited before the first retry; it doubles with each further one. */
  first: 500,
  /** The most that is waited of our own accord. */
  longest: 8_000,
  /** The longest `Retry-After` that is obeyed. */
  longestAsked: 60_000,
} as const;

/** Failures that the next attempt would meet again: the name, the certificate, the protocol. */
const PERMANENT =
  /ENOTFOUND|EAI_|CERT|CRL|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS|ERR_SSL|certificate|dns error/;

/**
 * How long to wait before the next attempt, in milliseconds, or `undefined` when there is to be none.
 *
 * @param retries How often the call was tried again so far.
 * @param left What is left of `totalTimeout`, in milliseconds.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryDelay(error: unknown, method: Method, retries: number, left: number): number | undefined {
  const outcome = outcomeOf(error);
  if (outcome === undefined || !RETRIED[method === "post" ? "post" : "idempotent"].includes(outcome)) return undefined;
  const asked = (error as Partial<ApiError>).retryAfter;
  if (asked === undefined) return Math.random() * Math.min(WAITS.longest, WAITS.first * 2 ** retries);
  return asked <= WAITS.longestAsked && asked <= left ? asked : undefined;
}

function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof ApiError) return error.status;
  if (!(error instanceof ConnectionError)) return undefined;
  if (error instanceof TimeoutError) return error.limit === "timeout" ? "no answer" : undefined;
  const said = error.code ?? error.message.replaceAll(error.host, ""); // a host's name says nothing
  return PERMANENT.test(said) ? undefined : "no answer";
}

/**
 * A `Retry-After` header → milliseconds from now, at least 0; `undefined` when there is none that can be read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = readHttpDate(header);
  return date === undefined ? undefined : Math.max(0, date - Date.now());
}
