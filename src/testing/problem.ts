type Status = 400 | 401 | 403 | 404 | 409 | 422 | 500;

const KEYS: Record<Status, string> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  422: "unprocessable_entity",
  500: "internal_server_error",
};

/** An answer with an error status, thrown from wherever it is found out. */
export class Problem extends Error {
  readonly status: Status;
  readonly metadata: Record<string, unknown> | null;

  constructor(status: Status, message: string, metadata: Record<string, unknown> | null = null) {
    super(message);
    this.status = status;
    this.metadata = metadata;
  }

  /** The body of the answer: `ApiError` in the spec. */
  get body(): Record<string, unknown> {
    return { key: KEYS[this.status], message: this.message, metadata: this.metadata, status: this.status };
  }
}
