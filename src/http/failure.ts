import { copyCause, type Cause } from "../cause.ts";
import { ConnectionError, TimeoutError, type CallContext } from "../errors.ts";
import { asSentence } from "./decode.ts";
import type { Redact } from "./redact.ts";

/** Turns what fetch threw into a `ConnectionError` whose message contains the host and the code of the root cause. */
export function connectionError(thrown: unknown, call: CallContext, baseUrl: string, redact: Redact): ConnectionError {
  const { host } = new URL(baseUrl);
  const cause = copyCause(thrown, redact);
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

/** Returns the innermost cause that has a message or a code. */
function rootCause(error: Cause): Cause {
  const inner = error.cause as Cause | undefined;
  return inner && (inner.message || inner.code) ? rootCause(inner) : error;
}
