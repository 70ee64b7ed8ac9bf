import { ConfigurationError } from "../errors.ts";
import { isObject } from "../objects.ts";

/** The responses so far: the body of each can be read only once. */
const seen = new WeakSet<object>();

/** Refuses what is not a new `Response`: a stub often has less, and a test can return the same one twice. */
export function checkResponse(response: Response): void {
  if (!isResponse(response)) {
    throw new ConfigurationError(
      "`fetch` returned a value that is not a Response. Return `new Response(body, { status, headers })`, or let the global `fetch` create one.",
    );
  }
  if (response.bodyUsed || response.body?.locked || seen.has(response)) {
    throw new ConfigurationError(
      "`fetch` returned a Response whose body has already been read. Return a new Response for each request, or `response.clone()`.",
    );
  }
  seen.add(response);
}

function isResponse(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { status, ok, headers, text } = value;
  const hasFields = typeof status === "number" && typeof ok === "boolean" && typeof text === "function";
  return hasFields && isHeaders(headers);
}

/** Unlike `Headers`, a Map returns `undefined` for a name that it does not have. */
function isHeaders(value: unknown): boolean {
  if (!isObject(value) || typeof value["get"] !== "function" || !(Symbol.iterator in value)) return false;
  return (value as unknown as Headers).get("x-polytomic-version") !== undefined;
}
