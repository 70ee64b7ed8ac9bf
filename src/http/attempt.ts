import createClient from "openapi-fetch";

/** A request that is ready to be sent, as often as need be. */
export interface Outgoing {
  readonly baseUrl: string;
  readonly method: string;
  readonly path: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON text of the body. */
  readonly body: string | undefined;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An answer, read to its last byte. */
export interface Reply {
  readonly response: Response;
  /** Text of a success; of an error what was in its JSON, or else its text. */
  readonly body: unknown;
}

/** Stands in for `Request` in openapi-fetch, so that fetch is called the usual way, with a URL and an init. */
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

/** One try: sends the request and reads the answer. What fetch throws comes through as it is. */
export async function attempt(request: Outgoing, fetch: Fetch, signal: AbortSignal): Promise<Reply> {
  const { baseUrl, method, path, ids, query, headers, body } = request;
  const { data, error, response } = await (client.request as UntypedRequest)(method, path, {
    baseUrl,
    params: { path: ids, query },
    headers,
    body,
    signal,
    parseAs: "text",
    fetch: ({ url, init }) => fetchUnlessAborted(fetch, url, init, signal),
  });
  return { response, body: response.ok ? data : error };
}

/** An answer that comes when nobody waits for it any more is not read, and its connection is let go. */
async function fetchUnlessAborted(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (thrown) {
    throw thrown || new Error(); // openapi-fetch would take a falsy one for an answer
  }
  if (signal.aborted) await response.body?.cancel();
  signal.throwIfAborted();
  return response;
}

/** openapi-fetch's types follow one path at a time; the façade above has checked ours against the spec. */
type UntypedRequest = (
  method: string,
  path: string,
  init: Record<string, unknown> & { fetch: (carrier: Carrier) => Promise<Response> },
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
