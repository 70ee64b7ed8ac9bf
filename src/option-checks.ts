import { API_VERSION, SERVER_URL } from "../generated/contract.ts";
import { isUuid } from "./formats.ts";
import { isObject } from "./objects.ts";
import type { AnyRequestOptions, PolytomicOptions } from "./options.ts";

/** What an option must be, in words and as a test. */
export interface Check {
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

export const OPTIONS: Record<keyof PolytomicOptions, Check> = {
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

export const REQUEST_OPTIONS: Record<keyof AnyRequestOptions, Check> = {
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
