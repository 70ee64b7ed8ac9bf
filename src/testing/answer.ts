import type { Problem } from "./problem.ts";
import { OLDEST_VERSION } from "./versions.ts";

/** An answer that is ready to be sent, and to be sent again. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A success, in the envelope of the version. */
export function success(version: string, data: unknown): Answer {
  return json(200, version, version === OLDEST_VERSION ? { error: null, result: data } : { data });
}

/** An error, in the envelope of the version. */
export function failure(version: string, problem: Problem): Answer {
  const { status, message, body, retryAfter } = problem;
  const answer = json(status, version, version === OLDEST_VERSION ? { error: message, result: null } : body);
  return retryAfter === undefined ? answer : { ...answer, headers: { ...answer.headers, "retry-after": retryAfter } };
}

function json(status: number, version: string, body: unknown): Answer {
  const headers = { "content-type": "application/json", "x-polytomic-version": version };
  return { status, headers, body: JSON.stringify(body) };
}

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body || null, { status, headers }); // 204 may have no body, not even an empty one
}

/** The answer with the `Content-Length` of all of it, and a body that breaks off after some bytes. */
export function toTruncatedResponse({ status, headers, body }: Answer, length: number | true): Response {
  const bytes = new TextEncoder().encode(body);
  let sent = false;
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.error(new LostConnection("terminated"));
      sent = true;
      // A body of one byte and more has an end that does not arrive; the part before it can be empty.
      const arrives = Math.min(length === true ? Math.floor(bytes.length / 2) : length, bytes.length - 1);
      if (arrives <= 0) return controller.error(new LostConnection("terminated"));
      controller.enqueue(bytes.subarray(0, arrives));
    },
  });
  return new Response(broken, { status, headers: { ...headers, "content-length": String(bytes.length) } });
}

/** What fetch rejects with, and what a body breaks off with, when the connection is lost. */
export class LostConnection extends TypeError {
  constructor(message: "fetch failed" | "terminated" = "fetch failed") {
    super(message, { cause: Object.assign(new Error("The sandbox dropped the connection."), { code: "ECONNRESET" }) });
  }
}
