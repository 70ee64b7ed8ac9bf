import { checkHeaders, checkRequestOptions, mergeLimits, quote, type Config, type Limits } from "../config.ts";
import { InvalidArgumentError } from "../errors.ts";
import { isUuid } from "../formats.ts";
import { isObject, withoutPrototype } from "../objects.ts";
import { partnerAlternative, type Operation } from "../operations.ts";
import type { AnyRequestOptions } from "../options.ts";
import { serializeBody, type BodyInput } from "./body.ts";

/** The arguments of one call. */
export interface CallInput extends BodyInput {
  readonly params?:
    | {
        readonly path?: Readonly<Record<string, unknown>> | undefined;
        readonly query?: Readonly<Record<string, unknown>> | undefined;
      }
    | undefined;
  readonly options: AnyRequestOptions;
}

/** A request that is ready to be sent. All attempts of a call share it; only the `Authorization` header differs. */
export interface PreparedRequest {
  readonly operation: Operation;
  readonly baseUrl: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as JSON. */
  readonly body: string | undefined;
  /** The requested API version. */
  readonly version: string;
  readonly idempotencyKey: string | undefined;
  readonly limits: Limits;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
}

/** Checks the arguments of a call, before anything is sent. */
export function prepare(config: Config, operation: Operation, input: CallInput): PreparedRequest {
  const { method, path } = operation;
  const unchecked = withoutPrototype(input);
  const { body, allowsUnknownFields } = unchecked;
  if (isUuid(unchecked.options) || isUuid(body)) throw new InvalidArgumentError(misplacedId(operation));
  const options = checkRequestOptions(unchecked.options, method);
  const { version = config.version, signal } = options;
  const params = withoutPrototype(unchecked.params);
  const ids = checkIds(path, params.path);
  const query = checkQuery(operation, params.query);
  const json = serializeBody(operation, { body, allowsUnknownFields });
  const idempotencyKey = method === "post" ? (options.idempotencyKey ?? randomUuid()) : undefined;
  return {
    operation,
    baseUrl: config.baseUrl,
    ids,
    query,
    headers: {
      ...config.headers,
      ...checkHeaders(options.headers, InvalidArgumentError),
      accept: "application/json",
      "x-polytomic-version": version,
      ...(json !== undefined && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    },
    body: json,
    version,
    idempotencyKey,
    limits: mergeLimits(options, config.limits),
    signal,
  };
}

/** Returns a random UUID, also on pages over plain HTTP, where `crypto.randomUUID` is missing. */
function randomUuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5"); // version 4
}

/** The message for an id in place of the options or the body, as in `users.list(organizationId)`. */
function misplacedId(operation: Operation): string {
  const alternative = partnerAlternative(operation);
  const hint = alternative ? ` For a customer organization, use ${alternative}.` : "";
  return `${operation.id} was called with an id in place of an object.${hint}`;
}

/**
 * Returns the ids of a path template. Each must be a UUID, so that none can change the route: `""` would reach the
 * collection, `".."` its parent, `"a/b"` another resource.
 */
function checkIds(
  template: string,
  input: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const name of template.match(/\w+(?=\})/g) ?? []) {
    const id = input?.[name];
    // The message does not show a string: it can be a misplaced key.
    const found = typeof id !== "string" ? typeof id : id === "" ? "empty" : `a string of ${id.length} characters`;
    if (!isUuid(id)) throw new InvalidArgumentError(`\`${name}\` must be a UUID, but it is ${found}.`);
    ids[name] = id;
  }
  return ids;
}

function checkQuery({ id, query: names = [] }: Operation, input: unknown = {}): Readonly<Record<string, unknown>> {
  if (!isObject(input)) throw new InvalidArgumentError("The query parameters must be an object.");
  const query = withoutPrototype(input); // openapi-fetch sends inherited ones
  for (const [name, value] of Object.entries(query)) {
    if (!names.includes(name)) throw new InvalidArgumentError(`${id} has no query parameter${quote(name)}.`);
    if (!/boolean|number|string|undefined/.test(typeof value)) {
      throw new InvalidArgumentError(`\`${name}\` must be a boolean, a number or a string.`);
    }
    if (/\p{Surrogate}/u.test(String(value))) {
      throw new InvalidArgumentError(`\`${name}\` contains a lone surrogate, which a URL cannot contain.`);
    }
  }
  return query;
}
