import { copyCause, type Cause } from "../cause.ts";
import type { KeyKind } from "../config.ts";
import { ConnectionError, TimeoutError, type CallContext } from "../errors.ts";
import { asSentence } from "./decode.ts";
import type { PreparedRequest } from "./prepare.ts";
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

/**
 * Creates the error for `timeout` or `totalTimeout`.
 *
 * @param options.cause The error of the previous attempt.
 * @param options.pendingKey The kind of the key, if its function was running.
 */
export function timeoutError(
  limit: TimeoutError["limit"],
  { baseUrl, limits }: PreparedRequest,
  call: CallContext,
  { cause, pendingKey }: { readonly cause?: unknown; readonly pendingKey: KeyKind | undefined },
): TimeoutError {
  const { host } = new URL(baseUrl);
  const { operation, attempts } = call;
  const subject = `${operation.method} ${operation.path} at ${host} timed out after ${limits[limit]} ms (\`${limit}\`)`;
  const message = pendingKey
    ? `${subject}: the \`${pendingKey}\` function returned no key. Check this function, or increase \`${limit}\`.`
    : `${subject}, in attempt ${attempts}. Increase \`${limit}\`, or check the network.`;
  return new TimeoutError(
    message,
    { ...call, code: undefined, host, limit },
    cause === undefined ? undefined : { cause },
  );
}

/** Returns the innermost cause that has a message or a code. */
function rootCause(error: Cause): Cause {
  const inner = error.cause as Cause | undefined;
  return inner && (inner.message || inner.code) ? rootCause(inner) : error;
}
