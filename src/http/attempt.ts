import createClient from "openapi-fetch";
import type { Operation } from "../operations.ts";
import type { Fetch } from "../options.ts";
import type { PreparedRequest } from "./prepare.ts";
import { checkResponse, readBody } from "./read-response.ts";

/** A response whose body was read to the last byte. */
export interface ReadResponse {
  readonly response: Response;
  /** The body, or `undefined` if it is too large. */
  readonly text: string | undefined;
}

/**
 * The largest body that is read, in bytes. Lists are not paginated, so there must be space for 100 000 users of 1 kB each.
 * Errors are searched for the key, which takes time.
 */
export const LARGEST_BODY: Readonly<Record<Operation["data"] | "error", number>> = {
  list: 100_000_000,
  unknown: 100_000_000,
  object: 1_000_000,
  error: 256 * 1024,
};

interface FetchOptions {
  /** The value of the `Authorization` header. */
  readonly authorization: string;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** Sends a request once and reads the response. Throws what fetch and the response throw, or a `ThrownByCall`. */
export async function fetchOnce(request: PreparedRequest, options: FetchOptions): Promise<ReadResponse> {
  const { operation, baseUrl, ids, query, body } = request;
  const { data } = await (client.request as UntypedRequest)(operation.method, operation.path, {
    baseUrl,
    params: { path: ids, query },
    body,
    signal: options.signal,
    parseAs: "stream",
    fetch: async (parts) => unread(fetchAndRead(parts, request, options)),
  });
  return data;
}

async function fetchAndRead(
  { url, init }: RequestParts,
  { operation, limits, ...request }: PreparedRequest,
  { authorization, fetch, signal }: FetchOptions,
): Promise<ReadResponse> {
  const headers = { ...request.headers, authorization }; // other implementations of fetch have another `Headers`
  const response = (await fetch(url, { ...init, headers } as Parameters<Fetch>[1])) as Response;
  checkResponse(response);
  if (signal.aborted) await response.body?.cancel?.(); // releases the connection; a stream of Node has no `cancel`
  signal.throwIfAborted();
  const largestSuccess = limits.maxResponseBytes ?? LARGEST_BODY[operation.data];
  return { response, text: await readBody(response, response.ok ? largestSuccess : LARGEST_BODY.error, signal) };
}

const NO_HEADERS = new Map<string, string>(); // `Headers` would load undici when the package is imported

/**
 * A response whose body openapi-fetch returns as `data` without reading it, because of `parseAs: "stream"`. It would read
 * a success and an error in different ways.
 */
function unread(body: Promise<ReadResponse>): object {
  return { ok: true, headers: NO_HEADERS, body };
}

/** Replaces `Request` in openapi-fetch, so that fetch is called the usual way: with a URL and an init. */
class RequestParts {
  readonly url: string;
  readonly init: RequestInit;
  constructor(url: string, init: RequestInit) {
    this.url = url;
    this.init = init;
  }
}

/** Makes the URL and the init of each request. */
const client = createClient<Record<string, Record<string, object>>>({
  Request: RequestParts as unknown as typeof Request,
  bodySerializer: (json) => json,
  redirect: "manual",
});

/** openapi-fetch's types are for one path at a time. The façade has already checked the request against the spec. */
type UntypedRequest = (
  method: string,
  path: string,
  init: Record<string, unknown> & { fetch: (parts: RequestParts) => Promise<object> },
) => Promise<{ data: ReadResponse }>;
