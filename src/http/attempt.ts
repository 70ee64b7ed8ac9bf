import { createFinalURL, createQuerySerializer, defaultPathSerializer } from "openapi-fetch";
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
export const LARGEST_BODY: Readonly<Record<"list" | "object" | "error", number>> = {
  list: 100_000_000,
  object: 1_000_000,
  error: 256 * 1024,
};

interface FetchOptions {
  /** The value of the `Authorization` header. */
  readonly authorization: string;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** Sends a request once and reads the response. Passes on what fetch throws. */
export async function fetchOnce(
  request: PreparedRequest,
  { authorization, fetch, signal }: FetchOptions,
): Promise<ReadResponse> {
  const { operation, headers, body, limits } = request;
  const init = {
    method: operation.method.toUpperCase(),
    headers: { ...headers, authorization },
    body, // also if it is undefined, so that it is not inherited
    signal,
    redirect: "manual",
  };
  const response = (await fetch(buildUrl(request), init as Parameters<Fetch>[1])) as Response;
  checkResponse(response);
  if (signal.aborted) await response.body?.cancel?.(); // releases the connection; a stream of Node has no `cancel`
  signal.throwIfAborted();
  const largestSuccess = limits.maxResponseBytes ?? LARGEST_BODY[operation.data];
  return { response, text: await readBody(response, response.ok ? largestSuccess : LARGEST_BODY.error, signal) };
}

const querySerializer = createQuerySerializer<Record<string, unknown>>();

/** Fills in the path template and serializes the query as OpenAPI describes it. */
function buildUrl({ operation, baseUrl, ids, query }: PreparedRequest): string {
  const params = { path: ids, query };
  return createFinalURL(operation.path, { baseUrl, params, querySerializer, pathSerializer: defaultPathSerializer });
}
