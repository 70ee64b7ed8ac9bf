import { environment } from "./environment.ts";
import { ConfigurationError } from "./errors.ts";
import { nameType } from "./objects.ts";
import type { Key, PolytomicOptions } from "./options.ts";

export type KeyKind = "apiKey" | "partnerKey" | "deploymentKey";

/** The name of each kind of key in messages. */
export const KEY_NAMES: Record<KeyKind, string> = {
  apiKey: "an API key",
  partnerKey: "a partner key",
  deploymentKey: "a deployment key",
};

const ENVIRONMENT: Record<KeyKind, string> = {
  apiKey: "POLYTOMIC_API_KEY",
  partnerKey: "POLYTOMIC_PARTNER_KEY",
  deploymentKey: "POLYTOMIC_DEPLOYMENT_KEY",
};

const KEY_KINDS = Object.keys(ENVIRONMENT) as KeyKind[];

/** Reads the key from the options, or from the environment if the options name no key, not even as `undefined`. */
export function chooseKey(options: PolytomicOptions): { kind: KeyKind; key: Key } {
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

/** Texts that are not a key, and what is wrong with them. `$1` is a fixed word: the messages show nothing that could be a key. */
const NOT_A_KEY: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/^$/, "is empty."],
  [/^(authorization:|(?:basic|bearer|token)(?=\s|$))/i, "starts with `$1`. Pass only the key itself."],
  [/^(false|nan|null|true|undefined)$/i, "is the text `$1`. Check the variable that it comes from."],
  [/^\[object .*\]$/, "is the text `[object …]`. Pass the key itself, or a function that returns it."],
  [/^["'`]|["'`]$/, "starts or ends with a quotation mark. Pass the key without it."],
  [
    /\$\{.*\}|\{\{.*\}\}|^<.*>$|^\{.*\}$|^%\w+%$|^\$[A-Z_][A-Z0-9_]*$/,
    "contains a placeholder. Replace it with the key.",
  ],
  [
    /^(?:your[-_].*|(?:change|replace)[-_]?me|todo|none|(?:process|import\.meta)\.env\..*|x{3,}|\*+|\.+)$/i,
    "is a placeholder. Replace it with the key.",
  ],
  [/\s/, "contains a space or a line break. Pass only the key itself."],
  [/[^\x20-\x7e]/, "contains a character that an HTTP header cannot carry, such as a typographic quote."],
];

const ADVICE: Partial<Record<string, string>> = {
  "a promise": " Pass a function that returns the promise.",
  undefined: " Check the variable that it comes from.",
};

/** Trims a key and checks that it can be one. */
export function checkKey(kind: KeyKind, key: unknown): string {
  if (typeof key !== "string") {
    const found = nameType(key);
    const advice = ADVICE[found] ?? "";
    throw new ConfigurationError(
      `\`${kind}\` must be a string, or a function that returns one, but it is ${found}.${advice}`,
    );
  }
  const trimmed = key.trim();
  for (const [pattern, problem] of NOT_A_KEY) {
    const [match, word = ""] = pattern.exec(trimmed) ?? [];
    if (match !== undefined) throw new ConfigurationError(`\`${kind}\` ${problem.replace("$1", word)}`);
  }
  return trimmed;
}
