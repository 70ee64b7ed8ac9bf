import { API_VERSION, SERVER_URL } from "../generated/contract.ts";
import { isLoopback, isUuid } from "./formats.ts";
import { ConfigurationError, InvalidArgumentError, PolytomicError } from "./errors.ts";
import { isObject } from "./objects.ts";
import type { AnyRequestOptions, Key, PolytomicOptions } from "./options.ts";
import { sanitizeError } from "./sanitize-error.ts";

/** A client's configuration after all checks. */
export interface Config {
  readonly credentials: Credentials;
  readonly limits: Limits;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly version: string;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly maxConcurrency: number;
  readonly fetch: PolytomicOptions["fetch"];
  readonly onEvent: PolytomicOptions["onEvent"];
}

export interface Credentials {
  readonly kind: KeyKind;
  readonly key: Key;
  /** Scopes a partner or deployment key to one organization. */
  readonly organizationId: string | undefined;
}

export type KeyKind = "apiKey" | "partnerKey" | "deploymentKey";

/** The name of each kind of key in messages. */
export const KEY_NAMES: Record<KeyKind, string> = {
  apiKey: "an API key",
  partnerKey: "a partner key",
  deploymentKey: "a deployment key",
};

/** How long a call may take, in milliseconds, how often it may be retried, and how large a response may be. */
export interface Limits {
  readonly timeout: number;
  readonly totalTimeout: number;
  readonly maxRetries: number;
  /** In bytes. By default it depends on the operation. */
  readonly maxResponseBytes: number | undefined;
}

export const DEFAULT_LIMITS: Limits = {
  timeout: 60_000,
  totalTimeout: 0,
  maxRetries: 2,
  maxResponseBytes: undefined,
};

type ErrorClass = typeof ConfigurationError | typeof InvalidArgumentError;

/** Turns options and environment variables into a configuration, or throws a `ConfigurationError` that says what to do. */
export function configure(input: PolytomicOptions): Config {
  return validate(ConfigurationError, () => configureFrom(checkOptions(input, OPTIONS, ConfigurationError)));
}

function configureFrom(options: PolytomicOptions): Config {
  const { kind, key } = chooseKey(options);
  const { organizationId, version = API_VERSION, maxConcurrency = Infinity, fetch, onEvent } = options;
  if (organizationId !== undefined && kind === "apiKey") {
    throw new ConfigurationError(
      "`organizationId` cannot be combined with `apiKey`: an API key already belongs to one organization.",
    );
  }
  return {
    credentials: { kind, key, organizationId },
    limits: mergeLimits(options, DEFAULT_LIMITS),
    baseUrl: new URL(options.baseUrl ?? environmentUrl() ?? defaultUrl(kind)).href.replace(/\/+$/, ""),
    version,
    headers: checkHeaders(options.headers, ConfigurationError),
    maxConcurrency,
    fetch,
    onEvent,
  };
}

/** Runs checks of the caller's input. If reading the input throws, as a getter or a proxy can, throws an error of this class. */
export function validate<T>(error: ErrorClass, check: () => T): T {
  try {
    return check();
  } catch (thrown) {
    if (thrown instanceof PolytomicError) throw thrown;
    const what = error === InvalidArgumentError ? "An argument" : "An option";
    throw new error(`${what} cannot be read; see \`cause\`.`, { cause: sanitizeError(thrown) });
  }
}

/** Checks the options of one call. */
export function checkRequestOptions(input: AnyRequestOptions, method: string): AnyRequestOptions {
  const options = checkOptions(input, REQUEST_OPTIONS, InvalidArgumentError);
  if (method !== "post" && options.idempotencyKey !== undefined) {
    throw new InvalidArgumentError("`idempotencyKey` is only valid for POST.");
  }
  return options;
}

/** Reads each option once, since it can be an accessor, and checks it. */
function checkOptions<T extends object>(options: T, checks: Record<keyof T & string, Check>, error: ErrorClass): T {
  if (!isObject(options)) throw new error("The options must be an object.");
  const names = Object.keys(checks) as (keyof T & string)[];
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) {
    throw new error(`Unknown option${quote(unknown)}. Valid options: ${names.join(", ")}.`);
  }
  const checked = Object.create(null) as Partial<T>;
  for (const name of names) {
    const isPolluted = name in Object.prototype && !Object.hasOwn(options, name);
    if (isPolluted || !(name in options)) continue;
    const value = options[name];
    const { expected, isValid } = checks[name];
    // The message does not show the value: it can be a misplaced key, or a URL with a password.
    if (value !== undefined && !isValid(value)) throw new error(`\`${name}\` must be ${expected}.`);
    checked[name] = value;
  }
  return checked as T;
}

/** Formats a name for a message. What could be a key is left out: a long name that is not only letters. */
export function quote(name: string): string {
  return name.length <= 20 || /^[a-z_]{1,40}$/i.test(name) ? ` \`${name}\`` : "";
}

/** What an option must be, in words and as a test. */
interface Check {
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
}

/** `setTimeout` fires at once for a longer delay. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** V8 limits a string to 2 ** 29 - 24 characters. */
const LARGEST_RESPONSE = 500_000_000;

const KEY: Check = { expected: "", isValid: () => true }; // `checkKey` checks it, as it checks what a function returns
const FUNCTION: Check = { expected: "a function", isValid: (value) => typeof value === "function" };
const MILLISECONDS: Check = {
  expected: `a number of milliseconds from 0 (no limit) to ${LONGEST_TIMER}`,
  isValid: (ms) => typeof ms === "number" && ms >= 0 && ms <= LONGEST_TIMER,
};

const SHARED_OPTIONS = {
  timeout: MILLISECONDS,
  totalTimeout: MILLISECONDS,
  maxRetries: {
    expected: "an integer, 0 or more",
    isValid: (count) => Number.isInteger(count) && (count as number) >= 0,
  },
  maxResponseBytes: {
    expected: `an integer from 1 to ${LARGEST_RESPONSE}`,
    isValid: (bytes) => Number.isInteger(bytes) && (bytes as number) >= 1 && (bytes as number) <= LARGEST_RESPONSE,
  },
  version: { expected: `a date such as "${API_VERSION}"`, isValid: (date) => isText(date, /^\d{4}-\d{2}-\d{2}$/) },
  headers: {
    expected: "a plain object of strings",
    isValid: (headers) => isObject(headers) && !(Symbol.iterator in headers),
  },
} satisfies Record<string, Check>;

const OPTIONS: Record<keyof PolytomicOptions, Check> = {
  apiKey: KEY,
  partnerKey: KEY,
  deploymentKey: KEY,
  organizationId: { expected: "a UUID", isValid: isUuid },
  baseUrl: {
    expected: "an https URL (or http on a loopback host) without user name, password, query or fragment",
    isValid: isBaseUrl,
  },
  ...SHARED_OPTIONS,
  maxConcurrency: {
    expected: "an integer, 1 or more",
    isValid: (count) => Number.isInteger(count) && (count as number) >= 1,
  },
  fetch: FUNCTION,
  onEvent: FUNCTION,
};

const REQUEST_OPTIONS: Record<keyof AnyRequestOptions, Check> = {
  ...SHARED_OPTIONS,
  signal: {
    expected: "an AbortSignal",
    isValid: (signal) =>
      isObject(signal) &&
      ["throwIfAborted", "addEventListener", "removeEventListener"].every((name) => typeof signal[name] === "function"),
  },
  idempotencyKey: {
    expected: "8 to 255 characters of A-Z, a-z, 0-9, `-` and `_`",
    isValid: (key) => isText(key, /^[\w-]{8,255}$/),
  },
};

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

/** A URL without user info, query or fragment consists of its origin and its path. */
function isBaseUrl(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { href, origin, pathname, protocol, hostname } = new URL(value);
  const isSafe = protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  return isSafe && href === origin + pathname;
}

const ENVIRONMENT: Record<KeyKind, string> = {
  apiKey: "POLYTOMIC_API_KEY",
  partnerKey: "POLYTOMIC_PARTNER_KEY",
  deploymentKey: "POLYTOMIC_DEPLOYMENT_KEY",
};

const KEY_KINDS = Object.keys(ENVIRONMENT) as KeyKind[];

/** Reads the key from the options, or from the environment if the options name no key, not even as `undefined`. */
function chooseKey(options: PolytomicOptions): { kind: KeyKind; key: Key } {
  const named = KEY_KINDS.filter((kind) => kind in options);
  const source = named.length > 0 ? options : keysOfEnvironment();
  const found = KEY_KINDS.filter((kind) => source[kind] !== undefined);
  const [kind, second] = found;
  if (kind === undefined && named[0]) {
    throw new ConfigurationError(
      `\`${named[0]}\` is undefined. Pass a key, or omit the option to read it from the environment.`,
    );
  }
  if (kind === undefined || second) {
    const names = found.map((each) => (named.length > 0 ? each : ENVIRONMENT[each])).join(" and ") || "none";
    throw new ConfigurationError(
      `Pass exactly one of ${KEY_KINDS.join(", ")}, or set exactly one of ${Object.values(ENVIRONMENT).join(", ")}. ` +
        `Found: ${names}.`,
    );
  }
  const key = source[kind];
  return { kind, key: typeof key === "function" ? key : checkKey(kind, key) };
}

function keysOfEnvironment(): Partial<Record<KeyKind, Key>> {
  return Object.fromEntries(KEY_KINDS.map((kind) => [kind, environment(ENVIRONMENT[kind])]));
}

/** Trims a key and checks that a header can carry it. The message never shows the key. */
export function checkKey(kind: KeyKind, key: unknown): string {
  if (typeof key !== "string") {
    const type = key === null ? "null" : typeof key;
    throw new ConfigurationError(`\`${kind}\` must be a string, or a function that returns one, but it is ${type}.`);
  }
  const trimmed = key.trim();
  if (/^(?:bearer|basic)\s/i.test(trimmed)) {
    throw new ConfigurationError(
      `\`${kind}\` starts with the name of an authentication scheme. Pass only the key itself.`,
    );
  }
  if (trimmed === "") throw new ConfigurationError(`\`${kind}\` is empty.`);
  if (/^[\x20-\x7e]+$/.test(trimmed)) return trimmed;
  throw new ConfigurationError(
    `\`${kind}\` contains a character that an HTTP header cannot carry, such as a line break.`,
  );
}

function defaultUrl(kind: KeyKind): string {
  if (kind !== "deploymentKey") return SERVER_URL;
  throw new ConfigurationError("`deploymentKey` requires `baseUrl`, or POLYTOMIC_DEPLOYMENT_URL in the environment.");
}

/** The URL of a self-hosted deployment, which is https if it has no scheme. */
function environmentUrl(): string | undefined {
  const url = environment("POLYTOMIC_DEPLOYMENT_URL")?.trim();
  if (!url) return undefined;
  const absolute = url.includes("://") ? url : `https://${url}`;
  if (isBaseUrl(absolute)) return absolute;
  throw new ConfigurationError(`POLYTOMIC_DEPLOYMENT_URL must be ${OPTIONS.baseUrl.expected}.`);
}

/** Reads an environment variable. Returns `undefined` if it is empty, or if the runtime has no readable environment. */
function environment(name: string): string | undefined {
  try {
    // oxlint-disable-next-line no-restricted-globals -- guarded, and the only place that reads it
    return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name] || undefined;
  } catch {
    return undefined;
  }
}

/** Takes the limits from the input, and the others from the defaults. */
export function mergeLimits(input: Partial<Limits | AnyRequestOptions>, defaults: Limits): Limits {
  const {
    timeout = defaults.timeout,
    totalTimeout = defaults.totalTimeout,
    maxRetries = defaults.maxRetries,
    maxResponseBytes = defaults.maxResponseBytes,
  } = input;
  return { timeout, totalTimeout, maxRetries, maxResponseBytes };
}

/** Headers that the client derives from its own options, or that the runtime sets. */
const RESERVED =
  /^(?:accept|authorization|connection|content-(?:length|type)|expect|host|idempotency-key|keep-alive|transfer-encoding|upgrade|x-polytomic-version)$/;

/** Checks headers and lower-cases their names. The message names the header and does not show its value. */
export function checkHeaders(input: Readonly<Record<string, unknown>> = {}, error: ErrorClass): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(input)) {
    const lower = name.toLowerCase();
    if (RESERVED.test(lower)) {
      throw new error(
        `The header \`${lower}\` cannot be set: the client derives it from its key, \`version\` or \`idempotencyKey\`, or the runtime sets it.`,
      );
    }
    if (!isHeader(name, value)) {
      const shown = name.length < 8 ? name : `${name.slice(0, 4)}…`; // it can be a misplaced key
      throw new error(`The header ${JSON.stringify(shown)} has a name or a value that HTTP does not allow.`);
    }
    headers[lower] = value;
  }
  return headers;
}

function isHeader(name: string, value: unknown): value is string {
  try {
    return typeof value === "string" && new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}
