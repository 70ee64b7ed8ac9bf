import createClient from "openapi-fetch";
import type { Fetch } from "../options.ts";
import { checkResponse } from "./check-response.ts";
import type { PreparedRequest } from "./prepare.ts";

/** A response with its body, which was read to the last byte. */
export interface ReadResponse {
  readonly response: Response;
  /** The text of a success. Of an error, the parsed JSON, or the text if it is not JSON. */
  readonly body: unknown;
}

/** Sends a request once and reads the response. Passes on what fetch throws. */
export async function attempt(
  request: PreparedRequest,
  authorization: string,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<ReadResponse> {
  const { baseUrl, method, path, ids, query, headers, body } = request;
  const { data, error, response } = await (client.request as UntypedRequest)(method, path, {
    baseUrl,
    params: { path: ids, query, header: { authorization } },
    headers,
    body,
    signal,
    parseAs: "text",
    fetch: ({ url, init }) => fetchUnlessAborted(fetch, url, init, signal),
  });
  return { response, body: response.ok ? data : error };
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
  init: Record<string, unknown> & { fetch: (carrier: Carrier) => Promise<Response> },
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
