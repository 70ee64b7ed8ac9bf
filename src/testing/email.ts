/**
 * *Assumption* (`email-format`): the API accepts an email address of at most 254 characters with a dot in its domain, and
 * no quoted strings.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
 */
export function isEmail(value: unknown): value is string {
  return typeof value === "string" && value.length <= 254 && EMAIL.test(value);
}

const EMAIL =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
