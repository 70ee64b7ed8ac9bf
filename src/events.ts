import { ApiError, PolytomicError, type CallContext } from "./errors.ts";
import { readHttpDate } from "./http/http-date.ts";

/** What every event tells. There is no field that could hold a key, a header, a body or an id. */
interface EventContext {
  /** The `operationId` of the spec, such as `"listPartnerUsers"`. */
  readonly operation: string;
  /** The HTTP method in upper case. */
  readonly method: string;
  /** The path template; it has no ids in it, so it can name a metric. */
  readonly path: string;
  /** Which attempt of the call this is, from 1. */
  readonly attempt: number;
}

/** An attempt starts. */
interface RequestEvent extends EventContext {
  readonly type: "request";
}

/** An answer came, whatever its status. */
interface ResponseEvent extends EventContext {
  readonly type: "response";
  readonly status: number;
  /** Milliseconds from the start of the attempt to the last byte of the body. */
  readonly duration: number;
  readonly requestId: string | undefined;
}

/** An attempt ended without a usable answer. */
interface FailureEvent extends EventContext {
  readonly type: "failure";
  /** The name of the error, such as `"ConnectionError"`; `"AbortError"` when the caller aborted. */
  readonly error: string;
  /** The status, where there was an answer. */
  readonly status: number | undefined;
  /** Milliseconds since the start of the attempt. */
  readonly duration: number;
}

/** Another attempt follows. */
interface RetryEvent extends EventContext {
  readonly type: "retry";
  /** Milliseconds until it starts. */
  readonly delay: number;
  /** The name of the error that this attempt ended with. */
  readonly error: string;
  /** The status, where there was an answer. */
  readonly status: number | undefined;
}

/** The answer says that the operation is going to be withdrawn (RFC 9745, RFC 8594). */
interface DeprecationEvent extends EventContext {
  readonly type: "deprecation";
  /** Since when it is deprecated, as an ISO date, where the `Deprecation` header gives a date. */
  readonly since: string | undefined;
  /** When it stops to answer, as an ISO date, where there is a `Sunset` header. */
  readonly sunset: string | undefined;
}

/** Another API version answered than was asked for. */
interface VersionMismatchEvent extends EventContext {
  readonly type: "version-mismatch";
  readonly requested: string;
  readonly answered: string;
}

/** What `onEvent` is called with. */
export type CallEvent =
  RequestEvent | ResponseEvent | FailureEvent | RetryEvent | VersionMismatchEvent | DeprecationEvent;

export type Observer = (event: CallEvent) => void;

/** Passes events on, and keeps what the caller's function throws from the call. */
export function createObserver(onEvent: (event: CallEvent) => unknown): Observer {
  return (event) => {
    try {
      const returned = onEvent(event);
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {
      // An observer is a guest: what it throws is not the call's business.
    }
  };
}

export type VersionWarning = (requested: string, answered: string) => void;

/** One per client: warns on the console, once, when another API version answers. */
export function warnOfVersions(): VersionWarning {
  let warned = false;
  return (requested, answered) => {
    if (warned) return;
    warned = true;
    console.warn(
      `polytomic-users: asked for API version ${requested}, ${answered} answered; ` +
        "its answers can differ from the types. Check `version`, or update this package.",
    );
  };
}

/** What the stages of one attempt report. */
export interface ObservedAttempt {
  /** The request is about to be sent. */
  started(): void;
  /** An answer came and was read. */
  answered(response: Response, requested: string, conceal: (text: string) => string): void;
  /** The attempt ended with an error. Nothing is told when it never started, or when the error is an answer. */
  failed(error: unknown): void;
  /** Another attempt follows in so many milliseconds. */
  retrying(error: unknown, delay: number): void;
}

export function observeAttempt(observe: Observer, { operation, attempts }: CallContext): ObservedAttempt {
  const context = { operation: operation.id, method: operation.method, path: operation.path, attempt: attempts };
  let start: number | undefined;
  const duration = (): number => performance.now() - (start ?? 0);
  return {
    started() {
      start = performance.now();
      observe({ type: "request", ...context });
    },
    answered({ status, headers }, requested, conceal) {
      const id = headers.get("x-request-id");
      const requestId = id === null ? undefined : conceal(id);
      observe({ type: "response", ...context, status, duration: duration(), requestId });
      const answered = headers.get("x-polytomic-version");
      if (answered && answered !== requested) {
        observe({ type: "version-mismatch", ...context, requested, answered: conceal(answered) });
      }
      const deprecation = headers.get("deprecation");
      const sunset = headers.get("sunset");
      if (deprecation === null && sunset === null) return;
      observe({ type: "deprecation", ...context, since: readDate(deprecation), sunset: readDate(sunset) });
    },
    failed(error) {
      if (start === undefined || error instanceof ApiError) return;
      observe({ type: "failure", ...context, ...summarize(error), duration: duration() });
    },
    retrying(error, delay) {
      observe({ type: "retry", ...context, ...summarize(error), delay });
    },
  };
}

function summarize(error: unknown): { error: string; status: number | undefined } {
  if (!(error instanceof PolytomicError)) return { error: "AbortError", status: undefined };
  return { error: error.name, status: (error as { status?: number }).status };
}

/** `@1688169599` (RFC 9745) or an HTTP date → an ISO date. */
function readDate(header: string | null): string | undefined {
  const ms = /^@\d{1,11}$/.test(header ?? "") ? Number(header?.slice(1)) * 1000 : readHttpDate(header ?? "");
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
