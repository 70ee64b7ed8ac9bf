const KEYS: Partial<Record<number, string>> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  408: "request_timeout",
  409: "conflict",
  422: "unprocessable_entity",
  429: "too_many_requests",
  500: "internal_server_error",
  502: "bad_gateway",
  503: "service_unavailable",
  504: "gateway_timeout",
};

/** What an error answer says besides its status and message. */
interface ProblemDetails {
  readonly metadata?: Record<string, unknown>;
  /** The value of `Retry-After`. */
  readonly retryAfter?: string | undefined;
}

/** An answer with an error status, thrown from wherever it is found out. */
export class Problem extends Error {
  readonly status: number;
  readonly metadata: Record<string, unknown> | null;
  readonly retryAfter: string | undefined;

  constructor(status: number, message: string, { metadata, retryAfter }: ProblemDetails = {}) {
    super(message);
    this.status = status;
    this.metadata = metadata ?? null;
    this.retryAfter = retryAfter;
  }

  /** The body of the answer: `ApiError` in the spec. */
  get body(): Record<string, unknown> {
    const { status, message, metadata } = this;
    return { key: KEYS[status] ?? (status < 500 ? "client_error" : "server_error"), message, metadata, status };
  }
}
