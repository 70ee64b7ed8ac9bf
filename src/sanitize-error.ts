import { isObject } from "./objects.ts";

/** The fields that are copied from an error. */
export interface SanitizedError extends Error {
  code?: string;
}

/**
 * Copies an error and its causes, but only the fields below: what fetch or a key function throws can contain the whole
 * request. Runtimes wrap errors: fetch uses a TypeError, and a host with several addresses an AggregateError, of which
 * the last error is copied.
 *
 * @param redact Removes the key from a text.
 */
export function sanitizeError(thrown: unknown, redact = (text: string): string => text): SanitizedError {
  try {
    return copy(thrown, redact, 0);
  } catch {
    return new Error("a value was thrown that cannot be read");
  }
}

function copy(thrown: unknown, redact: (text: string) => string, depth: number): SanitizedError {
  if (!isObject(thrown)) return new Error(redact(String(thrown)));
  const cause = thrown["cause"] ?? [thrown["errors"]].flat().at(-1);
  const copied = new Error("", cause && depth < 5 ? { cause: copy(cause, redact, depth + 1) } : {});
  for (const field of ["name", "message", "stack", "code"]) {
    const value = thrown[field];
    if (typeof value !== "string") continue;
    Object.defineProperty(copied, field, { value: redact(value), configurable: true, writable: true });
  }
  return copied;
}

/** Returns the innermost cause that has a message or a code. */
export function rootCause(error: SanitizedError): SanitizedError {
  const root = error.cause ? rootCause(error.cause as SanitizedError) : error;
  return root.message || root.code ? root : error;
}
