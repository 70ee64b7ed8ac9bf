import {
  checkHeaders,
  checkRequestOptions,
  isRequestOption,
  mergeLimits,
  pathTo,
  quote,
  validate,
  type Config,
  type Limits,
} from "../config.ts";
import { InvalidArgumentError } from "../errors.ts";
import { isUuid } from "../formats.ts";
import { nameType, isObject, withoutPrototype } from "../objects.ts";
import { isKeyed, partnerAlternative, type Operation } from "../operations.ts";
import type { AnyRequestOptions } from "../options.ts";
import { secretsIn, serializeBody, type BodyInput } from "./body.ts";

/** The arguments of one call. */
export interface CallInput extends BodyInput {
  readonly params?:
    | {
        readonly path?: Readonly<Record<string, unknown>> | undefined;
        readonly query?: Readonly<Record<string, unknown>> | undefined;
      }
    | undefined;
  /** The organization to which a partner or deployment key is scoped, if not that of the client. It can be `undefined`. */
  readonly scope?: unknown;
  /** The method to use instead if the key does not fit, for messages. */
  readonly alternative?: string | undefined;
  readonly options: AnyRequestOptions;
  /** The other names of the object that contains the options, in `request()` and `untypedRequest()`. */
  readonly others?: readonly string[] | undefined;
}

/** A request that is ready to be sent. All attempts of a call share it; only the `Authorization` header differs. */
export interface PreparedRequest {
  readonly operation: Operation;
  readonly baseUrl: string;
  /** The ids in the path, and the organization to which the key is scoped. */
  readonly ids: Readonly<Record<string, string>>;
  /** The organization to which a partner or deployment key is scoped, if not that of the client. */
  readonly scope: string | undefined;
  /** The method to use instead if the key does not fit, for messages. */
  readonly alternative: string | undefined;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as JSON. */
  readonly body: string | undefined;
  /** The secrets in the body. */
  readonly secrets: readonly string[];
  /** The requested API version. */
  readonly version: string;
  readonly idempotencyKey: string | undefined;
  /** Whether the caller gave the idempotency key. */
  readonly hasOwnKey: boolean;
  readonly limits: Limits;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
}

/** Checks the arguments of a call, before anything is sent. */
export function prepare(config: Config, operation: Operation, input: CallInput): PreparedRequest {
  const { method, path } = operation;
  const unchecked = withoutPrototype(input);
  const { body, allowsUnknownFields, others, scope } = unchecked;
  const isScoped = "scope" in unchecked;
  const { alternative = partnerAlternative(operation) } = unchecked;
  refuseMisplacedId(unchecked, operation, isScoped ? undefined : alternative);
  const options = checkRequestOptions(unchecked.options, method, others);
  const { version = config.version, signal } = options;
  const params = withoutPrototype(unchecked.params);
  const ids = isScoped
    ? checkIds(`/organizations/{org_id}${path}`, { ...params.path, org_id: scope })
    : checkIds(path, params.path);
  const query = validate(InvalidArgumentError, () => checkQuery(operation, params.query, others), "query");
  const json = serializeBody(operation, { body, allowsUnknownFields });
  const idempotencyKey = isKeyed(method) ? (options.idempotencyKey ?? randomUuid()) : undefined;
  return {
    operation,
    baseUrl: config.baseUrl,
    ids,
    scope: isScoped ? ids["org_id"] : undefined,
    alternative,
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
    secrets: secretsIn(operation, json),
    version,
    idempotencyKey,
    hasOwnKey: options.idempotencyKey !== undefined,
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

/** Refuses an id in place of the options or the body, as in `users.list(organizationId)`. */
function refuseMisplacedId({ options, body }: CallInput, { id }: Operation, alternative: string | undefined): void {
  if (!isUuid(options) && !isUuid(body)) return;
  const hint = alternative ? ` For a customer organization, use ${alternative}.` : "";
  const message = `${id} was called with an id in place of an object.${hint}`;
  throw new InvalidArgumentError(message, { argument: isUuid(body) ? "body" : "options" });
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
    if (!isUuid(id)) {
      const message = `\`${name}\` must be a UUID, but it is ${describeId(id)}.${adviseOnId(template, name, id)}`;
      throw new InvalidArgumentError(message, { argument: name });
    }
    ids[name] = id;
  }
  return ids;
}

/** Does not show a string: it can be a misplaced key. */
function describeId(id: unknown): string {
  if (typeof id !== "string") return nameType(id);
  return id === "" ? "empty" : `a string of ${id.length} characters`;
}

/** Says what to pass instead of a value that is not a string, such as a user or the promise of one. */
function adviseOnId(template: string, name: string, id: unknown): string {
  if (typeof id === "string") return "";
  const [, resource] = new RegExp(`(\\w+)s/\\{${name}\\}`).exec(template) ?? [];
  const field = resource ? `\`${resource}.id\`` : "the id";
  return nameType(id) === "a promise" ? ` Await it. Then pass ${field}.` : ` Pass ${field}.`;
}

/** Checks the query parameters. Those of an operation that the spec does not have can have any name, and lists as values. */
function checkQuery(
  { id, query: names = [], data }: Operation,
  input: unknown = {},
  others?: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isObject(input)) {
    const message = `The query parameters must be an object, but they are ${nameType(input)}.`;
    throw new InvalidArgumentError(message, { argument: "query" });
  }
  const query = withoutPrototype(input); // openapi-fetch sends inherited ones
  for (const [name, value] of Object.entries(query)) {
    const argument = pathTo("query", name);
    if (data !== "unknown" && !names.includes(name)) {
      const place = others ? "beside `params`" : "in the third argument, after the query parameters";
      const hint = isRequestOption(name) ? ` It is an option: pass it ${place}.` : "";
      throw new InvalidArgumentError(`${id} has no query parameter${quote(name)}.${hint}`, { argument });
    }
    const isList = data === "unknown" && Array.isArray(value);
    const values = isList ? (value as unknown[]) : [value === undefined ? "" : value];
    if (!values.every((each) => /boolean|number|string/.test(typeof each))) {
      const message = `The query parameter${quote(name)} must be a boolean, a number or a string`;
      throw new InvalidArgumentError(`${message}${data === "unknown" ? ", or a list of them" : ""}.`, { argument });
    }
    if (/\p{Surrogate}/u.test(name + values.join(""))) {
      const message = `The query parameter${quote(name)} contains a lone surrogate, which a URL cannot contain.`;
      throw new InvalidArgumentError(message, { argument });
    }
  }
  return query;
}
