import createClient from "openapi-fetch";
import type { Fetch } from "../options.ts";
import { checkResponse } from "./check-response.ts";
import type { PreparedRequest } from "./prepare.ts";
import { readBody } from "./read-body.ts";

/** A response with its body, which was read to the last byte, unless it is too large. */
export interface ReadResponse {
  readonly response: Response;
  /** The text of a success. Of an error, the parsed JSON, or the text if it is not JSON. `undefined` if too large. */
  readonly body: unknown;
  /** Whether the body of a success exceeds `maxResponseBytes`. */
  readonly isTooLarge: boolean;
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

/** Sends a request once and reads the response. Passes on what fetch throws. */
export async function attempt(
  request: PreparedRequest,
  authorization: string,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<ReadResponse> {
  const { baseUrl, method, path, ids, query, headers, body, limits } = request;
  const largestSuccess = limits.maxResponseBytes ?? LARGEST_BODY[request.operation.data];
  let response!: Response;
  let isTooLarge = false;
  const { data, error } = await (client.request as UntypedRequest)(method, path, {
    baseUrl,
    params: { path: ids, query, header: { authorization } },
    headers,
    body,
    signal,
    parseAs: "text",
    fetch: async ({ url, init }) => {
      response = await fetchUnlessAborted(fetch, url, init, signal);
      const { ok, status, headers: received } = response;
      const readText = async (): Promise<string | undefined> => {
        const text = await readBody(response, ok ? largestSuccess : LARGEST_BODY.error, signal);
        isTooLarge = text === undefined;
        return text;
      };
      return { ok, status, headers: received, text: readText };
    },
  });
  return { response, body: response.ok ? data : error, isTooLarge: response.ok && isTooLarge };
}

/** Replaces `Request` in openapi-fetch, so that fetch is called the usual way: with a URL and an init. */
class Carrier {
  readonly url: string;
  readonly init: RequestInit;
  constructor(url: string, init: RequestInit) {
    this.url = url;
    this.init = init;
  }
}

const client = createClient<Record<string, Record<string, object>>>({
  Request: Carrier as unknown as typeof Request,
  redirect: "manual",
  bodySerializer: (body) => body,
});

/** A response that arrives after the abort is not read, and its connection is released. */
async function fetchUnlessAborted(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    const headers = Object.fromEntries(init.headers as Headers); // other implementations have another `Headers`
    response = (await fetch(url, { ...init, headers } as Parameters<Fetch>[1])) as Response;
  } catch (thrown) {
    throw thrown || new Error(); // openapi-fetch would treat a falsy value as a response
  }
  checkResponse(response);
  if (signal.aborted) await response.body?.cancel?.(); // a stream of Node has no `cancel`
  signal.throwIfAborted();
  return response;
}

/** openapi-fetch's types are for one path at a time. The façade has already checked the request against the spec. */
type UntypedRequest = (
  method: string,
  path: string,
  init: Record<string, unknown> & { fetch: (carrier: Carrier) => Promise<object> },
) => Promise<{ data?: unknown; error?: unknown }>;
