/** Whether a value is an object with named fields: not an array, not `null`. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Copies an object without its prototype, so that it inherits nothing, not even from a polluted `Object.prototype`. */
export function withoutPrototype<T extends object>(object: T | undefined): T {
  return Object.assign(Object.create(null) as object, object);
}
