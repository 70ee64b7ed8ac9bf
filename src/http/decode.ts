import { isObject } from "../objects.ts";
import type { Operation } from "../operations.ts";
import type { ReadResponse } from "./attempt.ts";
import { apiError, unexpectedResponse, type FailureContext } from "./failure.ts";

/** Returns the body of a success, which has the `data` that the spec promises, if it has the operation. Throws the error for any other response. */
export function decode(read: ReadResponse, context: FailureContext): unknown {
  const { ok, status } = read.response;
  if (ok) return decodeSuccess(read, context);
  if (status >= 400 && status <= 599) throw apiError(read, context);
  // Browsers hide the status of a redirect. A 304 is none.
  const isRedirect = status === 0 || (status >= 300 && status <= 399 && status !== 304);
  throw unexpectedResponse(isRedirect ? "a redirect" : "an unexpected status", read, context);
}

function decodeSuccess(read: ReadResponse, context: FailureContext): unknown {
  const { text } = read;
  if (text === undefined) throw unexpectedResponse("a body that is too large", read, context);
  if (text === "") throw unexpectedResponse("an empty body", read, context);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Without a `cause`: the SyntaxError quotes the body.
    throw unexpectedResponse("a body that is not JSON", read, context);
  }
  const { operation } = context.request;
  const isExpected = operation.data === "unknown" || (isObject(body) && matchesSpec(body["data"], operation));
  if (!isExpected) throw unexpectedResponse("a body without the `data` that the spec requires", read, context);
  return body;
}

/**
 * Whether `data` is what the operation returns: an object, or a list of objects or `null`. A new key must have its value.
 * Fields are not checked, because an error would hide that a create has succeeded.
 */
function matchesSpec(data: unknown, { data: type, secret }: Operation): boolean {
  if (type === "list") return data === null || (Array.isArray(data) && data.every(isObject));
  return isObject(data) && (!secret || typeof data["value"] === "string");
}
