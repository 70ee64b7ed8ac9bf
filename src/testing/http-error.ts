/**
 * An error response. Whichever stage finds the error throws it.
 *
 * *Assumption* (`error-details`): Polytomic documents the fields of an error, but not what they contain, so `key`, `message`
 * and `metadata` are the sandbox's own.
 */
export class HttpError extends Error {
  readonly status: number;
  readonly metadata: Record<string, unknown> | null;
  readonly retryAfter: string | undefined;

  constructor(status: number, message: string, { metadata, retryAfter }: HttpErrorDetails = {}) {
    super(message);
    this.status = status;
    this.metadata = metadata ?? null;
    this.retryAfter = retryAfter;
  }

  /** The response body: `ApiError` in the spec. */
  get body(): Record<string, unknown> {
    const { status, message, metadata } = this;
    return { key: KEYS[status] ?? (status < 500 ? "client_error" : "server_error"), message, metadata, status };
  }
}

interface HttpErrorDetails {
  readonly metadata?: Record<string, unknown>;
  /** The value of the `Retry-After` header. */
  readonly retryAfter?: string | undefined;
}

const KEYS: Partial<Record<number, string>> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  408: "request_timeout",
  409: "conflict",
  421: "misdirected_request",
  422: "unprocessable_entity",
  429: "too_many_requests",
  500: "internal_server_error",
  502: "bad_gateway",
  503: "service_unavailable",
  504: "gateway_timeout",
};
