import { ConnectionError, TimeoutError, type CallContext } from "../errors.ts";

/** What fetch threw → a `ConnectionError` that names the host and the cause's own code. */
export function connectionError(
  thrown: unknown,
  call: CallContext,
  baseUrl: string,
  conceal: (text: string) => string,
): ConnectionError {
  const { host } = new URL(baseUrl);
  const root = rootCause(thrown);
  const code = typeof root.code === "string" ? root.code : undefined;
  const address = root.address === undefined ? host : `${root.address}:${root.port}`;
  const what = code === undefined ? conceal(root.message ?? String(thrown)) : `${code} ${address}`;
  const { method, path } = call.operation;
  return new ConnectionError(
    `${method} ${path} got no answer from ${host}: ${what}. Check \`baseUrl\`, the network and any proxy.`,
    { ...call, code, host },
    { cause: concealCause(thrown, conceal) },
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

interface SystemError {
  readonly message?: string;
  readonly code?: unknown;
  readonly address?: string;
  readonly port?: number;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** Runtimes wrap what happened: fetch in a TypeError, a host with several addresses in an AggregateError. */
function rootCause(thrown: unknown): SystemError {
  let error = (typeof thrown === "object" && thrown !== null ? thrown : {}) as SystemError;
  for (let depth = 0; depth < 5; depth++) {
    const inner = error.cause ?? error.errors?.at(-1);
    if (typeof inner !== "object" || inner === null) break;
    error = inner;
  }
  return error;
}

/** The cause as it is, or, where its text holds the key, an error with that text cleared of it. */
function concealCause(thrown: unknown, conceal: (text: string) => string): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { name, message, stack = "" } = thrown;
  if (conceal(message) === message && conceal(stack) === stack) return thrown;
  return Object.assign(new Error(conceal(message)), { name, stack: conceal(stack) });
}
