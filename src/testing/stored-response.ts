import type { Problem } from "./problem.ts";
import { OLDEST_VERSION } from "./versions.ts";

/** A response that can be sent more than once: a replay sends the same one. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A success in the envelope of the API version. */
export function success(version: string, data: unknown): StoredResponse {
  return json(200, version, version === OLDEST_VERSION ? { error: null, result: data } : { data });
}

/** An error in the envelope of the API version. */
export function failure(version: string, problem: Problem): StoredResponse {
  const { status, message, body, retryAfter } = problem;
  const response = json(status, version, version === OLDEST_VERSION ? { error: { message } } : body);
  if (retryAfter === undefined) return response;
  return { ...response, headers: { ...response.headers, "retry-after": retryAfter } };
}

function json(status: number, version: string, body: unknown): StoredResponse {
  const headers = { "content-type": "application/json", "x-polytomic-version": version };
  return { status, headers, body: JSON.stringify(body) };
}

export function toResponse({ status, headers, body }: StoredResponse): Response {
  return new Response(body || null, { status, headers }); // a 204 must not have a body, not even an empty one
}

/**
 * A response whose `Content-Length` is that of the whole body, and whose body ends early with an error.
 *
 * @param length How many bytes arrive, at most all but the last one; `true` for half of them.
 */
export function toTruncatedResponse({ status, headers, body }: StoredResponse, length: number | true): Response {
  const bytes = new TextEncoder().encode(body);
  const arriving = Math.min(length === true ? Math.floor(bytes.length / 2) : length, bytes.length - 1);
  let sent = arriving <= 0; // an empty chunk cannot be enqueued
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.error(new LostConnection("terminated"));
      sent = true;
      controller.enqueue(bytes.subarray(0, arriving));
    },
  });
  return new Response(broken, { status, headers: { ...headers, "content-length": String(bytes.length) } });
}

/** The error of a lost connection, with the name, message and cause that Node's fetch uses. */
export class LostConnection extends TypeError {
  constructor(message: "fetch failed" | "terminated" = "fetch failed") {
    super(message, { cause: Object.assign(new Error("The sandbox dropped the connection."), { code: "ECONNRESET" }) });
  }
}
