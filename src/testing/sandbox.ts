import { createApp, type App } from "./app.ts";
import { checkInteger, checkNames, LONGEST_WAIT, show } from "./check.ts";
import { Faults, type Fault } from "./faults.ts";
import { Idempotency } from "./idempotency.ts";
import { RateLimiter, type RateLimit } from "./rate-limit.ts";
import { RequestLog, type ReceivedRequest } from "./request-log.ts";
import type { Api } from "./respond.ts";
import { plant, SEED_NAMES, type Seed, type Seeded } from "./seed.ts";
import { takeSnapshot, type Snapshot } from "./snapshot.ts";
import { State } from "./state.ts";

/** How a sandbox is made. */
export interface SandboxOptions extends Seed {
  /** A whole number that new ids and keys are made from: the same number gives the same ones. Default: 1. */
  readonly seed?: number;
  /** How long the API takes for each request, in milliseconds. Default: 0. */
  readonly latency?: number;
  /** The clock of idempotency keys and rate limits, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** A Polytomic Users API in memory. */
export interface Sandbox extends Seeded {
  /**
   * Answers as the API does, whatever the host. Give it to a client as its `fetch`.
   *
   * @throws what fetch does: a `TypeError` when a fault drops the connection, the signal's reason on abort.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The id of the first organization. */
  readonly organizationId: string;
  /** A key that reaches every organization. */
  readonly partnerKey: string;
  /** The key of the first organization. */
  readonly apiKey: string;
  /** A key that works as the partner key does. */
  readonly deploymentKey: string;
  /** What came in so far, oldest first, without keys: a copy of the latest 10 000 requests. */
  readonly requests: readonly ReceivedRequest[];
  /**
   * Lets something go wrong: the next request that it is meant for uses it up. Several are used in the order in which
   * they were given.
   *
   * @throws `TypeError` when the fault makes no sense; it says why.
   * @example
   * sandbox.fail({ operation: "createPartnerUser", status: 503, retryAfter: 1 });
   * sandbox.fail({ drop: "answer", times: 2 });
   */
  fail(fault: Fault): void;
  /**
   * Answers no more than so many requests in a period, of all callers together, and the others with 429 and
   * `Retry-After`.
   *
   * @throws `TypeError` when the limit makes no sense; it says why.
   * @example
   * sandbox.rateLimit({ requests: 10, per: 1000 });
   */
  rateLimit(limit: RateLimit): void;
  /**
   * Everything as it was in the beginning: organizations, users, keys, the ids to come; no faults, no rate limit, no
   * idempotency keys, no requests. A request that is still held goes on in what was before.
   */
  reset(): void;
  /**
   * All organizations, users and keys, as a copy.
   *
   * @example
   * const copy = createSandbox(sandbox.snapshot());
   */
  snapshot(): Snapshot;
}

/**
 * Makes a Polytomic Users API in memory: same routes, keys, statuses, idempotency and version header. Unless told
 * otherwise it starts with one organization, two users and one key of each kind.
 *
 * @param options What is in it, and how it behaves; see {@link SandboxOptions}.
 * @returns A sandbox of its own; two of them share nothing.
 * @throws `TypeError` when an option makes no sense; it names the option.
 * @example
 * const sandbox = createSandbox();
 * const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch });
 * const users = await polytomic.organization(sandbox.organizationId).users.list();
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  checkOptions(options);
  let world = createWorld(options);
  const asMade = { ...options, ...structuredClone(pickSeed(options)) };
  return {
    ...world.seeded,
    fetch: (input, init) => receive(world, input, init),
    get requests() {
      return world.log.read();
    },
    fail: (fault) => world.api.faults.add(fault),
    rateLimit: (limit) => world.api.rateLimiter.set(limit),
    reset: () => {
      world = createWorld(asMade);
    },
    snapshot: () => takeSnapshot(world.api.state, world.seeded),
  };
}

function checkOptions(options: SandboxOptions): void {
  checkNames("createSandbox()", options, [...SEED_NAMES, "seed", "latency", "now"]);
  const { seed, latency, now } = options;
  if (seed !== undefined) checkInteger("`seed`", seed, 0);
  if (latency !== undefined) checkInteger("`latency`, in milliseconds,", latency, 0, LONGEST_WAIT);
  if (now !== undefined && typeof now !== "function") {
    throw new TypeError(`\`now\` must be a function that gives the time in milliseconds; got ${show(now)}.`);
  }
}

function pickSeed({ organizations, partnerKey, deploymentKey }: Seed): Seed {
  return {
    ...(organizations && { organizations }),
    ...(partnerKey !== undefined && { partnerKey }),
    ...(deploymentKey !== undefined && { deploymentKey }),
  };
}

/** All that a sandbox is about, from one `reset()` to the next. */
interface World {
  readonly api: Api;
  readonly app: App;
  readonly log: RequestLog;
  readonly seeded: Seeded;
}

function createWorld({ seed = 1, latency = 0, now = () => Date.now(), ...rest }: SandboxOptions): World {
  const state = new State(seed);
  const seeded = plant(state, rest);
  const api = {
    state,
    latency,
    idempotency: new Idempotency(now),
    faults: new Faults(),
    rateLimiter: new RateLimiter(now),
  };
  return { api, app: createApp(api), log: new RequestLog(state.issuedKeys), seeded };
}

/** One request, as fetch takes it. */
async function receive({ app, log }: World, input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const { signal: ownSignal, ...rest } = init ?? {};
  // A Request that comes from a server is no more than a look-alike, which the constructor does not take. The signal is
  // kept out of a new one: it would collect a listener with every request.
  const request = input instanceof Request && !init ? input : new Request(input, rest);
  const signal = ownSignal ?? (input instanceof Request ? input.signal : undefined);
  signal?.throwIfAborted();
  const { pathname, search } = new URL(request.url);
  const text = await request.text(); // not `request.body`, which Firefox does not have
  signal?.throwIfAborted();
  const entry = log.add(request, pathname + search, text);
  const response = await app(request, { entry, signal });
  entry.status = response.status;
  return response;
}
