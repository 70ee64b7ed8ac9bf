import { BoundedMap, LIMITS, sizeOf, type Limits } from "./bounded-map.ts";
import type { Call } from "./call.ts";
import type { Caller } from "./caller.ts";
import { HttpError } from "./http-error.ts";
import type { StoredResponse } from "./stored-response.ts";

/**
 * Replays the first response to every request with the same `Idempotency-Key`, whatever its body is, as Polytomic's guide
 * says. A key is remembered for 24 hours, unless 10 000 later keys or 16 MiB of later responses replace it. *Assumption*
 * (`idempotency-scope`, `idempotency-on-put`): it belongs to a credential, a method and a path, and it applies to POST and
 * PUT, where Polytomic's clients declare it.
 */
export class Idempotency {
  readonly #running: Set<string> = new Set();
  readonly #finished: BoundedMap<string, Finished>;
  readonly #now: () => number;

  constructor(now: () => number, limits: Limits = LIMITS) {
    this.#now = now;
    this.#finished = new BoundedMap(limits);
  }

  /**
   * Runs the operation for the first request with a key, and replays its response, error or success, for every later
   * one. Nothing is remembered if the operation rejects because the caller gave up.
   */
  async once(call: Call, caller: Caller, run: () => Promise<StoredResponse>): Promise<StoredResponse> {
    const idempotencyKey = call.headers.get("idempotency-key");
    if (idempotencyKey === null || !/^(?:POST|PUT)$/.test(call.method)) return run();
    if (!/^[\w-]{8,255}$/.test(idempotencyKey)) {
      throw new HttpError(400, "`Idempotency-Key` must be 8 to 255 characters of A-Z, a-z, 0-9, `-` and `_`.");
    }
    const id = [caller.scheme, caller.organizationId, caller.key, idempotencyKey, call.method, call.path].join(" ");
    if (this.#running.has(id)) {
      throw new HttpError(409, "A request with this idempotency key is still running. Retry once it has finished.");
    }
    const finished = this.#finished.get(id);
    return finished && this.#now() < finished.expiresAt ? finished.response : this.#runFirst(id, run);
  }

  async #runFirst(id: string, run: () => Promise<StoredResponse>): Promise<StoredResponse> {
    const expiresAt = this.#now() + DAY;
    this.#running.add(id);
    try {
      const response = await run();
      this.#finished.set(id, { expiresAt, response }, sizeOf([id, response.body]));
      return response;
    } finally {
      this.#running.delete(id);
    }
  }
}

const DAY = 24 * 60 * 60 * 1000;

interface Finished {
  /** 24 hours after the request arrived. */
  readonly expiresAt: number;
  readonly response: StoredResponse;
}
