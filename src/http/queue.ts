import { firstRound, nextRound, type Round } from "./rate-limit.ts";
import { DELAYS } from "./retry.ts";

/** The place of a call in the queue. The attempts of the call have their turn one after the other. */
export interface Place {
  readonly operation: string;
  /** Calls are sent in the order of their numbers. */
  number: number;
  /** The round of the attempt that has its turn. */
  round: Round;
  /** When the last attempt got a 429, or else the `unknownSince` of the round in which the call was made. */
  since: number;
}

/** What a 429 means for the call that got it. */
export interface Limited {
  /** Whether the 429 is a failure, and not only means that other calls of the operation were first. */
  readonly counts: boolean;
  /** Milliseconds until the next attempt of the client. */
  readonly delay: number;
}

interface Waiting {
  readonly place: Place;
  readonly start: () => void;
}

/**
 * Decides when the attempts of a client are sent: at most `maxConcurrency` at the same time, and none while the API limits
 * the rate. After the pause that a 429 asks for, a new round starts with few requests. Each one that the API accepts lets
 * one more run at the same time, until the next 429.
 */
export class RequestQueue {
  readonly #maxConcurrency: number;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<Place>();
  /** When the API last accepted a call of each operation. */
  readonly #accepted = new Map<string, number>();
  #lastNumber = 0;
  #round = firstRound();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(maxConcurrency: number) {
    this.#maxConcurrency = maxConcurrency;
  }

  /** Gives a new call the last place. */
  join(operation: string): Place {
    const isAlone = this.#running.size === 0 && this.#waiting.length === 0;
    if (isAlone && this.#isOpen()) {
      this.#round = firstRound();
      this.#accepted.clear();
    }
    return { operation, number: ++this.#lastNumber, round: this.#round, since: this.#round.unknownSince };
  }

  /** Starts the turn of an attempt, or returns `false` if it has to wait. */
  start(place: Place): boolean {
    if (this.#waiting.length > 0 || !this.#isOpen() || !this.#hasSpace()) return false;
    this.#run(place);
    return true;
  }

  /** Waits for the turn of an attempt. When the signal aborts, the call leaves the queue, and the promise stays pending. */
  wait(place: Place, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const behind = this.#waiting.findIndex((other) => other.place.number > place.number);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, { place, start: resolve });
      signal.addEventListener("abort", () => this.#abort(place), { once: true });
      this.#startNext();
    });
  }

  /** Ends the turn of an attempt that got a response other than a 429, or none. */
  leave(place: Place, isAccepted: boolean): void {
    this.#end(place);
    if (isAccepted) {
      this.#accepted.set(place.operation, performance.now());
      place.round.hasAccepted = true;
      place.round.window++;
    }
    this.#startNext();
  }

  /** Ends the turn of an attempt that got a 429. */
  pause(place: Place, retryAfter: number | undefined): Limited {
    this.#end(place);
    const counts = (this.#accepted.get(place.operation) ?? -1) < place.since;
    if (!place.round.hasAccepted) place.number = ++this.#lastNumber; // another call tries first
    if (retryAfter === undefined || retryAfter <= DELAYS.longestRetryAfter) this.#endRound(place.round, retryAfter);
    place.since = performance.now();
    this.#startNext();
    return { counts, delay: Math.max(0, this.#round.opensAt - performance.now()) };
  }

  /** The first 429 of a round ends it. Those that follow can only prolong the pause. */
  #endRound(round: Round, retryAfter = 0): void {
    if (round === this.#round) {
      const calls = this.#running.size + this.#waiting.length + 1;
      this.#round = nextRound(round, { retryAfter, calls });
    } else {
      this.#round.opensAt = Math.max(this.#round.opensAt, performance.now() + retryAfter);
    }
  }

  #isOpen(): boolean {
    return performance.now() >= this.#round.opensAt;
  }

  #hasSpace(): boolean {
    return this.#running.size < this.#maxConcurrency && this.#round.running < this.#round.window;
  }

  #run(place: Place): void {
    place.round = this.#round;
    place.round.running++;
    this.#running.add(place);
  }

  /** An abort can have ended the turn before. */
  #end(place: Place): void {
    if (this.#running.delete(place)) place.round.running--;
  }

  #abort(place: Place): void {
    const index = this.#waiting.findIndex((waiting) => waiting.place === place);
    if (index < 0) return this.leave(place, false); // its turn has just started
    this.#waiting.splice(index, 1);
    this.#startNext();
  }

  /** Starts the attempts that may start now, and sets the timer for the others. */
  #startNext(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    const pause = this.#round.opensAt - performance.now();
    if (pause > 0) {
      this.#timer = setTimeout(() => this.#startNext(), pause);
      return;
    }
    while (this.#waiting.length > 0 && this.#hasSpace()) {
      const { place, start } = this.#waiting.shift()!;
      this.#run(place);
      start();
    }
  }
}
