import { ApiError, PolytomicError, type CallContext } from "./errors.ts";

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

/** Another API version answered than was asked for. */
interface VersionMismatchEvent extends EventContext {
  readonly type: "version-mismatch";
  readonly requested: string;
  readonly answered: string;
}

/** What `onEvent` is called with. */
export type CallEvent = RequestEvent | ResponseEvent | FailureEvent | VersionMismatchEvent;

export type Observer = (event: CallEvent) => void;

/**
 * One observer per client: passes events on, keeps what the caller's function throws from the call, and warns on the
 * console, once, when another API version answers.
 */
export function createObserver(onEvent: ((event: CallEvent) => unknown) | undefined): Observer {
  let warned = false;
  return (event) => {
    if (event.type === "version-mismatch" && !warned) {
      warned = true;
      console.warn(
        `polytomic-users: asked for API version ${event.requested}, ${event.answered} answered. ` +
          "Answers can differ from the types. Pass `version`, or use a release of this package that is made for it.",
      );
    }
    try {
      const returned = onEvent?.(event);
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {
      // An observer is a guest: what it throws is not the call's business.
    }
  };
}

/** What the stages of one attempt report. */
export interface ObservedAttempt {
  /** The request is about to be sent. */
  started(): void;
  /** An answer came and was read. */
  answered(response: Response, requested: string): void;
  /** The attempt ended with an error. Nothing is told when it never started, or when the error is an answer. */
  failed(error: unknown): void;
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
    answered({ status, headers }, requested) {
      const requestId = headers.get("x-request-id") ?? undefined;
      observe({ type: "response", ...context, status, duration: duration(), requestId });
      const answered = headers.get("x-polytomic-version");
      if (answered && answered !== requested) observe({ type: "version-mismatch", ...context, requested, answered });
    },
    failed(error) {
      if (start === undefined || error instanceof ApiError) return;
      const name = error instanceof PolytomicError ? error.name : "AbortError";
      const status = (error as { status?: number } | undefined)?.status;
      observe({ type: "failure", ...context, error: name, status, duration: duration() });
    },
  };
}
