import type { AnyPolytomicError } from "./errors.ts";
import { PolytomicError } from "./errors.ts";
import type { Answer } from "./http/send.ts";

export type { Answer };

/**
 * What `result()` gives: the answer, or the error that the call ended with. `ok` tells them apart, and `error.name` the
 * errors.
 */
export type Result<T, E = AnyPolytomicError> =
  | ({ readonly ok: true; readonly error?: undefined } & Answer<T>)
  | { readonly ok: false; readonly error: E; readonly data?: undefined };

/**
 * A call that has started. Await it like a promise, or ask for more.
 *
 * Besides the errors that its method names, any call can end with `BadRequestError` (400), `UnauthorizedError` (401),
 * `ConflictError` (409), `TooManyRequestsError` (429), `ServerError` (5xx), `UnexpectedResponseError`,
 * `ConnectionError`, `TimeoutError`, `ConfigurationError` and `InvalidArgumentError`, and rejects with `signal.reason`
 * when the caller aborts.
 *
 * @example
 * const users = await acme.users.list();
 * const { data, response, attempts } = await acme.users.list().withResponse();
 * const result = await acme.users.get(id).result();
 * if (!result.ok && result.error.name === "NotFoundError") return undefined;
 */
export class ApiCall<T, E = AnyPolytomicError> implements Promise<T> {
  readonly [Symbol.toStringTag] = "ApiCall";
  readonly #answer: Promise<Answer<T>>;
  readonly #signal: AbortSignal | undefined;

  /** @internal */
  constructor(answer: Promise<Answer<T>>, signal: AbortSignal | undefined) {
    this.#answer = answer;
    this.#signal = signal;
  }

  /** Waits for the data, as `await` does. */
  // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is what this class is for
  then<R = T, F = never>(
    onfulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onrejected?: ((reason: unknown) => F | PromiseLike<F>) | null,
  ): Promise<R | F> {
    return this.#answer.then(({ data }) => data).then(onfulfilled, onrejected);
  }

  /** Handles the error of a call that fails, as a promise's `catch` does. */
  catch<F = never>(onrejected?: ((reason: unknown) => F | PromiseLike<F>) | null): Promise<T | F> {
    return this.then(undefined, onrejected);
  }

  /** Runs whatever the outcome is, as a promise's `finally` does. */
  finally(onfinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onfinally);
  }

  /**
   * The data together with the answer that it came in.
   *
   * @returns `data`, the fetch `response` (its body has been read), `requestId`, `apiVersion` and `attempts`.
   * @throws what awaiting the call throws.
   * @example
   * const { data, requestId, attempts } = await acme.users.list().withResponse();
   */
  withResponse(): Promise<Answer<T>> {
    return this.#answer;
  }

  /**
   * The outcome as a value, for those who prefer `switch` to `catch`. The error's type is the union of what this
   * operation documents and what can always happen, told apart by `name`.
   *
   * @returns `{ ok: true, data, … }` or `{ ok: false, error }`.
   * @throws only the reason of the caller's own abort.
   * @example
   * const result = await acme.users.get(id).result();
   * if (result.ok) console.log(result.data.email);
   * else if (result.error.name === "NotFoundError") console.log("There is no such user.");
   * else throw result.error;
   */
  result(): Promise<Result<T, E>> {
    return this.#answer.then(
      (answer) => ({ ok: true, ...answer }) as const,
      (error: unknown) => {
        const aborted = this.#signal?.aborted && this.#signal.reason === error;
        if (aborted || !(error instanceof PolytomicError)) throw error;
        return { ok: false, error: error as E } as const;
      },
    );
  }
}
