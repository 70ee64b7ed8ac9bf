import { isObject } from "./objects.ts";

/** The operation of a call, as errors and events name it. */
export interface CallOperation {
  /** The `operationId` of the spec, such as `"getPartnerUser"`, or `"untypedRequest"`. */
  readonly id: string;
  /** The HTTP method in upper case. */
  readonly method: string;
  /**
   * The path template, such as `"/api/organizations/{org_id}/users/{id}"`. It contains no ids, but that of
   * `untypedRequest()` is the path as it was passed.
   */
  readonly path: string;
}

/** What every error of a call contains about that call. */
export interface CallContext {
  readonly operation: CallOperation;
  /** The ids in the path, by the names in the path template: `org_id` and `id`. That of a scoped call is `org_id`, too. */
  readonly ids: Readonly<Record<string, string>>;
  /** How many requests were sent. */
  readonly attempts: number;
  /** The `Idempotency-Key` of a POST. Pass it to another call to get the same outcome. */
  readonly idempotencyKey?: string;
}

/** On each prototype, the names of its class and of the parent classes. All copies of this package share the symbol. */
const LINEAGE: unique symbol = Symbol.for("polytomic-users.error");

interface Branded {
  [LINEAGE]?: readonly string[];
}

/**
 * The base class of all errors of this package. `instanceof` works across two copies of the package and across realms,
 * and `name` is a literal that survives minifiers.
 *
 * @example
 * try {
 *   await polytomic.users.list();
 * } catch (error) {
 *   if (isPolytomicError(error)) console.error(JSON.stringify(error));
 * }
 */
export class PolytomicError extends Error {
  declare readonly name: string;
  declare readonly operation?: CallOperation;
  declare readonly ids?: Readonly<Record<string, string>>;
  declare readonly attempts?: number;
  declare readonly idempotencyKey?: string;

  static override [Symbol.hasInstance](value: unknown): boolean {
    const { prototype } = this as unknown as { prototype: PolytomicError };
    // A subclass that a user defines has no lineage of its own, so the prototype decides.
    if (!Object.hasOwn(prototype, LINEAGE)) return Function.prototype[Symbol.hasInstance].call(this, value);
    try {
      // Not `value instanceof Error`: an error of another realm has another `Error`.
      return isObject(value) && ((value as Branded)[LINEAGE]?.includes(prototype.name) ?? false);
    } catch {
      return false; // a proxy that cannot be read
    }
  }

  /** Returns the fields for a structured log: the enumerable ones, so not the headers, the body and the cause. */
  toJSON(): Record<string, unknown> {
    const { name, message } = this;
    return { name, message, ...(this as object) };
  }
}

/** Sets the fields of an error. Those that do not belong in a log are not enumerable, because loggers list the others. */
function setFields(error: PolytomicError, fields: object): void {
  for (const [name, value] of Object.entries(fields)) {
    const enumerable = name !== "body" && name !== "headers";
    Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true });
  }
}

/** The client is not configured correctly: no key, two keys, a bad base URL, or a key that the operation does not accept. */
export class ConfigurationError extends PolytomicError {
  declare readonly name: "ConfigurationError";
}

/**
 * An argument of a call is invalid, such as an id that is not a UUID or an unknown option. Nothing was sent, except by
 * `findByName()` and `findByEmail()` if two entries of the list match the argument: this is only known afterwards.
 */
export class InvalidArgumentError extends PolytomicError {
  declare readonly name: "InvalidArgumentError";
  /** The argument, such as `"id"`, `"org_id"`, `"name"`, `"body.email"`, `"query.force"` or `"options.timeout"`. */
  readonly argument: string;

  constructor(message: string, { argument, ...options }: { readonly argument: string; readonly cause?: unknown }) {
    super(message, options);
    this.argument = argument;
  }
}

/** The fields that errors copy from a response. */
interface ResponseContext extends CallContext {
  readonly status: number;
  readonly host: string;
  readonly headers: Headers;
  readonly requestId: string | undefined;
}

/**
 * The API responded with an error status. Most statuses have a subclass of their own; the others cause an `ApiError`.
 *
 * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
 */
export class ApiError<Status extends number = number> extends PolytomicError {
  declare readonly name: string;
  declare readonly operation: CallOperation;
  declare readonly ids: Readonly<Record<string, string>>;
  declare readonly attempts: number;
  /** The HTTP status. */
  declare readonly status: Status;
  /** The host and port of the API. */
  declare readonly host: string;
  /** The API's own message, without advice for developers, if the response has one. */
  declare readonly detail: string | undefined;
  /** The API's short name for the kind of error, if the response has one. */
  declare readonly key: string | undefined;
  /** Details of the error, such as the invalid field, if the response has them. */
  declare readonly metadata: Record<string, unknown> | undefined;
  /** The response body: parsed if it is JSON, otherwise text. `undefined` if it is empty or exceeds 256 KiB. */
  declare readonly body: unknown;
  /** The response headers, without cookies. */
  declare readonly headers: Headers;
  /** The `X-Request-Id` of the response, if any. Pass it on when you contact Polytomic's support. */
  declare readonly requestId: string | undefined;
  /** How long to wait before the next attempt, in milliseconds, if the response has a `Retry-After` header. */
  declare readonly retryAfter: number | undefined;

  constructor(
    message: string,
    context: ResponseContext & Pick<ApiError, "detail" | "key" | "metadata" | "body" | "retryAfter">,
  ) {
    super(message);
    setFields(this, context);
  }
}

/** 400: the API could not read the request. */
export class BadRequestError extends ApiError<400> {
  declare readonly name: "BadRequestError";
}

/** 401: the key is missing, unknown, or of the wrong kind, such as an API key for the organizations of a partner. */
export class UnauthorizedError extends ApiError<401> {
  declare readonly name: "UnauthorizedError";
}

/** 403: the key is of the wrong kind, or belongs to another organization. */
export class ForbiddenError extends ApiError<403> {
  declare readonly name: "ForbiddenError";
}

/** 404: the organization or the user does not exist. After a DELETE with `attempts` above 1, the user is deleted. */
export class NotFoundError extends ApiError<404> {
  declare readonly name: "NotFoundError";
}

/** 409: the request conflicts with existing data, such as a taken name, or another one with the same idempotency key is still running. */
export class ConflictError extends ApiError<409> {
  declare readonly name: "ConflictError";
}

/** 422: the API rejected the request body, for example because the email address is taken. */
export class UnprocessableEntityError extends ApiError<422> {
  declare readonly name: "UnprocessableEntityError";
}

/** 429: too many requests; see `retryAfter`. */
export class TooManyRequestsError extends ApiError<429> {
  declare readonly name: "TooManyRequestsError";
}

/** 500 to 599: the server or a proxy failed. */
export class ServerError extends ApiError {
  declare readonly name: "ServerError";
}

/**
 * The response does not match the spec: HTML, broken JSON, an envelope without `data`, a redirect, or a body that exceeds
 * `maxResponseBytes`. A POST may or may not have taken effect.
 */
export class UnexpectedResponseError extends PolytomicError {
  declare readonly name: "UnexpectedResponseError";
  declare readonly operation: CallOperation;
  declare readonly ids: Readonly<Record<string, string>>;
  declare readonly attempts: number;
  /** The HTTP status, or 0 if the runtime hides it, as browsers do for redirects. */
  declare readonly status: number;
  /** The host and port of the API. */
  declare readonly host: string;
  /** The `Content-Type` of the response, if any. */
  declare readonly contentType: string | undefined;
  /** The first 200 characters of the body. Withheld if the response can contain a key. */
  declare readonly excerpt: string;
  /** The response headers, without cookies. */
  declare readonly headers: Headers;
  /** The `X-Request-Id` of the response, if any. Pass it on when you contact Polytomic's support. */
  declare readonly requestId: string | undefined;

  constructor(message: string, context: ResponseContext & Pick<UnexpectedResponseError, "contentType" | "excerpt">) {
    super(message);
    setFields(this, context);
  }
}

/** No response arrived, or it broke off: the host was not found, or the connection was refused or lost. */
export class ConnectionError extends PolytomicError {
  declare readonly name: string;
  declare readonly operation: CallOperation;
  declare readonly ids: Readonly<Record<string, string>>;
  declare readonly attempts: number;
  /** The runtime's error code, such as `"ECONNREFUSED"`, if any. */
  declare readonly code: string | undefined;
  /** The host and port of the API. */
  declare readonly host: string;

  constructor(
    message: string,
    context: CallContext & Pick<ConnectionError, "code" | "host">,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    Object.assign(this, context);
  }
}

/** `timeout` or `totalTimeout` expired. A POST may or may not have taken effect. */
export class TimeoutError extends ConnectionError {
  declare readonly name: "TimeoutError";
  /** Which of the two expired. */
  readonly limit: "timeout" | "totalTimeout";

  constructor(
    message: string,
    { limit, ...context }: CallContext & Pick<TimeoutError, "code" | "host" | "limit">,
    options?: { cause?: unknown },
  ) {
    super(message, context, options);
    this.limit = limit;
  }
}

/** The names are literals, so that they survive minifiers. A class comes after its parent class. */
const CLASSES: Record<string, { readonly prototype: PolytomicError }> = {
  PolytomicError,
  ConfigurationError,
  InvalidArgumentError,
  ApiError,
  BadRequestError,
  UnauthorizedError,
  ForbiddenError,
  NotFoundError,
  ConflictError,
  UnprocessableEntityError,
  TooManyRequestsError,
  ServerError,
  UnexpectedResponseError,
  ConnectionError,
  TimeoutError,
};

for (const [name, { prototype }] of Object.entries(CLASSES)) {
  const lineage = [...((prototype as Branded)[LINEAGE] ?? []), name];
  Object.defineProperty(prototype, "name", { value: name, configurable: true, writable: true });
  Object.defineProperty(prototype, LINEAGE, { value: lineage });
}

/** The class for each status that the spec can document. `result()` narrows to these. */
export interface ErrorByStatus {
  400: BadRequestError;
  401: UnauthorizedError;
  403: ForbiddenError;
  404: NotFoundError;
  409: ConflictError;
  422: UnprocessableEntityError;
  429: TooManyRequestsError;
  500: ServerError;
  501: ServerError;
  502: ServerError;
  503: ServerError;
  504: ServerError;
  "5XX": ServerError;
}

type ApiErrorClass = new (...args: ConstructorParameters<typeof ApiError>) => ApiError;

const CLASS_BY_STATUS: Partial<Record<number, ApiErrorClass>> = {
  400: BadRequestError,
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableEntityError,
  429: TooManyRequestsError,
};

/** Returns the class for a status from 400 to 599. */
export function apiErrorClass(status: number): ApiErrorClass {
  return status >= 500 ? ServerError : (CLASS_BY_STATUS[status] ?? ApiError);
}

/** An error status without a class of its own. */
type OtherApiError = ApiError & { readonly name: "ApiError" };

/** Errors common to all calls, whatever the operation documents. */
export type AlwaysPossibleError =
  | OtherApiError
  | UnexpectedResponseError
  | TimeoutError
  | (ConnectionError & { readonly name: "ConnectionError" })
  | ConfigurationError
  | InvalidArgumentError;

/**
 * The union of the errors that this package throws, each with its literal `name`, so that a `switch` over `name` is
 * complete. `ApiError` and `ConnectionError` are in it without their subclasses, which have names of their own.
 */
export type AnyPolytomicError = ErrorByStatus[keyof ErrorByStatus] | AlwaysPossibleError;

/**
 * Whether a value is an error of this package, even of another copy of it.
 *
 * @param value Any caught value.
 *
 * @example
 * if (isPolytomicError(error) && error.name === "NotFoundError") return undefined;
 */
export function isPolytomicError(value: unknown): value is AnyPolytomicError {
  return value instanceof PolytomicError;
}
