import type { AnyPolytomicError } from "./errors.ts";
import { PolytomicError } from "./errors.ts";
import type { Answer } from "./http/send.ts";

export type { Answer };

/** What `result()` gives: the answer, or the error that the call ended with. */
export type Result<T, E = AnyPolytomicError> =
  | ({ readonly ok: true; readonly error?: undefined } & Answer<T>)
  | { readonly ok: false; readonly error: E; readonly data?: undefined };

/**
 * A call that has started. Await it like a promise, or ask for more:
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

  // oxlint-disable-next-line unicorn/no-thenable -- being awaitable is what this class is for
  then<R = T, F = never>(
    onfulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onrejected?: ((reason: unknown) => F | PromiseLike<F>) | null,
  ): Promise<R | F> {
    return this.#answer.then(({ data }) => data).then(onfulfilled, onrejected);
  }

  catch<F = never>(onrejected?: ((reason: unknown) => F | PromiseLike<F>) | null): Promise<T | F> {
    return this.then(undefined, onrejected);
  }

  finally(onfinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onfinally);
  }

  /**
   * The data together with the answer that it came in.
   *
   * @returns `data`, the fetch `response` (its body has been read), `requestId`, `apiVersion` and `attempts`.
   * @throws what awaiting the call throws.
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
