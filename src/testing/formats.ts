/** The formats that the spec gives to strings: `uuid`, `email`, and the pattern of an idempotency key. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Atoms with dots between them, and a domain of at least two labels (RFC 5321, without quoted strings). */
const EMAIL =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}

/** *Assumption*: this is what the API takes for an e-mail address; at most 254 characters (RFC 5321). */
export function isEmail(value: unknown): value is string {
  return typeof value === "string" && value.length <= 254 && EMAIL.test(value);
}

export function isIdempotencyKey(value: string): boolean {
  return /^[\w-]{8,255}$/.test(value);
}

export function isRoleIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isUuid);
}
