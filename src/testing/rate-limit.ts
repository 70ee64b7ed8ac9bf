import { checkInteger, checkNames } from "./check.ts";
import { Problem } from "./problem.ts";

/** How many requests are answered in how long. */
export interface RateLimit {
  /** How many requests are answered in a period; `Infinity` lifts the limit. */
  readonly requests: number;
  /** How long a period is, in milliseconds. It begins with the first request after the last one. */
  readonly per: number;
}

/** Counts requests, of all callers together, and refuses with 429 those that are too many. */
export class RateLimiter {
  readonly #now: () => number;
  #limit: RateLimit = { requests: Infinity, per: 1 };
  #began = -Infinity;
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  set(limit: RateLimit): void {
    checkNames("rateLimit()", limit, ["requests", "per"]);
    if (limit.requests !== Infinity) checkInteger("`requests`", limit.requests, 0);
    checkInteger("`per`, in milliseconds,", limit.per, 1);
    this.#limit = { ...limit };
    this.#began = -Infinity;
  }

  /** Counts a request, or refuses it. */
  count(): void {
    const { requests, per } = this.#limit;
    const now = this.#now();
    if (now - this.#began >= per) {
      this.#began = now;
      this.#count = 0;
    }
    if (this.#count >= requests) {
      const seconds = Math.ceil((this.#began + per - now) / 1000);
      throw new Problem(429, `No more than ${requests} requests in ${per} ms.`, { retryAfter: String(seconds) });
    }
    this.#count++;
  }
}
