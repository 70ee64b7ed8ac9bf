import { ConnectionError, TimeoutError, type CallContext } from "../errors.ts";
import { isObject } from "../is-object.ts";

/** What fetch threw → a `ConnectionError` that names the host and the cause's own code. */
export function connectionError(
  thrown: unknown,
  call: CallContext,
  baseUrl: string,
  conceal: (text: string) => string,
): ConnectionError {
  const { host } = new URL(baseUrl);
  let cause: Cause;
  try {
    cause = copyCause(thrown, conceal);
  } catch {
    cause = new Error("what fetch threw cannot be read");
  }
  const { message, code } = rootCause(cause);
  const reason = [code, message].filter(Boolean).join(", ") || "fetch gave no reason";
  const { method, path } = call.operation;
  return new ConnectionError(
    `${method} ${path} got no answer from ${host}: ${reason}. Check \`baseUrl\`, the network and any proxy.`,
    { ...call, code, host },
    { cause },
  );
}

/** `timeout` or `totalTimeout` ran out. The cause is how the attempt before ended, where there was one. */
export function timeoutError(
  limit: TimeoutError["limit"],
  ms: number,
  call: CallContext,
  baseUrl: string,
  cause: unknown,
): TimeoutError {
  const { host } = new URL(baseUrl);
  const {
    operation: { method, path },
    attempts,
  } = call;
  return new TimeoutError(
    `${method} ${path} was not done within the \`${limit}\` of ${ms} ms, after ${attempts} attempt${attempts > 1 ? "s" : ""} at ${host}.`,
    { ...call, code: undefined, host, limit },
    cause === undefined ? undefined : { cause },
  );
}

/** What is kept of an error that came from elsewhere. */
interface Cause extends Error {
  code?: string;
}

/**
 * A copy of an error and of its causes, without the key and with these fields only: what fetch throws can hold the
 * whole request. Runtimes wrap what happened: fetch in a TypeError, a host with several addresses in an
 * AggregateError, whose last error then stands for all.
 */
function copyCause(thrown: unknown, conceal: (text: string) => string, depth = 0): Cause {
  if (!isObject(thrown)) return new Error(conceal(String(thrown)));
  const cause = thrown["cause"] ?? [thrown["errors"]].flat().at(-1);
  const kept = !cause || depth === 5 ? {} : { cause: copyCause(cause, conceal, depth + 1) };
  const copy = new Error("", kept);
  for (const field of ["name", "message", "stack", "code"]) {
    const value = thrown[field];
    if (typeof value !== "string") continue;
    Object.defineProperty(copy, field, { value: conceal(value), configurable: true, writable: true });
  }
  return copy;
}

/** The innermost cause that says something. */
function rootCause(error: Cause): Cause {
  const inner = error.cause as Cause | undefined;
  return inner && (inner.message || inner.code) ? rootCause(inner) : error;
}
