/** Refuses an object that has a name which is none of these. */
export function checkNames(what: string, value: unknown, names: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} takes an object with ${names.join(", ")}.`);
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${what} has no \`${unknown}\`. It has: ${names.join(", ")}.`);
}

/** Refuses what is no whole number from `least` to `most`. */
export function checkInteger(
  what: string,
  value: unknown,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new TypeError(`${what} must be a whole number ${range}; got ${show(value)}.`);
}

/** The longest time that a timer can wait, in milliseconds: some 24 days. */
export const LONGEST_WAIT: number = 2 ** 31 - 1;

/** A value as a message shows it. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}
