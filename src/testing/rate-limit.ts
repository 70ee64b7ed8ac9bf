import { checkInteger, checkNames } from "./check.ts";
import { HttpError } from "./http-error.ts";

/**
 * How many requests a sandbox accepts in a period.
 *
 * @example
 * const limit: RateLimit = { requests: 10, per: 1000 };
 */
export interface RateLimit {
  /** The number of requests per period. `Infinity` removes the limit. */
  readonly requests: number;
  /** The length of a period, in milliseconds. A period starts with the first request after the previous period. */
  readonly per: number;
}

/** *Assumption* (`rate-limit`): a limit counts the requests of all callers together, in fixed periods. */
export class RateLimiter {
  readonly #now: () => number;
  #limit: RateLimit = { requests: Infinity, per: 1 };
  #startedAt = -Infinity;
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  set(limit: RateLimit): void {
    checkNames("rateLimit()", limit, ["requests", "per"]);
    if (limit.requests !== Infinity) checkInteger("`requests`", limit.requests, 0);
    checkInteger("`per`, in milliseconds,", limit.per, 1);
    this.#limit = { ...limit };
    this.#startedAt = -Infinity;
  }

  /** Counts a request. Throws a 429 if it is over the limit. */
  count(): void {
    const { requests, per } = this.#limit;
    const now = this.#now();
    if (now - this.#startedAt >= per) {
      this.#startedAt = now;
      this.#count = 0;
    }
    if (this.#count >= requests) {
      const seconds = Math.ceil((this.#startedAt + per - now) / 1000);
      throw new HttpError(429, `Too many requests. The limit is ${requests} per ${per} ms.`, {
        retryAfter: String(seconds),
      });
    }
    this.#count++;
  }
}
