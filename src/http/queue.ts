import { rateLimitAfter, type RateLimit } from "./rate-limit.ts";
import { DELAYS } from "./retry.ts";

/** The turn of an attempt: from the moment it may be sent until it ends. */
export interface Turn {
  /** Attempts are sent in the order of their tickets. */
  readonly ticket: number;
  readonly operation: string;
  /** How many calls of the operation the API had accepted when the attempt joined the queue. */
  readonly progress: number;
  readonly round: Round;
}

/** The time between two pauses for a rate limit. */
interface Round {
  /** How many requests of the round the API has accepted. */
  accepted: number;
  /** How many it accepted in the round before, if that was one of the same rate limit. */
  readonly acceptedBefore: number;
}

interface Waiting {
  readonly ticket: number;
  readonly start: () => void;
}

/** What a 429 means for the call that got it. */
export interface Limited {
  /** Whether the 429 counts as a failure: the API has accepted no call of the operation since this one joined the queue. */
  readonly counts: boolean;
  /** The ticket of the next attempt, if the call keeps its place. */
  readonly ticket: number | undefined;
  /** Milliseconds until the next attempt of the client. */
  readonly delay: number;
}

/**
 * Decides when the attempts of a client are sent: at most `maxConcurrency` at the same time, and none while the API limits
 * the rate. After the pause that a 429 asks for, one request is sent. Each one that the API accepts lets another run at the
 * same time, until the next 429.
 */
export class RequestQueue {
  readonly #maxConcurrency: number;
  readonly #waiting: Waiting[] = [];
  readonly #turns = new Set<Turn>();
  #tickets = 0;
  /** How many calls of each operation the API has accepted. */
  readonly #progress = new Map<string, number>();
  #limit: RateLimit | undefined;
  #round: Round = newRound();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(maxConcurrency: number) {
    this.#maxConcurrency = maxConcurrency;
  }

  /** Starts an attempt, or returns `undefined` if it has to wait. */
  enter(operation: string): Turn | undefined {
    if (this.#isAlone() && this.#isOpen()) {
      this.#limit = undefined;
      this.#round = newRound();
    }
    if (this.#waiting.length > 0 || !this.#isOpen() || !this.#hasSpace()) return undefined;
    const turn = { ticket: ++this.#tickets, operation, progress: this.#progressOf(operation), round: this.#round };
    this.#turns.add(turn);
    return turn;
  }

  /** Waits for the turn of an attempt. When the signal aborts, the attempt leaves the queue, and the promise stays pending. */
  wait(operation: string, ticket: number | undefined, signal: AbortSignal): Promise<Turn> {
    const place = ticket ?? ++this.#tickets;
    const progress = this.#progressOf(operation);
    return new Promise((resolve) => {
      let turn: Turn | undefined;
      const start = (): void => {
        turn = { ticket: place, operation, progress, round: this.#round };
        this.#turns.add(turn);
        resolve(turn);
      };
      const waiting = { ticket: place, start };
      const behind = this.#waiting.findIndex((other) => other.ticket > place);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiting);
      signal.addEventListener("abort", () => (turn ? this.leave(turn, false) : this.#remove(waiting)), { once: true });
      this.#startNext();
    });
  }

  /** Ends the turn of an attempt that got a response other than a 429, or none. */
  leave(turn: Turn, isAccepted: boolean): void {
    if (!this.#turns.delete(turn)) return;
    const { operation, round } = turn;
    if (isAccepted) {
      this.#progress.set(operation, this.#progressOf(operation) + 1);
      round.accepted++;
      if (this.#limit && round === this.#round) {
        const window = Math.max(round.accepted, Math.floor(round.acceptedBefore / 2));
        this.#limit = { ...this.#limit, failures: 0, window };
      }
    }
    this.#startNext();
  }

  /** Ends the turn of an attempt that got a 429. */
  pause(turn: Turn, retryAfter: number | undefined): Limited {
    this.#turns.delete(turn);
    const { ticket, operation, progress, round } = turn;
    const isFirst = round === this.#round; // the other 429s of the round do not start another one
    const isFailure = isFirst && round.accepted === 0;
    if (retryAfter === undefined || retryAfter <= DELAYS.longestRetryAfter) {
      const rejection = { retryAfter, isFailure, waiting: this.#waiting.length, isAlone: this.#isAlone() };
      if (isFirst) this.#round = newRound(this.#limit ? round.accepted : 0);
      this.#limit = rateLimitAfter(this.#limit, rejection);
    }
    this.#startNext();
    const delay = Math.max(0, (this.#limit?.opensAt ?? 0) - performance.now());
    return { counts: progress === this.#progressOf(operation), ticket: round.accepted > 0 ? ticket : undefined, delay };
  }

  #progressOf(operation: string): number {
    return this.#progress.get(operation) ?? 0;
  }

  #isAlone(): boolean {
    return this.#turns.size === 0 && this.#waiting.length === 0;
  }

  #isOpen(): boolean {
    return !this.#limit || performance.now() >= this.#limit.opensAt;
  }

  #hasSpace(): boolean {
    return this.#turns.size < Math.min(this.#maxConcurrency, this.#limit?.window ?? Infinity);
  }

  #remove(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index >= 0) this.#waiting.splice(index, 1);
    this.#startNext();
  }

  /** Starts the attempts that may start now, and sets the timer for the others. */
  #startNext(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    const pause = (this.#limit?.opensAt ?? 0) - performance.now();
    if (pause > 0) {
      this.#timer = setTimeout(() => this.#startNext(), pause);
      return;
    }
    while (this.#waiting.length > 0 && this.#hasSpace()) {
      this.#waiting.shift()!.start();
    }
  }
}

function newRound(acceptedBefore = 0): Round {
  return { accepted: 0, acceptedBefore };
}
