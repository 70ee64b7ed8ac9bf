import { DELAYS } from "./retry.ts";

/** The time from the end of one pause for a rate limit to the beginning of the next. */
export interface Round {
  /** When the first request may be sent, on the clock of `performance.now()`. */
  opensAt: number;
  /** How many of its requests may run at the same time. `Infinity` if there was no pause. */
  window: number;
  /** How many of its requests run. */
  running: number;
  /** Whether the API has accepted a request. */
  hasAccepted: boolean;
  /** From when on the end of the limit was unknown: the 429, or the end of its `Retry-After`. */
  readonly unknownSince: number;
  /** How long the end of the limit before was unknown, in milliseconds. */
  readonly lasted: number;
}

/** What the next round depends on. */
interface Rejection {
  /** The `Retry-After` of the 429, in milliseconds. 0 if it is absent. */
  readonly retryAfter: number;
  /** How many calls run or wait. */
  readonly calls: number;
}

/** In milliseconds. */
const PAUSES = {
  shortest: 200,
  /** The first pause of a call that is alone: longer than the second by which `Retry-After` can be rounded down. */
  alone: 1_400,
  /** After so long without an accepted request, calls no longer try one by one, so that all of them end. */
  patience: 60_000,
} as const;

/** Returns the first round, which has no limit. */
export function firstRound(): Round {
  return { opensAt: 0, window: Infinity, running: 0, hasAccepted: false, unknownSince: 0, lasted: 0 };
}

/** Returns the round that follows when a request of the previous round gets a 429. */
export function nextRound(previous: Round, { retryAfter, calls }: Rejection): Round {
  const now = performance.now();
  const isLimited = previous.window !== Infinity;
  const isSameLimit = isLimited && !previous.hasAccepted; // the pause was too short
  const isExact = retryAfter > 0 && !isSameLimit;
  const unknownSince = isSameLimit ? previous.unknownSince : now + retryAfter;
  const lasted = isSameLimit ? previous.lasted : previous.opensAt - previous.unknownSince;
  const elapsed = now - unknownSince;
  const pause = isExact ? retryAfter : Math.max(retryAfter, choosePause({ elapsed, lasted, calls }));
  let window = isExact && isLimited ? Math.max(1, Math.floor(Math.min(previous.window, calls) / 2)) : 1;
  if (elapsed >= PAUSES.patience) window = 2 * previous.window;
  return { opensAt: now + pause, window, running: 0, hasAccepted: false, unknownSince, lasted };
}

/**
 * The limit probably lasts as long as the one before. Otherwise each pause is a quarter of the time that has passed, so
 * that its end is noticed soon. Each attempt costs a call one of its retries, so the fewer the calls, the longer the pauses.
 */
function choosePause({ elapsed, lasted, calls }: { elapsed: number; lasted: number; calls: number }): number {
  const expected = elapsed < lasted ? 0.8 * lasted - elapsed : (8 * elapsed) / calls;
  const pause = Math.max(PAUSES.shortest, PAUSES.alone / calls, elapsed / 4, expected);
  return (1 - Math.random() / 4) * Math.min(DELAYS.longest, pause);
}
