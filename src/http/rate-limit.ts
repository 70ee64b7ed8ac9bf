import { backoff, DELAYS } from "./retry.ts";

/** A rate limit that the API enforces at the moment. It concerns all calls of a client. */
export interface RateLimit {
  /** When the next request may be sent, on the clock of `performance.now()`. */
  readonly opensAt: number;
  /** How many requests may run at the same time from then on. */
  readonly window: number;
  /** How many times in succession the first request after the pause got a 429 too. */
  readonly failures: number;
}

/** What the pause after a 429 depends on. */
interface Rejection {
  /** The `Retry-After` of the 429, in milliseconds. */
  readonly retryAfter: number | undefined;
  /** Whether no request has been accepted since the pause before. */
  readonly isFailure: boolean;
  /** How many other attempts wait. */
  readonly waiting: number;
  /** Whether the client has no other attempts, running or waiting. */
  readonly isAlone: boolean;
}

/** In milliseconds. */
const PAUSES = {
  first: 150,
  /** The first pause of calls that are few: each failure costs one of their retries. */
  few: 1_500,
} as const;

/** After so many failures without `Retry-After`, the window grows, so that an API that only fails ends all calls. */
const PATIENCE = 14;

/** Returns the rate limit after another 429. */
export function rateLimitAfter(previous: RateLimit | undefined, rejection: Rejection): RateLimit {
  const { retryAfter = 0, isFailure } = rejection;
  const failures = isFailure ? (previous?.failures ?? 0) + 1 : (previous?.failures ?? 0);
  // `Retry-After` has whole seconds: 0 can mean half a second, and a date can be almost a second early.
  const isExact = retryAfter >= 1000 || (retryAfter > 0 && failures <= 1);
  const pause = isExact ? retryAfter : Math.max(retryAfter, choosePause(failures, rejection));
  return {
    opensAt: Math.max(previous?.opensAt ?? 0, performance.now() + pause),
    window: 2 ** Math.max(0, failures - (isExact ? 1 : PATIENCE)),
    failures,
  };
}

/**
 * Several calls try again after pauses that grow by a quarter each, so that they notice the end of any limit at most a
 * quarter too late. A call that is alone waits as after any other failure.
 */
function choosePause(failures: number, { waiting, isAlone }: Rejection): number {
  if (isAlone && failures > 0) return backoff(failures - 1);
  const retriesLeft = Math.max(1, 2 * (waiting + 1) - failures);
  const pause = Math.max(PAUSES.first * 1.25 ** failures, PAUSES.few / retriesLeft);
  return (0.75 + Math.random() / 2) * Math.min(DELAYS.longest, pause);
}
