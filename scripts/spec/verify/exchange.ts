/** Sends one request with plain fetch. The SDK would hide what the API really returns. */
export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back: a complete response, or the reason why there is none. */
export type Reply = Response | NoResponse;

interface Response {
  readonly failure?: never;
  readonly status: number;
  /** The value of `X-Polytomic-Version`. */
  readonly version: string | undefined;
  /** The media type in lower case, without parameters. */
  readonly type: string;
  /** The names of the headers, in lower case. */
  readonly headerNames: readonly string[];
  readonly text: string;
  /** The parsed body, or `undefined` if it is not JSON. */
  readonly body: unknown;
}

export interface NoResponse {
  /** Contains no part of a response, of the URL or of a header. */
  readonly failure: string;
  readonly status?: never;
  readonly version?: never;
  readonly body?: never;
}

export interface Limits {
  /** Milliseconds per request, including the body. */
  readonly timeout: number;
  /** The maximum size of a body in bytes. */
  readonly maxBytes: number;
}

export const LIMITS: Limits = { timeout: 10_000, maxBytes: 2 ** 24 };

/** In place of the response to a request that was aborted or not sent. */
export const INTERRUPTED: NoResponse = { failure: "interrupted" };

export async function exchange(request: Request, { baseUrl, limits, signal }: Options): Promise<Reply> {
  const { method, target, headers, body } = request;
  const timeout = AbortSignal.timeout(limits.timeout);
  try {
    const response = await fetch(baseUrl + target, {
      method,
      headers,
      redirect: "manual",
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      ...(body !== undefined && { body }),
    });
    const text = await readText(response.body, limits.maxBytes);
    return {
      status: response.status,
      version: response.headers.get("x-polytomic-version") ?? undefined,
      type: response.headers.get("content-type")?.split(";")[0]!.trim().toLowerCase() ?? "",
      headerNames: [...response.headers.keys()],
      text,
      body: parse(text),
    };
  } catch (error) {
    return signal?.aborted ? INTERRUPTED : { failure: describeFailure(error, limits) };
  }
}

interface Options {
  readonly baseUrl: string;
  readonly limits: Limits;
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
}

/** A server error without anything that the API adds to its responses. */
export function isFromProxy(reply: Reply): boolean {
  if (reply.failure !== undefined) return false;
  return reply.status >= 500 && reply.version === undefined && reply.type !== "application/json";
}

/** Leaving the loop early cancels the body. */
async function readText(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new TooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

class TooLargeError extends Error {}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message of a network error can contain the host, so only its code is shown. */
function describeFailure(error: unknown, { timeout, maxBytes }: Limits): string {
  if (error instanceof TooLargeError) return `a body of more than ${maxBytes} bytes`;
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  if (name === "TimeoutError") return `no complete response within ${timeout} ms`;
  const code = cause?.code;
  const isCode = typeof code === "string" && /^[A-Z][A-Z_]{2,40}$/.test(code);
  return isCode ? `no complete response (${code})` : "no complete response";
}
