import { API_VERSION } from "../../generated/contract.ts";
import { checkInteger, checkNames, LONGEST_DELAY, show } from "./check.ts";
import { delay } from "./delay.ts";
import { Faults, type Fault } from "./faults.ts";
import { Idempotency } from "./idempotency.ts";
import { RateLimiter, type RateLimit } from "./rate-limit.ts";
import { RequestLog, type ReceivedRequest } from "./request-log.ts";
import { respond, type Api } from "./respond.ts";
import { applySeed, SEED_NAMES, type Seed, type Seeded } from "./seed.ts";
import { takeSnapshot, type Snapshot } from "./snapshot.ts";
import { State } from "./state.ts";
import { VERSIONS } from "./versions.ts";

/**
 * Creates a Polytomic Users API in memory, with the routes, keys, statuses, idempotency and version header of the API.
 * By default it contains one organization with its roles and two users, and one key of each kind.
 *
 * @param options What the sandbox contains and how it behaves.
 * @returns A sandbox that shares nothing with other sandboxes.
 * @throws `TypeError` if an option is invalid. The message names the option.
 * @example
 * const sandbox = createSandbox();
 * const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch });
 * const users = await polytomic.organization(sandbox.organizationId).users.list();
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  checkOptions(options);
  let api = createApi(options);
  const initialOptions = { ...options, ...structuredClone(pickSeed(options)) };
  return {
    ...api.seeded,
    fetch: (input, init) => receive(api, input, init),
    get requests() {
      return api.log.read();
    },
    get faults() {
      return api.faults.read();
    },
    fail: (fault) => api.faults.add(fault),
    rateLimit: (limit) => api.rateLimiter.set(limit),
    reset: () => {
      api = createApi(initialOptions);
    },
    snapshot: () => takeSnapshot(api.state, api.seeded),
  };
}

/** The options of `createSandbox()`. */
export interface SandboxOptions extends Seed {
  /** A whole number from which new ids and keys are generated. The same number produces the same ids. Default: 1. */
  readonly seed?: number;
  /** How long each response takes, in milliseconds. Default: 0. */
  readonly latency?: number;
  /**
   * The API version of the response to a request without `X-Polytomic-Version`. Default: `"2025-09-18"`, as Polytomic's
   * guide says.
   */
  readonly defaultVersion?: string;
  /** Returns the time for idempotency keys and rate limits, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** A Polytomic Users API in memory. */
export interface Sandbox extends Seeded {
  /**
   * Responds to requests for any host, as the API does. Pass it to a client as its `fetch`.
   *
   * @throws `TypeError` if a fault drops the connection, and the signal's reason on abort, as fetch does.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The id of the first organization. */
  readonly organizationId: string;
  /** A key for every organization. */
  readonly partnerKey: string;
  /** The key of the first organization. */
  readonly apiKey: string;
  /** A key that works like the partner key. */
  readonly deploymentKey: string;
  /**
   * A copy of the latest requests, oldest first: at most 10 000, and 16 MiB at two bytes per character. The last request
   * is always included. `***` replaces the values of `Authorization`, `Cookie` and `client_secret`, and every created key.
   */
  readonly requests: readonly ReceivedRequest[];
  /**
   * Makes the next matching request fail. Several faults happen in the order in which they were added.
   *
   * @param fault What fails, and how.
   * @throws `TypeError` if the fault is invalid.
   * @example
   * sandbox.fail({ operation: "createPartnerUser", status: 503, retryAfter: 1 });
   * sandbox.fail({ drop: "response", times: 2 });
   */
  fail(fault: Fault): void;
  /**
   * The faults that have not happened yet, in the order in which they were added: copies of what was passed to `fail()`,
   * with `times` as the number of requests that are left. A test can end with `expect(sandbox.faults).toEqual([])`. A
   * fault with `times: Infinity` is listed until `reset()`.
   *
   * @example
   * sandbox.fail({ operation: "createPartnerUser", status: 503, times: 2 });
   * console.log(sandbox.faults); // [ { operation: "createPartnerUser", status: 503, times: 2 } ]
   */
  readonly faults: readonly Fault[];
  /**
   * Limits the requests of all callers together. A request over the limit gets a 429 with `Retry-After`.
   *
   * @param limit The number of requests and the period, in milliseconds. It replaces an earlier limit.
   * @throws `TypeError` if the limit is invalid.
   * @example
   * sandbox.rateLimit({ requests: 10, per: 1000 });
   */
  rateLimit(limit: RateLimit): void;
  /**
   * Restores the initial state: organizations, roles, users, keys and the sequence of ids. Removes faults, the rate limit,
   * idempotency keys and logged requests. A request that is still running has no effect on the new state.
   *
   * @example
   * sandbox.reset();
   */
  reset(): void;
  /**
   * Copies all organizations, roles, users and keys.
   *
   * @returns A copy that does not change, and that `createSandbox()` accepts as options.
   * @example
   * const copy = createSandbox(sandbox.snapshot());
   */
  snapshot(): Snapshot;
}

function checkOptions(options: SandboxOptions): void {
  checkNames("createSandbox()", options, [...SEED_NAMES, "seed", "latency", "defaultVersion", "now"]);
  const { seed, latency, defaultVersion, now } = options;
  if (seed !== undefined) checkInteger("`seed`", seed, 0);
  if (latency !== undefined) checkInteger("`latency`, in milliseconds,", latency, 0, LONGEST_DELAY);
  if (defaultVersion !== undefined && !VERSIONS.includes(defaultVersion)) {
    throw new TypeError(`\`defaultVersion\` must be one of ${VERSIONS.join(", ")}; got ${show(defaultVersion)}.`);
  }
  if (now !== undefined && typeof now !== "function") {
    throw new TypeError(`\`now\` must be a function that returns the time in milliseconds; got ${show(now)}.`);
  }
}

/** Creates everything that `reset()` replaces. */
function createApi({ seed = 1, latency = 0, now = () => Date.now(), ...rest }: SandboxOptions): SeededApi {
  const { defaultVersion = API_VERSION } = rest;
  const state = new State(seed);
  return {
    seeded: applySeed(state, rest),
    state,
    latency,
    defaultVersion,
    log: new RequestLog(),
    idempotency: new Idempotency(now),
    faults: new Faults(),
    rateLimiter: new RateLimiter(now),
  };
}

interface SeededApi extends Api {
  readonly seeded: Seeded;
  /** How long each response takes, in milliseconds. */
  readonly latency: number;
}

function pickSeed({ organizations, partnerKey, deploymentKey }: Seed): Seed {
  return {
    ...(organizations && { organizations }),
    ...(partnerKey !== undefined && { partnerKey }),
    ...(deploymentKey !== undefined && { deploymentKey }),
  };
}

async function receive(api: SeededApi, input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const { signal: ownSignal, ...rest } = init ?? {};
  // Some servers pass objects that only resemble a Request, which the constructor rejects. It also adds a listener to
  // the signal that it never removes, so the signal is not passed to it.
  const request = input instanceof Request && !init ? input : new Request(input, rest);
  const signal = ownSignal ?? (input instanceof Request ? input.signal : undefined);
  signal?.throwIfAborted();
  const body = await request.text(); // not `request.body`, which Firefox does not have
  signal?.throwIfAborted();
  const { method, url, headers } = request;
  return respond(api, { method, url: new URL(url), headers, body, signal, latency: delay(api.latency, signal) });
}
