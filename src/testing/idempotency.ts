import type { Caller } from "./access.ts";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";
import { isIdempotencyKey } from "./formats.ts";
import { Problem } from "./problem.ts";

const DAY = 24 * 60 * 60 * 1000;

interface FirstRequest {
  /** What was asked for, to tell a repetition from another request. */
  readonly asked: string;
  readonly at: number;
  /** There is none while the request is running. */
  answer?: Answer;
}

/**
 * Sees to it that requests with the same `Idempotency-Key` have one outcome. A key is remembered per credential, for
 * 24 hours. *Assumptions*: it is heeded on POST and PUT, where the vendor's clients declare it, and ignored elsewhere; a
 * key that was used for another request is refused with 422 (as draft-ietf-httpapi-idempotency-key-header has it).
 */
export class Idempotency {
  /** Oldest first: an entry is never moved. */
  readonly #first: Map<string, FirstRequest> = new Map();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * The answer to the first request with this key, which is this one when there was none before. An answer is
   * remembered, errors included; when there is none (the connection was lost) nothing is.
   */
  async once(call: Call, caller: Caller, answer: () => Promise<Answer>): Promise<Answer> {
    if (call.idempotencyKey === null || !/^(?:POST|PUT)$/.test(call.method)) return answer();
    if (!isIdempotencyKey(call.idempotencyKey)) {
      throw new Problem(400, "`Idempotency-Key` must be 8 to 255 characters of A-Z, a-z, 0-9, `-` and `_`.");
    }
    this.#forget();
    const id = `${caller.scope ?? ""}:${caller.key} ${call.idempotencyKey}`;
    const asked = `${call.method} ${call.target} ${call.body}`;
    const first = this.#first.get(id);
    return first ? repeat(first, asked) : this.#run(id, asked, answer);
  }

  async #run(id: string, asked: string, answer: () => Promise<Answer>): Promise<Answer> {
    const first: FirstRequest = { asked, at: this.#now() };
    this.#first.set(id, first);
    try {
      return (first.answer = await answer());
    } finally {
      if (!first.answer) this.#first.delete(id);
    }
  }

  /** Entries stand in the order of time, so that what is too old is at the front. */
  #forget(): void {
    const expired = this.#now() - DAY;
    for (const [id, { at, answer }] of this.#first) {
      if (at > expired) return;
      if (answer) this.#first.delete(id);
    }
  }
}

function repeat({ asked, answer }: FirstRequest, askedNow: string): Answer {
  if (asked !== askedNow) throw new Problem(422, "This idempotency key was used for another request.");
  if (answer) return answer;
  throw new Problem(409, "A request with this idempotency key is still running: ask again once it has finished.");
}
