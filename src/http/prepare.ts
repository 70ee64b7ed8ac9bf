import { checkHeaders, quote, chooseLimits, type Config, type Limits, type RequestOptions } from "../config.ts";
import { InvalidArgumentError } from "../errors.ts";
import { isObject } from "../is-object.ts";
import type { Operation } from "../operations.ts";
import { checkIds } from "./path.ts";

/** What is particular to one call. */
export interface CallInput {
  readonly params?: {
    readonly path?: Readonly<Record<string, unknown>> | undefined;
    readonly query?: Readonly<Record<string, unknown>> | undefined;
  };
  readonly body?: unknown;
}

/** A request that is ready to be sent, the same on every attempt but for the `Authorization` header. */
export interface PreparedRequest {
  readonly baseUrl: string;
  readonly method: string;
  /** The path template. */
  readonly path: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON text of the body. */
  readonly body: string | undefined;
  /** The API version that is asked for. */
  readonly version: string;
  readonly idempotencyKey: string | undefined;
  readonly limits: Limits;
}

/** Checks what the caller gave besides the options, before anything is sent. */
export function prepare(
  config: Config,
  operation: Operation,
  input: CallInput,
  options: RequestOptions,
): PreparedRequest {
  const { method, path } = operation;
  const { version = config.version } = options;
  const idempotencyKey = method === "post" ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined;
  return {
    baseUrl: config.baseUrl,
    method,
    path,
    ids: checkIds(path, input.params?.path),
    query: checkQuery(operation, input.params?.query),
    headers: {
      ...config.headers,
      ...checkHeaders(options.headers, InvalidArgumentError),
      accept: "application/json",
      "x-polytomic-version": version,
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    },
    body: writeBody(operation, input.body),
    version,
    idempotencyKey,
    limits: chooseLimits(options, config.limits),
  };
}

function checkQuery({ id, query: names = [] }: Operation, query: unknown = {}): Readonly<Record<string, unknown>> {
  if (!isObject(query)) throw new InvalidArgumentError("The query parameters must be an object.");
  for (const [name, value] of Object.entries(query)) {
    if (!names.includes(name)) throw new InvalidArgumentError(`${id} has no query parameter${quote(name)}.`);
    if (!/boolean|number|string|undefined/.test(typeof value)) {
      throw new InvalidArgumentError(`\`${name}\` must be a boolean, a number or a string.`);
    }
  }
  return query;
}

function writeBody({ id, takesBody }: Operation, body: unknown): string | undefined {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch (cause) {
    throw new InvalidArgumentError("The body cannot be written as JSON; see `cause`.", { cause });
  }
  if (takesBody ? !isWritten(body, text) : body !== undefined) {
    throw new InvalidArgumentError(`${id} takes ${takesBody ? "a plain object as its" : "no"} body.`);
  }
  return text;
}

/** Whether the text is what is in the body. Of a Map, a FormData or a promise JSON writes `{}`. */
function isWritten(body: unknown, text: string | undefined): boolean {
  return isObject(body) && !(Symbol.iterator in body) && !("then" in body) && text?.[0] === "{";
}
