import { API_VERSION } from "../generated/contract.ts";
import { chooseBaseUrl } from "./base-url.ts";
import { ConfigurationError, InvalidArgumentError, PolytomicError } from "./errors.ts";
import { chooseKey, type KeyKind } from "./keys.ts";
import { nameType, isObject } from "./objects.ts";
import { isKeyed } from "./operations.ts";
import { OPTIONS, REQUEST_OPTIONS, type Check } from "./option-checks.ts";
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
