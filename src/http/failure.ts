import { ConnectionError, TimeoutError, type CallContext } from "../errors.ts";

/** What fetch threw → a `ConnectionError` that names the host and the cause's own code. */
export function connectionError(
  thrown: unknown,
  call: CallContext,
  baseUrl: string,
  conceal: (text: string) => string,
): ConnectionError {
  const { host } = new URL(baseUrl);
  const cause = copyCause(thrown, conceal);
  const { message, code, address, port } = rootCause(cause);
  const what =
    code === undefined ? message || "fetch gave no reason" : `${code} ${address ? `${address}:${port}` : host}`;
  const { method, path } = call.operation;
  return new ConnectionError(
    `${method} ${path} got no answer from ${host}: ${what}. Check \`baseUrl\`, the network and any proxy.`,
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
  const { method, path } = call.operation;
  const attempts = call.attempts === 1 ? "1 attempt" : `${call.attempts} attempts`;
  return new TimeoutError(
    `${method} ${path} was not done within the \`${limit}\` of ${ms} ms, after ${attempts} at ${host}.`,
    { ...call, code: undefined, host, limit },
    cause === undefined ? undefined : { cause },
  );
}

/** What is kept of an error that came from elsewhere. */
interface Cause extends Error {
  code?: string;
  address?: string;
  port?: number;
}

/**
 * A copy of an error and of its causes, without the key and with these fields only: what fetch throws can hold the
 * whole request. Runtimes wrap what happened: fetch in a TypeError, a host with several addresses in an
 * AggregateError, whose last error then stands for all.
 */
function copyCause(thrown: unknown, conceal: (text: string) => string, depth = 0): Cause {
  if (typeof thrown !== "object" || thrown === null) return new Error(conceal(String(thrown)));
  const { name, message, stack, code, address, port, cause, errors } = thrown as Record<string, unknown>;
  const read = (value: unknown): string | undefined => (typeof value === "string" ? conceal(value) : undefined);
  const inner = cause ?? (Array.isArray(errors) ? (errors.at(-1) as unknown) : undefined);
  const copy: Cause = new Error(read(message) ?? "");
  const fields = {
    name: read(name),
    stack: read(stack),
    code: read(code),
    address: read(address),
    port: typeof port === "number" ? port : undefined,
    cause: inner !== undefined && depth < 5 ? copyCause(inner, conceal, depth + 1) : undefined,
  };
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) Object.defineProperty(copy, field, { value, configurable: true, writable: true });
  }
  return copy;
}

/** The innermost cause that says something. */
function rootCause(error: Cause): Cause {
  const inner = error.cause as Cause | undefined;
  return inner && (inner.message || inner.code) ? rootCause(inner) : error;
}
