/**
 * Decides which names of a response may be printed. Values are never printed. A name could be a secret too, such as an
 * address that is used as a property name.
 */
export interface Names {
  /** Adds a secret. No name that contains it, or a longer part of it, is printed from then on. */
  conceal(secret: string): void;
  /** A property name, or a replacement for one that does not look like an identifier. */
  property(name: string): string;
  /** A header name, or `undefined` if it does not look like one. */
  header(name: string): string | undefined;
}

export function createNames(initial: readonly string[]): Names {
  const secrets = new Set<string>();
  const conceal = (secret: string): void => void secrets.add(secret.toLowerCase().replace(/=+$/, ""));
  initial.forEach(conceal);
  const isPlain = (name: string, pattern: RegExp): boolean =>
    pattern.test(name) && countDigits(name) <= 3 && ![...secrets].some((secret) => resembles(name, secret));
  return {
    conceal,
    property: (name) => (isPlain(name, /^[a-z_]\w{0,39}$/i) ? name : "(name not shown)"),
    header: (name) => (isPlain(name, /^[a-z][a-z\d-]{0,39}$/i) ? name : undefined),
  };
}

/** Identifiers have few digits. Keys, ids and hashes have many. */
function countDigits(name: string): number {
  return name.replaceAll(/\D/g, "").length;
}

/** Whether a name contains a secret, or is a part of one that is too long to be a coincidence. */
function resembles(name: string, secret: string): boolean {
  const lower = name.toLowerCase();
  return lower.includes(secret) || (lower.length >= 8 && secret.includes(lower));
}

/** The media type if it is a usual one. Any other text in the header could be a secret. */
export function showMediaType(type: string): string {
  if (type === "") return "no media type";
  return USUAL_TYPES.has(type) ? type : "another media type";
}

const USUAL_TYPES = new Set([
  "application/json",
  "application/problem+json",
  "application/xml",
  "application/octet-stream",
  "text/html",
  "text/plain",
  "text/xml",
]);

/** The version in a response header if it is a date. */
export function showVersion(version: string | undefined): string {
  if (version === undefined) return "no version";
  return /^\d{4}-\d{2}-\d{2}$/.test(version) ? `version ${version}` : "a version that is not a date";
}
