/** What a call was, as errors and events name it. */
export interface CallOperation {
  /** The `operationId` of the spec, such as `"getPartnerUser"`. */
  readonly id: string;
  /** The HTTP method in upper case. */
  readonly method: string;
  /** The path template, such as `"/api/organizations/{org_id}/users/{id}"`. It has no ids in it. */
  readonly path: string;
}

/** What every error that comes out of a call knows about that call. */
export interface CallContext {
  readonly operation: CallOperation;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** The key that every attempt of a POST carried; give it to the next call to ask for the same outcome. */
  readonly idempotencyKey?: string;
}

/** The names of an error's class and of the classes above it, on each prototype; shared by all copies of this package. */
const LINEAGE: unique symbol = Symbol.for("polytomic-users.error");

interface Branded {
  [LINEAGE]?: readonly string[];
}

function brand(constructor: { prototype: PolytomicError }, name: string): void {
  const { prototype } = constructor;
  const lineage = [...((prototype as Branded)[LINEAGE] ?? []), name];
  Object.defineProperty(prototype, "name", { value: name, configurable: true, writable: true });
  Object.defineProperty(prototype, LINEAGE, { value: lineage });
}

/**
 * The root of every error that this package makes. `instanceof` works across two copies of the package, and `name`
 * is a literal that survives minifiers.
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
  declare readonly attempts?: number;
  declare readonly idempotencyKey?: string;

  static {
    brand(this, "PolytomicError");
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const { prototype } = this as unknown as { prototype: PolytomicError };
    // A class that somebody derived from ours has no lineage of its own and is told apart by its prototype.
    if (!Object.hasOwn(prototype, LINEAGE)) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && ((value as Branded)[LINEAGE]?.includes(prototype.name) ?? false);
  }

  /** What a structured log wants, and nothing secret: no headers, no body, no cause. */
  toJSON(): Record<string, unknown> {
    const { name, message, operation, attempts } = this;
    const { status, key, requestId } = this as { status?: unknown; key?: unknown; requestId?: unknown };
    return { name, message, status, key, operation, attempts, requestId };
  }
}

/** The client cannot work as it is set up: no key, two keys, a bad base URL, a key that this operation does not take. */
export class ConfigurationError extends PolytomicError {
  declare readonly name: "ConfigurationError";
  static {
    brand(this, "ConfigurationError");
  }
}

/** An argument of a call is not acceptable: an id that is no UUID, an unknown option. Nothing was sent. */
export class InvalidArgumentError extends PolytomicError {
  declare readonly name: "InvalidArgumentError";
  static {
    brand(this, "InvalidArgumentError");
  }
}

/** What an answer of the API says about itself. */
interface AnswerContext extends CallContext {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string | undefined;
}

/**
 * The API answered with an error status. Most statuses have a class of their own below; any other 4xx is an
 * `ApiError` itself.
 *
 * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
 */
export class ApiError<Status extends number = number> extends PolytomicError {
  declare readonly name: string;
  declare readonly operation: CallOperation;
  declare readonly attempts: number;
  /** The HTTP status. */
  declare readonly status: Status;
  /** The API's short name for the kind of error, where the answer had one. */
  declare readonly key: string | undefined;
  /** More about the error, such as the field that it is about, where the answer had it. */
  declare readonly metadata: Record<string, unknown> | undefined;
  /** The answer's body: parsed where it was JSON, else text; `undefined` when there was none. */
  declare readonly body: unknown;
  /** The answer's headers, without cookies. */
  declare readonly headers: Headers;
  /** The answer's `X-Request-Id`, to give to the vendor's support. */
  declare readonly requestId: string | undefined;
  /** How long the answer asks to wait before the next try, in milliseconds, where it had a `Retry-After`. */
  declare readonly retryAfter: number | undefined;

  static {
    brand(this, "ApiError");
  }

  constructor(message: string, context: AnswerContext & Pick<ApiError, "key" | "metadata" | "body" | "retryAfter">) {
    super(message);
    Object.assign(this, context);
  }
}

/** 400: the request could not be read. */
export class BadRequestError extends ApiError<400> {
  declare readonly name: "BadRequestError";
  static {
    brand(this, "BadRequestError");
  }
}

/** 401: the key is missing or not known. */
export class UnauthorizedError extends ApiError<401> {
  declare readonly name: "UnauthorizedError";
  static {
    brand(this, "UnauthorizedError");
  }
}

/** 403: the key is of the wrong kind, or of another organization. */
export class ForbiddenError extends ApiError<403> {
  declare readonly name: "ForbiddenError";
  static {
    brand(this, "ForbiddenError");
  }
}

/** 404: there is no such organization or user. After a DELETE with `attempts` above 1: the user is gone. */
export class NotFoundError extends ApiError<404> {
  declare readonly name: "NotFoundError";
  static {
    brand(this, "NotFoundError");
  }
}

/** 409: another request with the same idempotency key is still running. */
export class ConflictError extends ApiError<409> {
  declare readonly name: "ConflictError";
  static {
    brand(this, "ConflictError");
  }
}

/** 422: the request body is not acceptable, such as an e-mail address that is taken. */
export class UnprocessableEntityError extends ApiError<422> {
  declare readonly name: "UnprocessableEntityError";
  static {
    brand(this, "UnprocessableEntityError");
  }
}

/** 429: too many requests; see `retryAfter`. */
export class TooManyRequestsError extends ApiError<429> {
  declare readonly name: "TooManyRequestsError";
  static {
    brand(this, "TooManyRequestsError");
  }
}

/** 500 to 599: the server, or something in front of it, failed. */
export class ServerError extends ApiError {
  declare readonly name: "ServerError";
  static {
    brand(this, "ServerError");
  }
}

/**
 * The answer is none that the spec allows: HTML, broken JSON, an envelope without `data`, a redirect. What a POST did
 * at the server is not known then.
 */
export class UnexpectedResponseError extends PolytomicError {
  declare readonly name: "UnexpectedResponseError";
  declare readonly operation: CallOperation;
  declare readonly attempts: number;
  /** The HTTP status; 0 where the runtime hides it, as browsers do for redirects. */
  declare readonly status: number;
  /** The answer's `Content-Type`, where it had one. */
  declare readonly contentType: string | undefined;
  /** The first 200 characters of the body; withheld where the answer can hold a key. */
  declare readonly excerpt: string;
  /** The answer's headers, without cookies. */
  declare readonly headers: Headers;
  /** The answer's `X-Request-Id`, to give to the vendor's support. */
  declare readonly requestId: string | undefined;

  static {
    brand(this, "UnexpectedResponseError");
  }

  constructor(message: string, context: AnswerContext & Pick<UnexpectedResponseError, "contentType" | "excerpt">) {
    super(message);
    Object.assign(this, context);
  }
}

/** There was no answer, or it broke off: the name was not found, the connection was refused or lost. */
export class ConnectionError extends PolytomicError {
  declare readonly name: string;
  declare readonly operation: CallOperation;
  declare readonly attempts: number;
  /** The runtime's code for what happened, such as `"ECONNREFUSED"`, where it gives one. */
  declare readonly code: string | undefined;
  /** The host that was to answer, with its port. */
  declare readonly host: string;

  static {
    brand(this, "ConnectionError");
  }

  constructor(message: string, context: CallContext & Pick<ConnectionError, "code" | "host">, options?: ErrorOptions) {
    super(message, options);
    Object.assign(this, context);
  }
}

/** `timeout` or `totalTimeout` ran out. Whether a POST took effect is not known then. */
export class TimeoutError extends ConnectionError {
  declare readonly name: "TimeoutError";
  /** Which of the two ran out. */
  readonly limit: "timeout" | "totalTimeout";

  static {
    brand(this, "TimeoutError");
  }

  constructor(
    message: string,
    { limit, ...context }: CallContext & Pick<TimeoutError, "code" | "host" | "limit">,
    options?: ErrorOptions,
  ) {
    super(message, context, options);
    this.limit = limit;
  }
}

/** Status, as the spec writes it, → class: what `result()` narrows to. */
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

/** The class for an error status from 400 to 599. */
export function apiErrorClass(status: number): ApiErrorClass {
  return status >= 500 ? ServerError : (CLASS_BY_STATUS[status] ?? ApiError);
}

/** A status that has no class of its own. */
type OtherApiError = ApiError & { readonly name: "ApiError" };

/** Errors that any call can end with, whatever its operation documents. */
export type AlwaysPossibleError =
  | OtherApiError
  | UnexpectedResponseError
  | TimeoutError
  | (ConnectionError & { readonly name: "ConnectionError" })
  | ConfigurationError
  | InvalidArgumentError;

/** Every error that this package makes, told apart by `name`. */
export type AnyPolytomicError = ErrorByStatus[keyof ErrorByStatus] | AlwaysPossibleError;

/**
 * Whether a caught value is an error of this package, of whichever copy.
 *
 * @example
 * if (isPolytomicError(error) && error.name === "NotFoundError") return undefined;
 */
export function isPolytomicError(value: unknown): value is AnyPolytomicError {
  return value instanceof PolytomicError;
}
