import type { HttpError } from "./http-error.ts";
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
export function failure(version: string, error: HttpError): StoredResponse {
  const { status, message, body, retryAfter } = error;
  const response = json(status, version, version === OLDEST_VERSION ? { error: { message } } : body);
  if (retryAfter === undefined) return response;
  return { ...response, headers: { ...response.headers, "retry-after": retryAfter } };
}

function json(status: number, version: string, body: unknown): StoredResponse {
  const headers = { "content-type": "application/json", "x-polytomic-version": version };
  return { status, headers, body: JSON.stringify(body) };
}

/**
 * Makes a response that can be sent once.
 *
 * @param truncate If present, the `Content-Length` is that of the whole body, and the body ends early with an error: after
 * this number of bytes, at most all but the last one; `true` means half of them.
 */
export function toResponse({ status, headers, body }: StoredResponse, truncate?: number | true): Response {
  if (truncate === undefined) return new Response(body || null, { status, headers }); // a 204 must not have a body
  const bytes = new TextEncoder().encode(body);
  const arriving = Math.min(truncate === true ? Math.floor(bytes.length / 2) : truncate, bytes.length - 1);
  const length = String(bytes.length);
  return new Response(endEarly(bytes.subarray(0, arriving)), {
    status,
    headers: { ...headers, "content-length": length },
  });
}

function endEarly(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let sent = bytes.length === 0; // an empty chunk cannot be enqueued
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.error(new LostConnection("terminated"));
      sent = true;
      controller.enqueue(bytes);
    },
  });
}

/** The error of a lost connection, with the name, message and cause that Node's fetch uses. */
export class LostConnection extends TypeError {
  constructor(message: "fetch failed" | "terminated" = "fetch failed") {
    super(message, { cause: Object.assign(new Error("The sandbox dropped the connection."), { code: "ECONNRESET" }) });
  }
}
