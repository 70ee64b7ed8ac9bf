import { API_VERSION, SERVER_URL } from "../generated/contract.ts";
import { ConfigurationError, InvalidArgumentError } from "./errors.ts";
import { createObserver, type CallEvent, type Observer } from "./events.ts";
import { checkKey, type Credentials, type Key, type KeyKind } from "./http/credentials.ts";
import { isUuid } from "./http/path.ts";

/**
 * How a client is set up. Give exactly one of `apiKey`, `partnerKey` and `deploymentKey`. With none of them, the one
 * of `POLYTOMIC_API_KEY`, `POLYTOMIC_PARTNER_KEY` and `POLYTOMIC_DEPLOYMENT_KEY` that is set in the environment is
 * taken.
 *
 * @see https://apidocs.polytomic.com/2025-09-18/guides/obtaining-api-keys
 */
export interface PolytomicOptions {
  /** A key of one organization, or a function that gives one. A function is asked on every attempt. */
  readonly apiKey?: Key | undefined;
  /** A partner key, or a function that gives one. It reaches every customer organization. */
  readonly partnerKey?: Key | undefined;
  /** The key of a self-hosted deployment, or a function that gives one. It needs `baseUrl`. */
  readonly deploymentKey?: Key | undefined;
  /**
   * The id of the organization that `polytomic.users` is about, with a partner or deployment key. Those calls go out
   * as `Authorization: Basic`.
   */
  readonly organizationId?: string | undefined;
  /**
   * Where the API is. https, or http on a loopback host. Default: `https://app.polytomic.com`; with a deployment key
   * `POLYTOMIC_DEPLOYMENT_URL`.
   */
  readonly baseUrl?: string | undefined;
  /** The API version to ask for, `YYYY-MM-DD`. Default: `API_VERSION`, which the types are made for. */
  readonly version?: string | undefined;
  /** Milliseconds for one attempt, up to the last byte of the answer. 0 for no limit. Default: 60 000. */
  readonly timeout?: number | undefined;
  /** Milliseconds for a whole call, with its retries and the waits between them. 0, the default, for no limit. */
  readonly totalTimeout?: number | undefined;
  /** How often a call is tried again where that is safe. Default: 2. */
  readonly maxRetries?: number | undefined;
  /** Headers that every request carries besides the client's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What sends a request. Default: the global `fetch` at the time of the call. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Called with what happens in each call, for logs, metrics and traces. What it throws is ignored. */
  readonly onEvent?: ((event: CallEvent) => unknown) | undefined;
}

/** What one call can ask for; the last argument of every method. */
export interface RequestOptions {
  /** Ends the call: it rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt of this call, up to the last byte of the answer. 0 for no limit. Default: the client's. */
  readonly timeout?: number | undefined;
  /** Milliseconds for this call, with its retries and the waits between them. 0 for no limit. Default: the client's. */
  readonly totalTimeout?: number | undefined;
  /** How often this call is tried again where that is safe. Default: the client's. */
  readonly maxRetries?: number | undefined;
  /** The API version to ask for in this call, `YYYY-MM-DD`. Default: the client's. */
  readonly version?: string | undefined;
  /** Headers for this call; they win over those of the client. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * For POST only: the `Idempotency-Key`, 8 to 255 of `A-Z a-z 0-9 - _`. Two calls with the same key are one change
   * and have one outcome. Default: a new UUID for each call.
   *
   * @see https://apidocs.polytomic.com/2025-09-18/guides/idempotent-requests
   */
  readonly idempotencyKey?: string | undefined;
}

/** How long a call may take and how often it is tried. */
export interface Limits {
  readonly timeout: number;
  readonly totalTimeout: number;
  readonly maxRetries: number;
}

/** What applies unless the client or the call says otherwise. */
export const DEFAULT_LIMITS: Limits = { timeout: 60_000, totalTimeout: 0, maxRetries: 2 };

/** A checked set-up. */
export interface Config {
  readonly limits: Limits;
  readonly credentials: Credentials;
  readonly baseUrl: string;
  readonly version: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: PolytomicOptions["fetch"];
  readonly observe: Observer;
}

const KEY_KINDS: readonly KeyKind[] = ["apiKey", "partnerKey", "deploymentKey"];

const ENVIRONMENT: Record<KeyKind, string> = {
  apiKey: "POLYTOMIC_API_KEY",
  partnerKey: "POLYTOMIC_PARTNER_KEY",
  deploymentKey: "POLYTOMIC_DEPLOYMENT_KEY",
};

const OPTION_NAMES: Record<keyof PolytomicOptions, true> = {
  apiKey: true,
  partnerKey: true,
  deploymentKey: true,
  organizationId: true,
  baseUrl: true,
  version: true,
  timeout: true,
  totalTimeout: true,
  maxRetries: true,
  headers: true,
  fetch: true,
  onEvent: true,
};

const REQUEST_OPTION_NAMES: Record<keyof RequestOptions, true> = {
  signal: true,
  timeout: true,
  totalTimeout: true,
  maxRetries: true,
  version: true,
  headers: true,
  idempotencyKey: true,
};

type Refusal = typeof ConfigurationError | typeof InvalidArgumentError;

/** Options and environment → a checked set-up, or a `ConfigurationError` that says what to do. */
export function configure(options: PolytomicOptions): Config {
  checkNames(options, OPTION_NAMES, ConfigurationError);
  const { kind, key } = chooseKey(options);
  const { organizationId, fetch, onEvent } = options;
  if (organizationId !== undefined && kind === "apiKey") {
    throw new ConfigurationError("`organizationId` goes with a partner or deployment key; an API key has its own.");
  }
  if (organizationId !== undefined && !isUuid(organizationId)) {
    throw new ConfigurationError("`organizationId` must be a UUID.");
  }
  checkFunction("fetch", fetch);
  checkFunction("onEvent", onEvent);
  return {
    credentials: { kind, key, organizationId },
    limits: checkLimits(options, DEFAULT_LIMITS, ConfigurationError),
    baseUrl: chooseBaseUrl(kind, options.baseUrl),
    version: options.version === undefined ? API_VERSION : checkVersion(options.version, ConfigurationError),
    headers: checkHeaders(options.headers, ConfigurationError),
    fetch,
    observe: createObserver(onEvent),
  };
}

function chooseKey(options: PolytomicOptions): { kind: KeyKind; key: Key } {
  const given = KEY_KINDS.filter((kind) => options[kind] !== undefined);
  // A key that is spelt out but undefined is a mistake to report, not a reason to take another key from elsewhere.
  const empty = KEY_KINDS.find((kind) => given.length === 0 && kind in options);
  if (empty) throw new ConfigurationError(`\`${empty}\` is undefined. Is the variable that it comes from set?`);
  const kinds = given.length > 0 ? given : KEY_KINDS.filter((kind) => environment(ENVIRONMENT[kind]));
  const [kind, another] = kinds;
  const name = (each: KeyKind): string => (given.length > 0 ? `\`${each}\`` : ENVIRONMENT[each]);
  if (kind === undefined) {
    throw new ConfigurationError(
      "There is no key. Pass `apiKey`, `partnerKey` or `deploymentKey`, or set " +
        `${ENVIRONMENT.apiKey}, ${ENVIRONMENT.partnerKey} or ${ENVIRONMENT.deploymentKey}.`,
    );
  }
  if (another !== undefined) {
    throw new ConfigurationError(`${kinds.map(name).join(" and ")} are both given. Give exactly one key.`);
  }
  const key = given.length > 0 ? options[kind] : environment(ENVIRONMENT[kind]);
  return { kind, key: typeof key === "function" ? key : checkKey(kind, key) };
}

function chooseBaseUrl(kind: KeyKind, given: string | undefined): string {
  if (given !== undefined) return checkBaseUrl("`baseUrl`", given);
  if (kind !== "deploymentKey") return SERVER_URL;
  const url = environment("POLYTOMIC_DEPLOYMENT_URL")?.trim();
  if (!url) {
    throw new ConfigurationError(
      "A deployment key belongs to a self-hosted deployment: pass `baseUrl`, or set POLYTOMIC_DEPLOYMENT_URL.",
    );
  }
  return checkBaseUrl("POLYTOMIC_DEPLOYMENT_URL", /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`);
}

/** The URL without a slash at its end. The refusal does not show it: it may hold a password. */
function checkBaseUrl(name: string, given: unknown): string {
  const url = typeof given === "string" && URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError(`${name} must be an absolute URL such as "https://polytomic.example.com".`);
  }
  if (url.username || url.password || url.search || url.hash || /[?#]$/.test(url.href)) {
    throw new ConfigurationError(`${name} must have no user name, password, query or fragment.`);
  }
  if (url.protocol === "http:" && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new ConfigurationError(`${name} must be https: over http anybody on the way can read the key.`);
  }
  return url.href.replace(/\/+$/, "");
}

/** A variable of the environment; none where there is no `process`, or where it may not be read. */
function environment(name: string): string | undefined {
  try {
    // oxlint-disable-next-line no-restricted-globals -- guarded, and the only place that asks for it
    return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];
  } catch {
    return undefined;
  }
}

function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") {
    throw new ConfigurationError(`\`${name}\` must be a function.`);
  }
}

/** One call's options, checked. */
export function checkRequestOptions(options: RequestOptions, method: string): void {
  checkNames(options, REQUEST_OPTION_NAMES, InvalidArgumentError);
  const { signal, idempotencyKey } = options;
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.throwIfAborted !== "function") {
    throw new InvalidArgumentError("`signal` must be an AbortSignal.");
  }
  if (idempotencyKey === undefined) return;
  if (method !== "post") {
    throw new InvalidArgumentError(`\`idempotencyKey\` is for POST only; a ${method.toUpperCase()} is idempotent.`);
  }
  if (typeof idempotencyKey !== "string" || !/^[A-Za-z0-9_-]{8,255}$/.test(idempotencyKey)) {
    throw new InvalidArgumentError("`idempotencyKey` must be 8 to 255 characters of A-Z, a-z, 0-9, `-` and `_`.");
  }
}

function checkNames(options: unknown, names: Record<string, true>, Refused: Refusal): void {
  if (typeof options !== "object" || options === null) throw new Refused("The options must be an object.");
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return;
  throw new Refused(`There is no option \`${unknown}\`. There are: ${Object.keys(names).join(", ")}.`);
}

/** The limits that are given, and the others as they were. */
export function checkLimits(given: Partial<Limits | RequestOptions>, others: Limits, Refused: Refusal): Limits {
  const { timeout = others.timeout, totalTimeout = others.totalTimeout, maxRetries = others.maxRetries } = given;
  for (const [name, ms] of Object.entries({ timeout, totalTimeout })) {
    if (typeof ms === "number" && ms >= 0 && ms <= LONGEST_TIMER) continue;
    throw new Refused(`\`${name}\` must be milliseconds from 0, for no limit, to ${LONGEST_TIMER}.`);
  }
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    throw new Refused("`maxRetries` must be a whole number, 0 or more.");
  }
  return { timeout, totalTimeout, maxRetries };
}

/** Runtimes take a longer timer for one of no length. */
const LONGEST_TIMER = 2 ** 31 - 1;

export function checkVersion(version: unknown, Refused: Refusal): string {
  if (typeof version === "string" && /^\d{4}-\d{2}-\d{2}$/.test(version)) return version;
  throw new Refused(`\`version\` must be a date such as "${API_VERSION}".`);
}

/** Headers that the client sets itself, and what to use instead. */
const RESERVED: Record<string, string> = {
  accept: "it is always application/json",
  authorization: "it is made from the client's key",
  connection: "the runtime sets it",
  "content-length": "the runtime sets it",
  expect: "the runtime sets it",
  host: "the runtime sets it",
  "keep-alive": "the runtime sets it",
  "transfer-encoding": "the runtime sets it",
  upgrade: "the runtime sets it",
  "content-type": "it is always application/json",
  "idempotency-key": "use `idempotencyKey`",
  "x-polytomic-version": "use `version`",
};

/** Headers under their lower-case names. A refusal names the header and does not show its value. */
export function checkHeaders(given: unknown, Refused: Refusal): Record<string, string> {
  const headers: Record<string, string> = {};
  if (given === undefined) return headers;
  if (typeof given !== "object" || given === null || Symbol.iterator in given) {
    throw new Refused("`headers` must be a plain object of strings.");
  }
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    const reserved = Object.hasOwn(RESERVED, lower) ? RESERVED[lower] : undefined;
    if (reserved) throw new Refused(`The header \`${name}\` cannot be set: ${reserved}.`);
    if (!canBeHeader(name, value)) {
      throw new Refused(`The header ${JSON.stringify(name)} has a name or a value that no header can have.`);
    }
    headers[lower] = value;
  }
  return headers;
}

function canBeHeader(name: string, value: unknown): value is string {
  try {
    return typeof value === "string" && new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}
