import { OPERATIONS } from "../../generated/contract.ts";
import type { OperationId } from "./call.ts";
import { checkInteger, checkNames, LONGEST_WAIT, show } from "./check.ts";

/**
 * Something that goes wrong. It has one of `status`, `body` (with or without `status`), `drop` and `truncate`, each of
 * which may have a `delay` before it; or a `delay` alone.
 */
export interface Fault {
  /** The `operationId` that it happens to. Default: any. */
  readonly operation?: OperationId;
  /** How many requests it happens to. Default: 1; `Infinity` until `reset()`. */
  readonly times?: number;
  /**
   * The status of the answer: 400 to 599, with `body` 200 to 599. Nothing is changed. 401, 408, 409, 429 and every 5xx but 500 stand for
   * something in front of the API: no idempotency key is fixed by them. Every other status is the API's own, and is
   * what a request with that idempotency key is answered from then on.
   */
  readonly status?: number;
  /** With `status`: the answer's `Retry-After`, in seconds, or as a text such as an HTTP date. */
  readonly retryAfter?: number | string;
  /**
   * What is answered in place of the API, with `status` or else 200: a text as it is, anything else as JSON. Nothing is
   * changed and no idempotency key is fixed.
   */
  readonly body?: unknown;
  /** With `body`: its `Content-Type`. Default: `text/html` for a text, else `application/json`. */
  readonly contentType?: string;
  /**
   * Drops the connection. `true` and `"request"`: before the request reaches the API, so that nothing is changed.
   * `"answer"`: after the API has done what was asked, so that only the answer is lost.
   */
  readonly drop?: true | "request" | "answer";
  /**
   * Breaks the answer's body off: `true` half-way, a number after so many bytes (at most all but the last). The API has
   * done what was asked.
   */
  readonly truncate?: true | number;
  /**
   * Holds the request, in milliseconds, for as long as the caller does not give up: one that gives up has changed
   * nothing. Where the API does the answering, the idempotency key is taken meanwhile.
   */
  readonly delay?: number;
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

/** A fault that does not change with the objects it was made of: its body is a text. */
export interface WrittenFault extends Fault {
  readonly body?: string;
}

function written({ body, ...fault }: Fault): WrittenFault {
  if (body === undefined) return fault;
  if (typeof body === "string") return { contentType: "text/html; charset=utf-8", ...fault, body };
  return { contentType: "application/json", ...fault, body: JSON.stringify(body) };
}

/** What is to go wrong, in the order in which it was said. */
export class Faults {
  readonly #queue: { readonly fault: WrittenFault; left: number }[] = [];

  add(fault: Fault): void {
    checkFault(fault);
    this.#queue.push({ fault: written(fault), left: fault.times ?? 1 });
  }

  /** The first fault that is meant for the operation; it is used up with that, whatever becomes of the request. */
  take(operation: OperationId): WrittenFault | undefined {
    const index = this.#queue.findIndex(({ fault }) => (fault.operation ?? operation) === operation);
    const next = this.#queue[index];
    if (next && --next.left <= 0) this.#queue.splice(index, 1);
    return next?.fault;
  }
}

/** Whether the fault stands for something in front of the API, which then does not see the request. */
export function isInFront({ status, body, drop }: Fault): boolean {
  if (body !== undefined || drop === true || drop === "request") return true;
  return status !== undefined && ([401, 408, 409, 429].includes(status) || status > 500);
}

function checkFault(fault: Fault): void {
  checkNames("fail()", fault, NAMES);
  const { operation, times, status, body, drop, truncate, delay } = fault;
  if (operation !== undefined && !Object.hasOwn(OPERATIONS, operation)) {
    throw new TypeError(`There is no operation ${show(operation)}. There are: ${Object.keys(OPERATIONS).join(", ")}.`);
  }
  const kinds = [status !== undefined || body !== undefined, drop !== undefined, truncate !== undefined];
  const count = kinds.filter(Boolean).length;
  if (count > 1) throw new TypeError("fail() takes one of `status` or `body`, `drop` and `truncate`: call it twice.");
  if (count === 0 && delay === undefined) {
    throw new TypeError("fail() has to know what goes wrong: `status`, `body`, `drop`, `truncate` or `delay`.");
  }
  if (times !== undefined && times !== Infinity) checkInteger("`times`", times, 1);
  if (status !== undefined) checkInteger("`status`", status, body === undefined ? 400 : 200, 599);
  if (body !== undefined) checkBody(body);
  if (delay !== undefined) checkInteger("`delay`, in milliseconds,", delay, 0, LONGEST_WAIT);
  if (typeof truncate === "number") checkInteger("`truncate`, in bytes,", truncate, 0);
  else if (![undefined, true].includes(truncate)) {
    throw new TypeError(`\`truncate\` must be true or a number of bytes; got ${show(truncate)}.`);
  }
  if (drop !== undefined && ![true, "request", "answer"].includes(drop)) {
    throw new TypeError(`\`drop\` must be true, "request" or "answer"; got ${show(drop)}.`);
  }
  checkHeaders(fault);
}

function checkBody(body: unknown): void {
  if (typeof body === "string" || isPlain(body)) {
    try {
      JSON.stringify(body);
      return;
    } catch {
      // a circle, or a bigint somewhere in it
    }
  }
  throw new TypeError(`\`body\` must be a text, or something that JSON can hold; got ${show(body)}.`);
}

function isPlain(body: unknown): boolean {
  if (typeof body !== "object") return typeof body === "number" || typeof body === "boolean";
  return body === null || Array.isArray(body) || [Object.prototype, null].includes(Object.getPrototypeOf(body));
}

/** What goes into headers. */
function checkHeaders({ status, body, retryAfter, contentType }: Fault): void {
  if (retryAfter !== undefined && status === undefined) throw new TypeError("`retryAfter` goes with `status`.");
  if (typeof retryAfter === "number") checkInteger("`retryAfter`, in seconds,", retryAfter, 0);
  if (contentType !== undefined && body === undefined) throw new TypeError("`contentType` goes with `body`.");
  for (const [name, value] of Object.entries({ retryAfter, contentType })) {
    if (value === undefined || typeof value === "number") continue;
    if (typeof value !== "string" || !/^[\x20-\x7e]+$/.test(value)) {
      throw new TypeError(`\`${name}\` must be the value of a header; got ${show(value)}.`);
    }
  }
}
