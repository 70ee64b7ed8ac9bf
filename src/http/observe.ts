import type { Config } from "../config.ts";
import { ApiError, PolytomicError, type CallContext } from "../errors.ts";
import type { CallEvent } from "../events.ts";
import { readVersion } from "./headers.ts";
import { readHttpDate } from "./http-date.ts";
import type { Redact } from "./redact.ts";

/** Emits the events of one attempt. */
export interface AttemptObserver {
  /** The request is about to be sent. */
  started(): void;
  /** A response arrived and its body was read. */
  responded(response: Response, requestedVersion: string, redact: Redact): void;
  /** The attempt ended with an error. Emits nothing if it never started, or if the API responded with the error. */
  failed(error: unknown): void;
  /** Another attempt follows after `delay` milliseconds. */
  retrying(error: unknown, delay: number): void;
}

export function observeAttempt(
  onEvent: NonNullable<Config["onEvent"]>,
  call: number,
  attempt: number,
  { operation, ids }: CallContext,
): AttemptObserver {
  const { id, method, path } = operation;
  const context = { call, operation: id, method, path, ids, attempt };
  let start: number | undefined;
  const duration = (): number => performance.now() - (start ?? 0);
  return {
    started() {
      start = performance.now();
      emit(onEvent, { type: "request", ...context });
    },
    responded({ status, headers }, requested, redact) {
      const header = headers.get("x-request-id");
      const requestId = header === null ? undefined : redact(header);
      emit(onEvent, { type: "response", ...context, status, duration: duration(), requestId });
      const answered = readVersion(headers);
      if (answered && answered !== requested) {
        emit(onEvent, { type: "version-mismatch", ...context, requested, answered: redact(answered) });
      }
      const deprecation = headers.get("deprecation");
      const sunset = headers.get("sunset");
      if (deprecation === null && sunset === null) return;
      emit(onEvent, { type: "deprecation", ...context, since: readDate(deprecation), sunset: readDate(sunset) });
    },
    failed(error) {
      if (start === undefined || error instanceof ApiError) return;
      emit(onEvent, { type: "failure", ...context, ...summarize(error), duration: duration() });
    },
    retrying(error, delay) {
      emit(onEvent, { type: "retry", ...context, ...summarize(error), delay });
    },
  };
}

function emit(onEvent: NonNullable<Config["onEvent"]>, event: CallEvent): void {
  void runSafely(() => onEvent(event));
}

/** Runs foreign code at once and ignores its errors, even those of a promise that it returns. */
async function runSafely(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // An observer must not break the call.
  }
}

function summarize(error: unknown): { error: string; status: number | undefined } {
  if (!(error instanceof PolytomicError)) return { error: "AbortError", status: undefined };
  return { error: error.name, status: (error as { status?: number }).status };
}

/** Reads `@1688169599` (RFC 9745) or an HTTP date, and returns an ISO date. */
function readDate(header: string | null): string | undefined {
  const ms = /^@\d{1,11}$/.test(header ?? "") ? Number(header?.slice(1)) * 1000 : readHttpDate(header ?? "");
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

const warned = new WeakSet<Config>();

/** Writes a warning to the console, once per client. */
export function warnOfVersionMismatch(config: Config, requested: string, received: string): void {
  if (warned.has(config)) return;
  warned.add(config);
  const message =
    `polytomic-users: requested API version ${requested}, but the server responded with ${received}. ` +
    "Responses may differ from the types. Check `version`, or update this package.";
  void runSafely(() => console.warn(message));
}
