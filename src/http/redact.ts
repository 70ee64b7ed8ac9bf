/** Replaces the key in a text. */
export type Redact = (text: string) => string;

/** Shorter keys stay, because removing them would garble texts. */
const SHORTEST = 8;

/**
 * Creates the function that removes keys, and other secrets of a request, from a text. A longer one comes before its
 * parts. Each is also removed with NULs in between, as UTF-16 looks if it is read as UTF-8.
 */
export function redactor(keys: readonly string[], secrets: readonly string[]): Redact {
  const all = [...keys.filter((key) => key.length >= SHORTEST), ...secrets];
  const removed = [...all, ...all.map((secret) => secret.split("").join("\0"))];
  return (text) => removed.reduce((rest, secret) => rest.replaceAll(secret, "[key]"), text);
}

/** Redacts all names and strings of a parsed body. Leaves out what is nested deeper than 20 levels. */
export function redactValue(value: unknown, redact: Redact, depth = 0): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 20) return undefined;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [redact(name), redactValue(item, redact, depth + 1)]),
  );
}
