/** Whether a value is an object with named fields: not an array, not `null`. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names the type of a value for a message, which does not show the value: it can be a misplaced key. */
export function nameType(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  return "then" in value ? "a promise" : "an object";
}

/** Copies an object without its prototype, so that it inherits nothing, not even from a polluted `Object.prototype`. */
export function withoutPrototype<T extends object>(object: T | undefined): T {
  return Object.assign(Object.create(null) as object, object);
}
