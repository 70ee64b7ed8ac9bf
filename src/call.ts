import type { operations } from "../generated/schema.ts";
import { PolytomicError, type AnyPolytomicError } from "./errors.ts";
import type { Same } from "./exact-types.ts";
import type { Search } from "./find.ts";
import { ThrownByFetch } from "./http/attempt.ts";
import type { ApiResponse } from "./http/send.ts";
import type { Data, ErrorOf, OperationId, OperationInput } from "./operations.ts";
import type { AnyRequestOptions } from "./options.ts";

/**
 * The outcome of a call, as `result()` returns it. `ok` distinguishes success from failure; `error.name` identifies
 * the error.
 */
export type Result<T, E = AnyPolytomicError> =
  | ({ readonly ok: true; readonly error?: undefined } & ApiResponse<T>)
  | { readonly ok: false; readonly error: E; readonly data?: undefined };

/**
 * A call that has started. Await it like a promise, or call `withResponse()` or `result()`.
 *
 * Any call can fail with `BadRequestError` (400), `UnauthorizedError` (401), `ForbiddenError` (403), `NotFoundError`
 * (404), `ConflictError` (409), `UnprocessableEntityError` (422), `TooManyRequestsError` (429), `ServerError` (5xx),
 * `ApiError` (any other error status), `UnexpectedResponseError`, `ConnectionError`, `TimeoutError`, `ConfigurationError`
 * or `InvalidArgumentError`. Its method explains those that the operation documents. If the caller aborts, the call
 * rejects with `signal.reason`. If the caller's own `fetch` throws an error that is not a failure of the network, the
 * call rejects with this error and is not retried.
 *
 * @example
 * const users = await acme.users.list();
 * const { data, response, attempts } = await acme.users.list().withResponse();
 * const result = await acme.users.get(id).result();
 * if (!result.ok && result.error.name === "NotFoundError") return undefined;
 */
export class ApiCall<T, E = AnyPolytomicError> implements Promise<T> {
  readonly [Symbol.toStringTag] = "ApiCall";
  readonly #response: Promise<ApiResponse<T>>;
  readonly #signal: AbortSignal | undefined;
  /** Whether the caller's `fetch` threw the error of the call, which can be of this package nevertheless. */
  #isThrownByFetch = false;

  /** @internal */
  constructor(response: Promise<ApiResponse<T>>, signal: AbortSignal | undefined) {
    this.#response = response.catch((error: unknown) => {
      this.#isThrownByFetch = error instanceof ThrownByFetch;
      throw error instanceof ThrownByFetch ? error.value : error;
    });
    this.#signal = signal;
  }

  /** Waits for the data, as `await` does. */
  // oxlint-disable-next-line unicorn/no-thenable -- this class is meant to be awaited
  then<R = T, F = never>(
    onfulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onrejected?: ((reason: unknown) => F | PromiseLike<F>) | null,
  ): Promise<R | F> {
    return this.#response.then(({ data }) => data).then(onfulfilled, onrejected);
  }

  /** Handles the error of a failed call, like a promise's `catch`. */
  catch<F = never>(onrejected?: ((reason: unknown) => F | PromiseLike<F>) | null): Promise<T | F> {
    return this.then(undefined, onrejected);
  }

  /** Runs a function when the call settles, like a promise's `finally`. */
  finally(onfinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onfinally);
  }

  /**
   * Returns the data together with the response.
   *
   * @returns `data`, the fetch `response` (its body has been read), `requestId`, `apiVersion` and `attempts`.
   * @throws the same errors as awaiting the call.
   * @example
   * const { data, requestId, attempts } = await acme.users.list().withResponse();
   */
  withResponse(): Promise<ApiResponse<T>> {
    return this.#response;
  }

  /**
   * Returns the outcome as a value, for code that prefers `switch` to `catch`. The type of the error is the union of the
   * errors that the operation documents and of those that any call can fail with. Use `name` to distinguish them.
   *
   * @returns `{ ok: true, data, … }` or `{ ok: false, error }`.
   * @throws only the reason of the caller's own abort, and what the caller's own `fetch` throws on purpose.
   * @example
   * const result = await acme.users.get(id).result();
   * if (result.ok) console.log(result.data.email);
   * else if (result.error.name === "NotFoundError") console.log("The user does not exist.");
   * else throw result.error;
   */
  result(): Promise<Result<T, E>> {
    return this.#response.then(
      (response) => ({ ok: true, ...response }) as const,
      (error: unknown) => {
        const isAborted = this.#signal?.aborted && this.#signal.reason === error;
        if (isAborted || this.#isThrownByFetch || !(error instanceof PolytomicError)) throw error;
        return { ok: false, error: error as E } as const;
      },
    );
  }
}

/** The organization that a call is for, if the operation has no id for it. */
export interface CallTarget {
  /** The organization to which a partner or deployment key is scoped. Without it, that of the client. */
  readonly scope?: string;
  /** The method to use instead if the key does not fit, for messages. */
  readonly alternative?: string;
}

/** Starts the call of an operation. */
export interface StartCall {
  /** The call resolves to the item of the list that is searched, or to `undefined`. */
  <Id extends OperationId>(
    id: Id,
    input: OperationInput<operations[Id]> & CallTarget & { readonly find: Search },
    options: AnyRequestOptions | undefined,
  ): ApiCall<ItemOf<Data<operations[Id]>> | undefined, ErrorOf<operations[Id]>>;

  /** The call resolves to the content of the envelope. */
  <Id extends OperationId>(
    id: Id,
    input: OperationInput<operations[Id]> & CallTarget,
    options: AnyRequestOptions | undefined,
  ): ApiCall<Data<operations[Id]>, ErrorOf<operations[Id]>>;
}

type ItemOf<List> = List extends (infer Item)[] ? Item : never;

/**
 * For each method, its operation if the method is missing or returns other data, such as data without a field; otherwise
 * `never`. Pass it to `AssertNever` as `MismatchedOperations<…>[keyof Operations]`: the compiler then prints the
 * operations, and not the name of a type.
 */
export type MismatchedOperations<Methods, Operations> = {
  [Name in keyof Operations]: Methods[Name & keyof Methods] extends (...args: never[]) => ApiCall<infer T>
    ? Same<T, Data<operations[Operations[Name] & OperationId]>> extends true
      ? never
      : Operations[Name]
    : Operations[Name];
};
