import { readHttpDate } from "./http-date.ts";

/** *Assumption* (`request-id`): the vendor documents no header that identifies a request. This is the usual one. */
export function requestId(headers: Headers): string | undefined {
  return headers.get("x-request-id") ?? undefined;
}

/** Returns the API version of a response. A proxy can repeat the header. */
export function readVersion(headers: Headers): string | undefined {
  const versions = headers
    .get("x-polytomic-version")
    ?.split(",")
    .map((version) => version.trim());
  return [...new Set(versions)].filter(Boolean).join(", ") || undefined;
}

/**
 * Parses the `Retry-After` header to milliseconds, at least 0. Of several values, it returns the longest. A date is
 * relative to the `Date` header, so that a wrong local clock does no harm. Returns `undefined` if there is no valid value.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const now = readHttpDate(headers.get("date") ?? "") ?? Date.now();
  const delays = (headers.get("retry-after") ?? "")
    .split(/,(?! \d\d[ -][A-Z])\s*/) // not at the comma of a date, as in "Thu, 15 Jan 2026"
    .map((value) => (/^\d+$/.test(value) ? Number(value) * 1000 : (readHttpDate(value) ?? NaN) - now))
    .filter((delay) => !Number.isNaN(delay));
  return delays.length > 0 ? Math.max(0, ...delays) : undefined;
}
