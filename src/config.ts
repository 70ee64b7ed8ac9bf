import { API_VERSION, SERVER_URL } from "../generated/contract.ts";
import { isLoopback, isUuid } from "./formats.ts";
import { ConfigurationError, InvalidArgumentError, PolytomicError } from "./errors.ts";
import { nameType, isObject } from "./objects.ts";
import { isKeyed } from "./operations.ts";
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
  const rules = { checks: OPTIONS, valid: Object.keys(OPTIONS), error: ConfigurationError };
  return validate(ConfigurationError, () => configureFrom(checkOptions(input, rules)));
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
    baseUrl: chooseBaseUrl(options, kind),
    version,
    headers: checkHeaders(options.headers, ConfigurationError),
    maxConcurrency,
    fetch,
    onEvent,
  };
}

/** Runs checks of the caller's input. If reading the input throws, as a getter or a proxy can, throws an error of this class. */
export function validate<T>(error: ErrorClass, check: () => T, argument = "options"): T {
  try {
    return check();
  } catch (thrown) {
    if (thrown instanceof PolytomicError) throw thrown;
    const what = error === InvalidArgumentError ? "An argument" : "An option";
    throw new error(`${what} cannot be read; see \`cause\`.`, { cause: sanitizeError(thrown), argument });
  }
}

/**
 * Checks the options of one call.
 *
 * @param others The names that the method takes in the same object as the options.
 */
export function checkRequestOptions(
  input: AnyRequestOptions,
  method: string,
  others: readonly string[] = [],
): AnyRequestOptions {
  const names = Object.keys(REQUEST_OPTIONS).filter((name) => name !== "idempotencyKey" || isKeyed(method));
  const rules = { checks: REQUEST_OPTIONS, valid: [...others, ...names], error: InvalidArgumentError };
  const options = checkOptions(input, rules);
  if (options.idempotencyKey !== undefined && !isKeyed(method)) {
    const argument = "options.idempotencyKey";
    throw new InvalidArgumentError("`idempotencyKey` is only valid for POST and PATCH.", { argument });
  }
  return options;
}

/** Whether a call has an option of this name. */
export function isRequestOption(name: string): boolean {
  return Object.hasOwn(REQUEST_OPTIONS, name);
}

interface OptionRules<T extends object> {
  readonly checks: Record<keyof T & string, Check>;
  /** The names that the message about an unknown option lists. */
  readonly valid: readonly string[];
  readonly error: ErrorClass;
}

/** Reads each option once, since it can be an accessor, and checks it. */
function checkOptions<T extends object>(options: T, { checks, valid, error }: OptionRules<T>): T {
  if (!isObject(options)) {
    throw new error(`The options must be an object, but they are ${nameType(options)}.`, { argument: "options" });
  }
  const names = Object.keys(checks) as (keyof T & string)[];
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) {
    const argument = pathTo("options", unknown);
    throw new error(`Unknown option${quote(unknown)}. Valid options: ${valid.join(", ")}.`, { argument });
  }
  const checked = Object.create(null) as Partial<T>;
  for (const name of names) {
    const isPolluted = name in Object.prototype && !Object.hasOwn(options, name);
    if (isPolluted || !(name in options)) continue;
    const value = options[name];
    const { expected, isValid } = checks[name];
    // The message does not show the value: it can be a misplaced key, or a URL with a password.
    if (value !== undefined && !isValid(value)) {
      throw new error(`\`${name}\` must be ${expected}.`, { argument: `options.${name}` });
    }
    checked[name] = value;
  }
  return checked as T;
}

/** Formats a name for a message. What could be a key is left out: a long name that is not only letters. */
export function quote(name: string): string {
  return name.length <= 20 || /^[a-z_]{1,40}$/i.test(name) ? ` \`${name}\`` : "";
}

/** Returns the path to a field of an argument, without a name that could be a key. */
export function pathTo(argument: string, name: string): string {
  return quote(name) === "" ? argument : `${argument}.${name}`;
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

/** `checkKey` checks keys, as it checks what a function returns. */
const KEY: Check = { expected: "", isValid: () => true };
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
    expected: `a URL such as ${SERVER_URL}`,
    isValid: (url) => !isText(url, /^\s*(?!localhost\b)[^\s.:]+\s*$/i), // a single word can be a misplaced key
  },
  allowInsecureConnection: { expected: "true or false", isValid: (value) => typeof value === "boolean" },
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

/** Texts that are not a key, and what is wrong with them. The messages show nothing that could be a key. */
const NOT_A_KEY: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/^$/, "is empty."],
  [/^bearer(?:\s|$)/i, "starts with `Bearer`, an authentication scheme. Pass only the key itself."],
  [/^basic(?:\s|$)/i, "starts with `Basic`, an authentication scheme. Pass only the key itself."],
  [/^undefined$/i, "is the text `undefined`. Check the variable that it comes from."],
  [/^null$/i, "is the text `null`. Check the variable that it comes from."],
  [/^\[object .*\]$/, "is the text `[object …]`. Pass the key itself, or a function that returns it."],
  [/^(["'`]).*\1$/, "is in quotes. Pass the key without them."],
  [/\$\{.*\}/, "contains the placeholder `${…}`. Replace it with the key."],
  [/\{\{.*\}\}/, "contains the placeholder `{{…}}`. Replace it with the key."],
  [/^\$[A-Z_][A-Z0-9_]*$/, "is the name of a variable, `$…`. Pass the key itself."],
  [/^<.*>$/, "is the placeholder `<…>`. Replace it with the key."],
  [
    /[^\x20-\x7e]/,
    "contains a character that an HTTP header cannot carry, such as a line break or a typographic quote.",
  ],
];

/** Trims a key and checks that it can be one. */
export function checkKey(kind: KeyKind, key: unknown): string {
  if (typeof key !== "string") {
    const found = nameType(key);
    const advice = found === "a promise" ? " Pass a function that returns the promise." : "";
    throw new ConfigurationError(
      `\`${kind}\` must be a string, or a function that returns one, but it is ${found}.${advice}`,
    );
  }
  const trimmed = key.trim();
  const [, problem] = NOT_A_KEY.find(([pattern]) => pattern.test(trimmed)) ?? [];
  if (problem === undefined) return trimmed;
  throw new ConfigurationError(`\`${kind}\` ${problem}`);
}

/** Returns the base URL without a slash at the end. */
function chooseBaseUrl({ baseUrl, allowInsecureConnection }: PolytomicOptions, kind: KeyKind): string {
  const allowsHttp =
    allowInsecureConnection ?? /^(?:1|true)$/i.test(environment("POLYTOMIC_ALLOW_INSECURE_CONNECTION")?.trim() ?? "");
  if (baseUrl !== undefined) return readBaseUrl("`baseUrl`", baseUrl, allowsHttp);
  const url = environment("POLYTOMIC_DEPLOYMENT_URL")?.trim();
  if (url) return readBaseUrl("POLYTOMIC_DEPLOYMENT_URL", url, allowsHttp);
  if (kind !== "deploymentKey") return SERVER_URL;
  throw new ConfigurationError("`deploymentKey` requires `baseUrl`, or POLYTOMIC_DEPLOYMENT_URL in the environment.");
}

/** Checks a base URL, which is https if it has no scheme. The message does not show it: it can contain a password. */
function readBaseUrl(name: string, value: unknown, allowsHttp: boolean): string {
  // Not `instanceof URL`: the URL can be of another realm.
  const text = isObject(value) && typeof value["href"] === "string" ? value["href"] : value;
  if (typeof text !== "string") throw new ConfigurationError(`${name} must be a URL, but it is ${nameType(value)}.`);
  const trimmed = text.trim();
  const absolute = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  // Without one of its characters, a scheme would be read as the name of a host, and the key sent there.
  const isMistyped = /^https?(?![\w.-])(?!:\/\/)|^[:/]/i.test(trimmed);
  const problem =
    trimmed === "" ? "is empty." : isMistyped ? "must start with `https://`." : findProblem(absolute, allowsHttp);
  if (problem !== undefined) throw new ConfigurationError(`${name} ${problem}`);
  return new URL(absolute).href.replace(/\/+$/, "");
}

function findProblem(url: string, allowsHttp: boolean): string | undefined {
  if (!URL.canParse(url)) {
    const withoutPort = url.replace(/^(\w+:\/\/[^/?#]*):[^/?#\]]*/, "$1");
    return URL.canParse(withoutPort) ? "has an invalid port." : `is not a valid URL. Pass one such as ${SERVER_URL}.`;
  }
  const { href, protocol, username, password, hostname } = new URL(url);
  const [beforeFragment = "", fragment] = href.split("#");
  if (!/^https?:$/.test(protocol)) return "must start with `https://`.";
  if (username || password) return "must not contain a user name or a password. Pass the key as an option.";
  if (beforeFragment.includes("?")) return "must not contain a query (`?…`).";
  if (fragment !== undefined) return "must not contain a fragment (`#…`).";
  if (protocol === "https:" || allowsHttp || isLoopback(hostname)) return undefined;
  return (
    "uses plain http, which does not protect the key. Use https, or, in a network that you trust, set " +
    "`allowInsecureConnection: true` or POLYTOMIC_ALLOW_INSECURE_CONNECTION=1."
  );
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
        { argument: "options.headers" },
      );
    }
    if (!isHeader(name, value)) {
      const shown = name.length < 8 ? name : `${name.slice(0, 4)}…`; // it can be a misplaced key
      throw new error(`The header ${JSON.stringify(shown)} has a name or a value that HTTP does not allow.`, {
        argument: "options.headers",
      });
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
