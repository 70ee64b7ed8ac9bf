import type { Call } from "./call.ts";
import type { Caller } from "./caller.ts";
import { Problem } from "./problem.ts";
import type { StoredResponse } from "./stored-response.ts";

/**
 * Replays the first response to every request with the same `Idempotency-Key`, whatever its body is, as the vendor's guide
 * says. A key is remembered for 24 hours. *Assumption* (`idempotency-scope`, `idempotency-on-put`): it belongs to a
 * credential, a method and a path, and it applies to POST and PUT, where the vendor's clients declare it.
 */
export class Idempotency {
  /** Oldest first: an entry is never moved. */
  readonly #requests: Map<string, FirstRequest> = new Map();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Runs the operation for the first request with a key, and replays its response, error or success, for every later
   * one. Nothing is remembered if the operation rejects because the caller gave up.
   */
  async once(call: Call, caller: Caller, run: () => Promise<StoredResponse>): Promise<StoredResponse> {
    if (call.idempotencyKey === null || !/^(?:POST|PUT)$/.test(call.method)) return run();
    if (!/^[\w-]{8,255}$/.test(call.idempotencyKey)) {
      throw new Problem(400, "`Idempotency-Key` must be 8 to 255 characters of A-Z, a-z, 0-9, `-` and `_`.");
    }
    this.#forgetExpired();
    const id = [caller.scope, caller.key, call.idempotencyKey, call.method, call.path].join(" ");
    const first = this.#requests.get(id);
    return first ? replay(first) : this.#runFirst(id, run);
  }

  /** The oldest entries come first, so the loop ends at the first one that is still valid. */
  #forgetExpired(): void {
    const expired = this.#now() - DAY;
    for (const [id, { startedAt, response }] of this.#requests) {
      if (startedAt > expired) return;
      if (response) this.#requests.delete(id);
    }
  }

  async #runFirst(id: string, run: () => Promise<StoredResponse>): Promise<StoredResponse> {
    const first: FirstRequest = { startedAt: this.#now() };
    this.#requests.set(id, first);
    try {
      return (first.response = await run());
    } finally {
      if (!first.response) this.#requests.delete(id);
    }
  }
}

const DAY = 24 * 60 * 60 * 1000;

interface FirstRequest {
  readonly startedAt: number;
  /** `undefined` while the request is running. */
  response?: StoredResponse;
}

function replay({ response }: FirstRequest): StoredResponse {
  if (response) return response;
  throw new Problem(409, "A request with this idempotency key is still running. Retry once it has finished.");
}
