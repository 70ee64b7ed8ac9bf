import type { CallOperation } from "./errors.ts";

/** The fields that every event has. No event contains a key, a header or a body. */
interface EventContext {
  /** The number of the call, which all its attempts share. The calls of all clients are counted together. */
  readonly call: number;
  /**
   * The operation, as in errors: `id`, `method` and `path`. The path template contains no ids, so it can label a metric,
   * unless `id` is `"untypedRequest"`.
   */
  readonly operation: CallOperation;
  /** The ids in the path, by the names in the path template: `org_id` and `id`. That of a scoped call is `org_id`, too. */
  readonly ids: Readonly<Record<string, string>>;
  /** The number of this attempt within the call, from 1. */
  readonly attempt: number;
}

/** An attempt starts. */
interface RequestEvent extends EventContext {
  readonly type: "request";
}

/** A response arrived, whatever its status. */
interface ResponseEvent extends EventContext {
  readonly type: "response";
  /** The status of the response. */
  readonly status: number;
  /** Milliseconds from the start of the attempt to the last byte of the body. */
  readonly duration: number;
  /** The `X-Request-Id` of the response, if any. */
  readonly requestId: string | undefined;
}

/** An attempt ended without a usable response. */
interface FailureEvent extends EventContext {
  readonly type: "failure";
  /** The name of the error, such as `"ConnectionError"` or that of what `fetch` threw. `"AbortError"` if the caller aborted. */
  readonly error: string;
  /** The status, if a response arrived. */
  readonly status: number | undefined;
  /** Milliseconds since the start of the attempt. */
  readonly duration: number;
}

/** Another attempt follows. */
interface RetryEvent extends EventContext {
  readonly type: "retry";
  /** Milliseconds until the next attempt starts. */
  readonly delay: number;
  /** The name of the error that ended this attempt. */
  readonly error: string;
  /** The status, if a response arrived. */
  readonly status: number | undefined;
}

/** The server responded with an API version that the client did not request. */
interface VersionMismatchEvent extends EventContext {
  readonly type: "version-mismatch";
  /** The API version that the client requested. */
  readonly requested: string;
  /** The API version of the response. */
  readonly receivedVersion: string;
}

/**
 * An event that `onEvent` receives. Use `type` to distinguish the events.
 *
 * @example
 * const polytomic = new Polytomic({
 *   apiKey: process.env.MY_API_KEY,
 *   onEvent: (event) => {
 *     if (event.type === "response") console.log(event.operation.id, event.status, event.duration);
 *   },
 * });
 */
export type CallEvent = RequestEvent | ResponseEvent | FailureEvent | RetryEvent | VersionMismatchEvent;
