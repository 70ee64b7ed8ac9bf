import type { Config } from "../config.ts";
import { ApiError, PolytomicError } from "../errors.ts";
import type { CallEvent } from "../events.ts";
import { isObject } from "../objects.ts";
import { describeOperation } from "../operations.ts";
import { readVersion, requestId } from "./headers.ts";
import type { PreparedRequest } from "./prepare.ts";
import type { Redact } from "./redact.ts";
import type { ThrownByCaller } from "./thrown.ts";

/** Emits the events of one attempt. */
export interface AttemptObserver {
  /** The request is about to be sent. */
  started(): void;
  /** A response arrived and its body was read. */
  responded(response: Response, redact: Redact): void;
  /** The attempt ended with an error. Emits nothing if it never started, or if the API responded with the error. */
  failed(error: unknown, redact?: Redact): void;
  /** Another attempt follows after `delay` milliseconds. */
  retrying(error: unknown, delay: number): void;
}

export function observeAttempt(
  onEvent: NonNullable<Config["onEvent"]>,
  { operation, ids, version }: PreparedRequest,
  numbers: Pick<CallEvent, "call" | "attempt">,
): AttemptObserver {
  let start: number | undefined;
  const duration = (): number => performance.now() - (start ?? 0);
  /** An observer can change an event, so each event has objects of its own. */
  const emit = (event: EventDetails): void => {
    const context = { operation: describeOperation(operation), ids: { ...ids }, ...numbers };
    void runSafely(() => onEvent({ ...event, ...context }));
  };
  return {
    started() {
      start = performance.now();
      emit({ type: "request" });
    },
    responded({ status, headers }, redact) {
      const id = requestId(headers);
      emit({ type: "response", status, duration: duration(), requestId: id && redact(id) });
      const received = readVersion(headers);
      if (!received || received === version) return;
      emit({ type: "version-mismatch", requested: version, receivedVersion: redact(received) });
    },
    failed(error, redact) {
      if (start === undefined || error instanceof ApiError) return;
      emit({ type: "failure", ...summarize(error, redact), duration: duration() });
    },
    retrying(error, delay) {
      emit({ type: "retry", ...summarize(error), delay });
    },
  };
}

/** The fields that only one type of event has. */
type EventDetails = CallEvent extends infer Event
  ? Event extends CallEvent
    ? Omit<Event, "call" | "attempt" | "operation" | "ids">
    : never
  : never;

/** Calls a function of the user or of the runtime, and ignores its errors, even those of a promise that it returns. */
async function runSafely(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // An observer must not break the call.
  }
}

function summarize(error: unknown, redact?: Redact): { error: string; status: number | undefined } {
  if (error instanceof PolytomicError) return { error: error.name, status: (error as { status?: number }).status };
  const { value, isAbort } = error as ThrownByCaller;
  const name = isAbort ? "AbortError" : nameOf(value);
  return { error: redact?.(name) ?? name, status: undefined };
}

/** Returns the name of what `fetch` threw. A value that is not an error has none. */
function nameOf(thrown: unknown): string {
  try {
    return isObject(thrown) && typeof thrown["name"] === "string" ? thrown["name"] : typeof thrown;
  } catch {
    return "unknown"; // it cannot be read
  }
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
