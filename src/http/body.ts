import { copyCause } from "../cause.ts";
import { quote } from "../config.ts";
import { InvalidArgumentError } from "../errors.ts";
import { isObject } from "../objects.ts";
import type { Operation } from "../operations.ts";

/** The body of a call, unchecked. */
export interface BodyInput {
  readonly body?: unknown;
  /** Whether the body may have fields that the spec does not have. The API ignores such fields silently. */
  readonly allowsUnknownFields?: true;
}

/** Returns the body as JSON. Throws an `InvalidArgumentError` if it is not what the operation takes. */
export function serializeBody(operation: Operation, { body, allowsUnknownFields }: BodyInput): string | undefined {
  const { id, body: fields } = operation;
  let json: string | undefined;
  try {
    json = JSON.stringify(body);
  } catch (thrown) {
    const cause = copyCause(thrown);
    throw new InvalidArgumentError("The body cannot be serialized to JSON; see `cause`.", { cause });
  }
  if (!fields && body !== undefined) throw new InvalidArgumentError(`${id} does not take a body.`);
  if (!fields) return undefined;
  if (!isPlain(body, json)) throw new InvalidArgumentError(`The body of ${id} must be a plain object.`);
  if (!allowsUnknownFields) checkFields(operation, Object.keys(JSON.parse(json) as object));
  return json;
}

/** Whether the JSON contains everything in the body. The JSON of a Map, a FormData or a promise is `{}`. */
function isPlain(body: unknown, json: string | undefined): json is string {
  return isObject(body) && !(Symbol.iterator in body) && !("then" in body) && json?.[0] === "{";
}

/** Checks the names of the fields that the JSON contains. */
function checkFields({ body: valid = [], exclusive = [] }: Operation, fields: readonly string[]): void {
  const unknown = valid.length > 0 ? fields.find((name) => !valid.includes(name)) : undefined;
  if (unknown !== undefined) {
    const similar = valid.find((name) => isSimilar(name, unknown));
    const hint = similar ? ` Did you mean \`${similar}\`?` : "";
    throw new InvalidArgumentError(`Unknown field${quote(unknown)}.${hint} Valid fields: ${valid.join(", ")}.`);
  }
  const both = fields.filter((name) => exclusive.includes(name));
  if (both.length > 1) {
    throw new InvalidArgumentError(`Pass either ${both.map((name) => `\`${name}\``).join(" or ")}, not both.`);
  }
}

/** Whether a name is the valid one in another style, such as `roleIds`, or the beginning of it, such as `role_id`. */
function isSimilar(name: string, other: string): boolean {
  const [a = "", b = ""] = [name, other].map((each) => each.toLowerCase().replaceAll(/[^a-z0-9]/g, ""));
  return b.length > 3 && a.startsWith(b);
}
