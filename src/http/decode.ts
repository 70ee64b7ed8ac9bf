import { isObject } from "../objects.ts";
import type { Operation } from "../operations.ts";
import type { ReadResponse } from "./attempt.ts";
import { apiError, unexpectedResponse, type FailureContext } from "./failure.ts";
import { ThrownByCall } from "./thrown.ts";

/**
 * Returns the body of a success, which has the `data` that the spec promises, if it has the operation. Throws the error for
 * any other response as a `ThrownByCall`.
 */
export function decode(read: ReadResponse, context: FailureContext): unknown {
  const { ok, status } = read.response;
  if (!ok && status >= 400 && status <= 599) throw new ThrownByCall(apiError(read, context));
  const decoded = ok ? decodeSuccess(read.text, context.request.operation) : { problem: describeStatus(status) };
  if (decoded.problem === undefined) return decoded.body;
  throw new ThrownByCall(unexpectedResponse(decoded.problem, read, context));
}

/** Browsers hide the status of a redirect. A 304 is none. */
function describeStatus(status: number): string {
  const isRedirect = status === 0 || (status >= 300 && status <= 399 && status !== 304);
  return isRedirect ? "a redirect" : "an unexpected status";
}

function decodeSuccess(text: string | undefined, operation: Operation): { body?: unknown; problem?: string } {
  if (text === undefined) return { problem: "a body that is too large" };
  if (text === "") return { problem: "an empty body" };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { problem: "a body that is not JSON" }; // the SyntaxError quotes the body
  }
  const isExpected = operation.data === "unknown" || (isObject(body) && matchesSpec(body["data"], operation));
  return isExpected ? { body } : { problem: "a body without the `data` that the spec requires" };
}

/**
 * Whether `data` is what the operation returns: an object, or a list of objects or `null`. A new key must have its value.
 * Fields are not checked, because an error would hide that a create has succeeded.
 */
function matchesSpec(data: unknown, { data: type, secret }: Operation): boolean {
  if (type === "list") return data === null || (Array.isArray(data) && data.every(isObject));
  return isObject(data) && (!secret || typeof data["value"] === "string");
}
