import { OPERATIONS } from "../../generated/contract.ts";
import type { OperationId } from "./call.ts";
import { checkInteger, checkNames, LONGEST_DELAY, show } from "./check.ts";
import { HttpError } from "./http-error.ts";
import { failure, type StoredResponse } from "./stored-response.ts";

/**
 * A failure for a sandbox to simulate. It needs one of `status`, `body` (with or without `status`), `drop`, `truncate`
 * and `delay`; `delay` can be combined with each of the others.
 *
 * @example
 * const fault: Fault = { operation: "createPartnerUser", status: 503, retryAfter: 1, times: 2 };
 */
export interface Fault {
  /** The `operationId` of the requests that fail. Default: any operation. */
  readonly operation?: OperationId;
  /**
   * How many requests fail. `Infinity` means all of them until `reset()`; `sandbox.faults` lists such a fault until then.
   * Default: 1.
   */
  readonly times?: number;
  /**
   * The status of the response: 400 to 599, or 200 to 599 with `body`. The request changes nothing. 401, 408, 409, 429
   * and every 5xx except 500 simulate a gateway in front of the API, and the idempotency key stays unused. Every other
   * status is the API's own response, which the sandbox replays for the same idempotency key.
   */
  readonly status?: number;
  /**
   * The `Retry-After` of the response, together with `status`: a number of seconds, or a string such as an HTTP date.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
   */
  readonly retryAfter?: number | string;
  /**
   * The body of a response that something in front of the API sends, with `status` or 200. A string is sent as is,
   * anything else as JSON. The request changes nothing, and the idempotency key stays unused.
   */
  readonly body?: unknown;
  /** The `Content-Type` of `body`. Default: `text/html; charset=utf-8` for a string, otherwise `application/json`. */
  readonly contentType?: string;
  /**
   * Drops the connection. `true` and `"request"` drop it before the request reaches the API, which changes nothing.
   * `"response"` drops it after the API has run the operation, so that only the response is lost.
   */
  readonly drop?: true | "request" | "response";
  /**
   * Cuts off the response body after a number of bytes, at most all but the last one; `true` means half-way. The API has
   * run the operation.
   */
  readonly truncate?: true | number;
  /**
   * Delays the request, in milliseconds. If the caller aborts in the meantime, the request changes nothing. Unless
   * the failure comes from something in front of the API, the idempotency key is in use during the delay.
   */
  readonly delay?: number;
}

/** The queue of faults, in the order in which they were added. */
export class Faults {
  readonly #queue: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    checkFault(fault);
    const copy = JSON.parse(JSON.stringify(fault)) as Fault; // with `body` as it is sent
    this.#queue.push({ fault: copy, left: fault.times ?? 1 });
  }

  /** Copies the faults that are left, as they were passed to `add`. `times` is how often each is left. */
  read(): Fault[] {
    return this.#queue.map(({ fault, left }) => ({ ...structuredClone(fault), times: left }));
  }

  /** Takes the first fault for the operation from the queue. */
  take(operation: OperationId): Fault | undefined {
    const index = this.#queue.findIndex(({ fault }) => (fault.operation ?? operation) === operation);
    const next = this.#queue[index];
    if (next && --next.left <= 0) this.#queue.splice(index, 1);
    return next?.fault;
  }
}

/** Whether the fault simulates something in front of the API, so that the request never reaches the API. */
export function isInFront({ status, body, drop }: Fault): boolean {
  if (body !== undefined || drop === true || drop === "request") return true;
  return status !== undefined && ([401, 408, 409, 429].includes(status) || status > 500);
}

/** The response that a fault injects instead of that of the operation, if it has a `status` or a `body`. */
export function injectedResponse(
  { status, body, contentType, ...fault }: Fault,
  version: string,
): StoredResponse | undefined {
  const retryAfter = fault.retryAfter === undefined ? undefined : String(fault.retryAfter);
  if (body === undefined) {
    if (status === undefined) return undefined;
    const error = new HttpError(status, "This failure was requested with `sandbox.fail()`.", { retryAfter });
    return failure(version, error);
  }
  const isText = typeof body === "string";
  const headers = {
    ...(retryAfter !== undefined && { "retry-after": retryAfter }),
    "content-type": contentType ?? (isText ? "text/html; charset=utf-8" : "application/json"),
    "x-polytomic-version": version,
  };
  return { status: status ?? 200, headers, body: isText ? body : JSON.stringify(body) };
}

function checkFault(fault: Fault): void {
  checkNames("fail()", fault, NAMES);
  const { operation, times, status, body, drop, truncate, delay } = fault;
  if (operation !== undefined && !Object.hasOwn(OPERATIONS, operation)) {
    throw new TypeError(
      `Unknown operation ${show(operation)}. Valid operations: ${Object.keys(OPERATIONS).join(", ")}.`,
    );
  }
  const kinds = [status !== undefined || body !== undefined, drop !== undefined, truncate !== undefined];
  const count = kinds.filter(Boolean).length;
  if (count > 1) {
    throw new TypeError(
      "fail() takes only one of `status` or `body`, `drop` and `truncate`. Call it once for each of them.",
    );
  }
  if (count === 0 && delay === undefined) {
    throw new TypeError("fail() needs one of `status`, `body`, `drop`, `truncate` and `delay`.");
  }
  if (times !== undefined && times !== Infinity) checkInteger("`times`", times, 1);
  if (status !== undefined) checkInteger("`status`", status, body === undefined ? 400 : 200, 599);
  if (body !== undefined) checkBody(body);
  if (delay !== undefined) checkInteger("`delay`, in milliseconds,", delay, 0, LONGEST_DELAY);
  if (typeof truncate === "number") checkInteger("`truncate`, in bytes,", truncate, 0);
  else if (![undefined, true].includes(truncate)) {
    throw new TypeError(`\`truncate\` must be true or a number of bytes; got ${show(truncate)}.`);
  }
  if (drop !== undefined && ![true, "request", "response"].includes(drop)) {
    throw new TypeError(`\`drop\` must be true, "request" or "response"; got ${show(drop)}.`);
  }
  checkHeaders(fault);
}

const NAMES: readonly (keyof Fault)[] = [
  "operation",
  "times",
  "status",
  "retryAfter",
  "body",
  "contentType",
  "drop",
  "truncate",
  "delay",
];

function checkBody(body: unknown): void {
  if (typeof body === "string" || isPlain(body)) {
    try {
      JSON.stringify(body);
      return;
    } catch {
      // it contains itself, or a bigint
    }
  }
  throw new TypeError(`\`body\` must be a string or a JSON value; got ${show(body)}.`);
}

function isPlain(body: unknown): boolean {
  if (typeof body !== "object") return typeof body === "number" || typeof body === "boolean";
  if (body === null || Array.isArray(body)) return true;
  const prototype = Object.getPrototypeOf(body) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null; // each realm has its own `Object.prototype`
}

function checkHeaders({ status, body, retryAfter, contentType }: Fault): void {
  if (retryAfter !== undefined && status === undefined) throw new TypeError("`retryAfter` requires `status`.");
  if (typeof retryAfter === "number") checkInteger("`retryAfter`, in seconds,", retryAfter, 0);
  if (contentType !== undefined && body === undefined) throw new TypeError("`contentType` requires `body`.");
  for (const [name, value] of Object.entries({ retryAfter, contentType })) {
    if (value === undefined || typeof value === "number") continue;
    if (typeof value !== "string" || !/^[\x20-\x7e]+$/.test(value)) {
      throw new TypeError(`\`${name}\` must be a valid header value; got ${show(value)}.`);
    }
  }
}
