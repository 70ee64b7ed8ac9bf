import { API_VERSION, SERVER_URL } from "../generated/contract.ts";
import { ConfigurationError, InvalidArgumentError } from "./errors.ts";
import { createObserver, warnOfVersions, type CallEvent, type Observer, type VersionWarning } from "./events.ts";
import { checkKey, type Credentials, type Key, type KeyKind } from "./http/credentials.ts";
import { isUuid } from "./http/path.ts";
import { isObject } from "./is-object.ts";

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
  /** Where events go; `undefined` where nobody listens. */
  readonly observe: Observer | undefined;
  readonly warn: VersionWarning;
}

/** What an option must be, in words and as a test. */
type Check = readonly [what: string, holds: (value: unknown) => boolean];

/** Runtimes take a longer timer for one of no length. */
const LONGEST_TIMER = 2 ** 31 - 1;

const KEY: Check = ["", () => true]; // `checkKey` looks at it, as it does at what a function gives
const FUNCTION: Check = ["a function", (value) => typeof value === "function"];
const MILLISECONDS: Check = [
  `milliseconds from 0, for no limit, to ${LONGEST_TIMER}`,
  (ms) => typeof ms === "number" && ms >= 0 && ms <= LONGEST_TIMER,
];

const SHARED_OPTIONS = {
  timeout: MILLISECONDS,
  totalTimeout: MILLISECONDS,
  maxRetries: ["a whole number, 0 or more", (count) => Number.isInteger(count) && (count as number) >= 0],
  version: [`a date such as "${API_VERSION}"`, (date) => isText(date, /^\d{4}-\d{2}-\d{2}$/)],
  headers: ["a plain object of strings", (headers) => isObject(headers) && !(Symbol.iterator in headers)],
} satisfies Record<string, Check>;

const OPTIONS: Record<keyof PolytomicOptions, Check> = {
  apiKey: KEY,
  partnerKey: KEY,
  deploymentKey: KEY,
  organizationId: ["a UUID", isUuid],
  baseUrl: ["an https URL, or http on a loopback host, without user name, password, query and fragment", isBaseUrl],
  ...SHARED_OPTIONS,
  fetch: FUNCTION,
  onEvent: FUNCTION,
};

const REQUEST_OPTIONS: Record<keyof RequestOptions, Check> = {
  ...SHARED_OPTIONS,
  signal: [
    "an AbortSignal",
    (signal) => isObject(signal) && "throwIfAborted" in signal && "addEventListener" in signal,
  ],
  idempotencyKey: ["8 to 255 characters of A-Z, a-z, 0-9, `-` and `_`", (key) => isText(key, /^[\w-]{8,255}$/)],
};

type Refusal = typeof ConfigurationError | typeof InvalidArgumentError;

function isText(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}

/** No user info, query or fragment: the URL is its origin and its path. */
function isBaseUrl(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { href, origin, pathname } = new URL(value);
  const isSafe = /^https:|^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(origin);
  return isSafe && href === origin + pathname;
}

/** The options, each read once, whether it is a field or an accessor, and checked. */
function checkOptions<T extends object>(options: T, checks: Record<keyof T & string, Check>, Refused: Refusal): T {
  if (!isObject(options)) throw new Refused("The options must be an object.");
  const names = Object.keys(checks);
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw new Refused(`There is no option${quote(name)}. There are: ${names.join(", ")}.`);
  }
  const checked: Record<string, unknown> = {};
  for (const [name, [what, holds]] of Object.entries<Check>(checks)) {
    const value = options[name];
    // What was given is not shown: it may be a key in the wrong place, or a URL with a password.
    if (value !== undefined && !holds(value)) throw new Refused(`\`${name}\` must be ${what}.`);
    if (name in options) checked[name] = value;
  }
  return checked as T;
}

/** A name as a message shows it; none that is as long as a key. */
export function quote(name: string): string {
  return name.length > 20 ? "" : ` \`${name}\``;
}

/** Options and environment → a checked set-up, or a `ConfigurationError` that says what to do. */
export function configure(given: PolytomicOptions): Config {
  const options = checkOptions(given, OPTIONS, ConfigurationError);
  const { kind, key } = chooseKey(options);
  const { organizationId, version = API_VERSION, fetch, onEvent } = options;
  if (organizationId !== undefined && kind === "apiKey") {
    throw new ConfigurationError("`organizationId` is not for `apiKey`: an API key has its own.");
  }
  return {
    credentials: { kind, key, organizationId },
    limits: chooseLimits(options, DEFAULT_LIMITS),
    baseUrl: new URL(options.baseUrl ?? defaultBaseUrl(kind)).href.replace(/\/+$/, ""),
    version,
    headers: checkHeaders(options.headers, ConfigurationError),
    fetch,
    observe: onEvent && createObserver(onEvent),
    warn: warnOfVersions(),
  };
}

/** One call's options, checked. */
export function checkRequestOptions(given: RequestOptions, method: string): RequestOptions {
  const options = checkOptions(given, REQUEST_OPTIONS, InvalidArgumentError);
  if (method !== "post" && options.idempotencyKey !== undefined) {
    throw new InvalidArgumentError("`idempotencyKey` is for POST only.");
  }
  return options;
}

const ENVIRONMENT: Record<KeyKind, string> = {
  apiKey: "POLYTOMIC_API_KEY",
  partnerKey: "POLYTOMIC_PARTNER_KEY",
  deploymentKey: "POLYTOMIC_DEPLOYMENT_KEY",
};

const KEY_KINDS = Object.keys(ENVIRONMENT) as KeyKind[];

/** The key of the options; of the environment only where the options do not name one, not even as `undefined`. */
function chooseKey(options: PolytomicOptions): { kind: KeyKind; key: Key } {
  const isNamed = KEY_KINDS.some((kind) => kind in options);
  const read = (kind: KeyKind): Key | undefined => (isNamed ? options[kind] : environment(ENVIRONMENT[kind]));
  const [kind, ...others] = KEY_KINDS.filter((each) => read(each) !== undefined);
  if (kind === undefined || others.length > 0) {
    const given = kind && [kind, ...others].map((each) => (isNamed ? each : ENVIRONMENT[each])).join(" and ");
    throw new ConfigurationError(
      `Give exactly one of ${KEY_KINDS.join(", ")}, or set exactly one of ${Object.values(ENVIRONMENT).join(", ")}; ` +
        `got ${given ?? (isNamed ? "one that is undefined" : "none")}.`,
    );
  }
  const key = read(kind);
  return { kind, key: typeof key === "function" ? key : checkKey(kind, key) };
}

function defaultBaseUrl(kind: KeyKind): string {
  if (kind !== "deploymentKey") return SERVER_URL;
  const url = environment("POLYTOMIC_DEPLOYMENT_URL")?.trim() ?? "";
  const absolute = url.includes("://") ? url : `https://${url}`;
  if (isBaseUrl(absolute)) return absolute;
  throw new ConfigurationError(
    `\`deploymentKey\` needs \`baseUrl\`, or POLYTOMIC_DEPLOYMENT_URL: ${OPTIONS.baseUrl[0]}.`,
  );
}

/** A variable of the environment that is set; none where there is no `process`, or where it may not be read. */
function environment(name: string): string | undefined {
  try {
    // oxlint-disable-next-line no-restricted-globals -- guarded, and the only place that asks for it
    return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name] || undefined;
  } catch {
    return undefined;
  }
}

/** The limits that are given, and the others as they were. */
export function chooseLimits(given: Partial<Limits | RequestOptions>, others: Limits): Limits {
  const { timeout = others.timeout, totalTimeout = others.totalTimeout, maxRetries = others.maxRetries } = given;
  return { timeout, totalTimeout, maxRetries };
}

/** Headers that come from the client's own options, or from the runtime. */
const RESERVED =
  /^(?:accept|authorization|connection|content-(?:length|type)|expect|host|idempotency-key|keep-alive|transfer-encoding|upgrade|x-polytomic-version)$/;

/** Headers under their lower-case names. A refusal names the header and does not show its value. */
export function checkHeaders(given: Readonly<Record<string, unknown>> = {}, Refused: Refusal): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (RESERVED.test(lower)) {
      throw new Refused(
        `The header \`${lower}\` is set by the client, from its key, \`version\` and \`idempotencyKey\`, or by the runtime.`,
      );
    }
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
