/** Whether a value is an object with named fields: not an array, not `null`. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Copies an object without its prototype, so that nothing is inherited, not even from a changed `Object.prototype`. */
export function copyOwn<T extends object>(given: T | undefined): T {
  return Object.assign(Object.create(null) as object, given);
}
