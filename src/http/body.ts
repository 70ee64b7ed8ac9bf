import { isRequestOption, pathTo, quote } from "../config.ts";
import { InvalidArgumentError } from "../errors.ts";
import { isObject } from "../objects.ts";
import type { Operation } from "../operations.ts";
import { sanitizeError } from "../sanitize-error.ts";

/** The body of a call, unchecked. */
export interface BodyInput {
  readonly body?: unknown;
  /** Whether the body may have fields that the spec does not have. The API ignores such fields silently. */
  readonly allowsUnknownFields?: true | undefined;
}

/** Returns the body as JSON. Throws an `InvalidArgumentError` if it is not what the operation takes. */
export function serializeBody(operation: Operation, { body, allowsUnknownFields }: BodyInput): string | undefined {
  const { id, body: fields } = operation;
  if (!fields && body !== undefined)
    throw new InvalidArgumentError(`${id} does not take a body.`, { argument: "body" });
  if (!fields) return undefined;
  const canBeList = operation.data === "unknown";
  const { json, names } = toJson(body, canBeList);
  if (json === undefined) {
    const message = `The body of ${id} must be a plain object${canBeList ? " or a list" : ""}.`;
    throw new InvalidArgumentError(message, { argument: "body" });
  }
  if (!allowsUnknownFields) checkFields(operation, names);
  return json;
}

/**
 * Returns the JSON of an object and the names of its fields. The JSON is `undefined` if it would lose the fields, as that
 * of a Map, a FormData or a promise.
 */
function toJson(body: unknown, canBeList: boolean): { json?: string; names: string[] } {
  try {
    if (canBeList && Array.isArray(body)) return { json: JSON.stringify(body), names: [] };
    const fields = isObject(body) && typeof body["toJSON"] === "function" ? (body["toJSON"]() as unknown) : body;
    if (!isObject(fields) || Symbol.iterator in fields || "then" in fields) return { names: [] };
    const names = Object.keys(fields).filter((name) => !/undefined|function|symbol/.test(typeof fields[name]));
    return { json: JSON.stringify(fields), names };
  } catch (thrown) {
    const cause = sanitizeError(thrown);
    throw new InvalidArgumentError("The body cannot be serialized to JSON; see `cause`.", { cause, argument: "body" });
  }
}

/** Returns the secrets in a body: as they are, and as JSON and URLs encode them. */
export function secretsIn({ secrets = [] }: Operation, json: string | undefined): string[] {
  if (secrets.length === 0 || json === undefined) return [];
  const body = JSON.parse(json) as Record<string, unknown>;
  const found = secrets.map((name) => body[name]).filter((value) => typeof value === "string" && value !== "");
  return (found as string[]).flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
}

function checkFields({ body: valid = [], exclusive = [] }: Operation, names: readonly string[]): void {
  const unknown = valid.length > 0 ? names.find((name) => !valid.includes(name)) : undefined;
  if (unknown !== undefined) {
    const similar = valid.find((name) => isSimilar(name, unknown));
    const hint = similar
      ? ` Did you mean \`${similar}\`?`
      : isRequestOption(unknown)
        ? " It is an option: pass it in the argument after the body."
        : "";
    throw new InvalidArgumentError(`Unknown field${quote(unknown)}.${hint} Valid fields: ${valid.join(", ")}.`, {
      argument: pathTo("body", unknown),
    });
  }
  const both = names.filter((name) => exclusive.includes(name));
  if (both.length > 1) {
    const alternatives = both.map((name) => `\`${name}\``).join(" or ");
    throw new InvalidArgumentError(`Pass either ${alternatives}, not both.`, { argument: "body" });
  }
}

/** Whether a name is the valid one in another style, such as `roleIds`, or the beginning of it, such as `role_id`. */
function isSimilar(name: string, other: string): boolean {
  const [a = "", b = ""] = [name, other].map((each) => each.toLowerCase().replaceAll(/[^a-z0-9]/g, ""));
  return b.length > 3 && a.startsWith(b);
}
