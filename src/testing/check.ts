/** Throws a `TypeError` if the value is not an object, or has a property that is not one of these names. */
export function checkNames(what: string, value: unknown, names: readonly string[]): void {
  const valid = `Valid options: ${names.join(", ")}.`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what}: expected an object; got ${show(value)}. ${valid}`);
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${what}: unknown option \`${unknown}\`. ${valid}`);
}

/** Throws a `TypeError` if a record of a seed is not an object. */
export function checkRecord(place: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`\`${place}\` must be an object; got ${show(value)}.`);
  }
}

/** Throws a `TypeError` if a record of a seed is said to be in another organization than it is. */
export function checkOwner(place: string, owner: unknown, organizationId: string): void {
  if (owner === undefined || (typeof owner === "string" && owner.toLowerCase() === organizationId)) return;
  throw new TypeError(`\`${place}.organization_id\` is not the id of the organization that contains \`${place}\`.`);
}

/**
 * Copies the fields of a seed's record that the spec does not have.
 *
 * @param names The fields that the record can have.
 * @throws `TypeError` if a field is a known one in another spelling, or not a JSON value.
 */
export function unknownFields(place: string, record: object, names: readonly string[]): Record<string, unknown> {
  const spelling = (name: string): string => name.toLowerCase().replaceAll(/[^a-z\d]/g, "");
  const unknown = Object.entries(record).filter(([name]) => !names.includes(name));
  for (const [field] of unknown) {
    const meant = names.find((name) => spelling(name) === spelling(field));
    if (meant !== undefined) throw new TypeError(`\`${place}.${field}\` is not a field. Did you mean \`${meant}\`?`);
  }
  try {
    return JSON.parse(JSON.stringify(structuredClone(Object.fromEntries(unknown)))) as Record<string, unknown>;
  } catch {
    throw new TypeError(`\`${place}\` must contain only JSON values.`);
  }
}

/** Throws a `TypeError` if the value is not a whole number from `least` to `most`. */
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

/** Throws a `TypeError` if the value is not an array. */
export function checkList(place: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`\`${place}\` must be an array; got ${show(value)}.`);
}

/** Throws a `TypeError` if the value is not a valid part of the `Authorization` header, or is one of these keys. */
export function checkKey(place: string, value: unknown, keys: ReadonlyMap<string, unknown>): void {
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) {
    throw new TypeError(`\`${place}\` must be a key: printable ASCII characters without spaces.`);
  }
  if (keys.has(value)) throw new TypeError(`\`${place}\` is the same as another key.`);
}

/** Describes a value in a message without printing all of it. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

/** The longest delay of `setTimeout`, in milliseconds: about 24 days. */
export const LONGEST_DELAY: number = 2 ** 31 - 1;
