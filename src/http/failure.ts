import { ConnectionError, TimeoutError, type CallContext } from "../errors.ts";
import { isObject } from "../is-object.ts";
import type { Redact } from "./authorize.ts";
import { asSentence } from "./decode.ts";

/** Turns what fetch threw into a `ConnectionError` whose message contains the host and the code of the root cause. */
export function connectionError(thrown: unknown, call: CallContext, baseUrl: string, redact: Redact): ConnectionError {
  const { host } = new URL(baseUrl);
  let cause: Cause;
  try {
    cause = copyCause(thrown, redact);
  } catch {
    cause = new Error("fetch threw a value that cannot be read");
  }
  const { message, code } = rootCause(cause);
  const reason = [code, message].filter(Boolean).join(", ") || "fetch gave no reason";
  const { method, path } = call.operation;
  return new ConnectionError(
    `${method} ${path} got no response from ${host}: ${asSentence(reason)} Check \`baseUrl\`, the network and any proxy.`,
    { ...call, code, host },
    { cause },
  );
}

/** Creates the error for `timeout` or `totalTimeout`. Its `cause` is the error of the previous attempt, if any. */
export function timeoutError(
  limit: TimeoutError["limit"],
  ms: number,
  call: CallContext,
  baseUrl: string,
  cause: unknown,
): TimeoutError {
  const { host } = new URL(baseUrl);
  const { operation, attempts } = call;
  return new TimeoutError(
    `${operation.method} ${operation.path} at ${host} timed out after ${ms} ms (\`${limit}\`), in attempt ${attempts}. ` +
      `Increase \`${limit}\`, or check the network.`,
    { ...call, code: undefined, host, limit },
    cause === undefined ? undefined : { cause },
  );
}

/** The fields that are copied from a foreign error. */
interface Cause extends Error {
  code?: string;
}

/**
 * Copies an error and its causes, without the key and with these fields only: what fetch throws can contain the whole
 * request. Runtimes wrap errors: fetch uses a TypeError, and a host with several addresses an AggregateError, of which
 * the last error is copied.
 */
function copyCause(thrown: unknown, redact: Redact, depth = 0): Cause {
  if (!isObject(thrown)) return new Error(redact(String(thrown)));
  const cause = thrown["cause"] ?? [thrown["errors"]].flat().at(-1);
  const copy = new Error("", cause && depth < 5 ? { cause: copyCause(cause, redact, depth + 1) } : {});
  for (const field of ["name", "message", "stack", "code"]) {
    const value = thrown[field];
    if (typeof value !== "string") continue;
    Object.defineProperty(copy, field, { value: redact(value), configurable: true, writable: true });
  }
  return copy;
}

/** Returns the innermost cause that has a message or a code. */
function rootCause(error: Cause): Cause {
  const inner = error.cause as Cause | undefined;
  return inner && (inner.message || inner.code) ? rootCause(inner) : error;
}
