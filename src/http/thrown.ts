import type { PolytomicError } from "../errors.ts";

/**
 * What ends a call but is not an error of the call: what the caller's `fetch` or its response threw on purpose, or the
 * reason of the caller's abort. Wrapped, because it can be an error of this package too, such as one of another client.
 */
export class ThrownByCaller {
  readonly value: unknown;
  readonly isAbort: boolean;
  constructor(value: unknown, isAbort = false) {
    this.value = value;
    this.isAbort = isAbort;
  }
}

/** An error of the call, until its attempt ends. Anything else that is thrown while a response is read is its own. */
export class ThrownByCall {
  readonly #error: PolytomicError;
  constructor(error: PolytomicError) {
    this.#error = error;
  }

  /** Returns the error, if this is what was thrown. Runs no code of a proxy, unlike `instanceof`. */
  static unwrap(thrown: unknown): PolytomicError | undefined {
    return typeof thrown === "object" && thrown !== null && #error in thrown ? thrown.#error : undefined;
  }
}
