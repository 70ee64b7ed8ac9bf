/** *Assumption* (`request-id`): Polytomic documents no header that identifies a request. This is the usual one. */
export function requestId(headers: Headers): string | undefined {
  return headers.get("x-request-id") ?? undefined;
}

/** Returns the API version of a response. A proxy can repeat the header. */
export function readVersion(headers: Headers): string | undefined {
  const value = headers.get("x-polytomic-version")?.trim() ?? "";
  if (!value.includes(",")) return value || undefined;
  const versions = value.split(",").map((version) => version.trim());
  return [...new Set(versions)].filter(Boolean).join(", ") || undefined;
}

/**
 * Parses the `Retry-After` header to milliseconds, at least 0. A date is relative to the `Date` header, so that a wrong
 * local clock does not matter. Returns `undefined` if the value is neither a number of seconds, with or without a fraction, nor a date.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after") ?? "";
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
  if (!value.endsWith(" GMT")) return undefined; // `Date.parse` reads almost anything: "-1" is in the year 2001
  const delay = Date.parse(value) - (Date.parse(headers.get("date") ?? "") || Date.now());
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}
