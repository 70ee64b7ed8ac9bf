import { InvalidArgumentError } from "../errors.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}

/**
 * The ids that a path template asks for, each a UUID, so that none can change the route: `""` would reach the
 * collection, `".."` its parent, `"a/b"` another resource.
 */
export function checkIds(
  template: string,
  given: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const name of template.match(/\w+(?=\})/g) ?? []) {
    const id = given?.[name];
    // A string is not shown: it can be a key that was given in the place of an id.
    const got = typeof id === "string" ? `${id.length} characters` : typeof id;
    if (!isUuid(id)) throw new InvalidArgumentError(`\`${name}\` must be a UUID; got ${got}.`);
    ids[name] = id;
  }
  return ids;
}
