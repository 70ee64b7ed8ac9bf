import { isLoopback } from "../formats.ts";

/**
 * Lets pages that are served from this machine call a fetch from a browser. Pages from elsewhere are refused.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowLocalPages(fetch: (request: Request) => Promise<Response>): typeof fetch {
  return async (request) => {
    const origin = request.headers.get("origin");
    const requestedHeaders = request.headers.get("access-control-request-headers");
    const isPreflight = request.method === "OPTIONS" && request.headers.has("access-control-request-method");
    const response = isPreflight ? new Response(null, { status: 204 }) : await fetch(request);
    const headers = new Headers(response.headers);
    headers.append("vary", "Origin");
    if (origin !== null && isLocal(origin)) {
      headers.set("access-control-allow-origin", origin);
      headers.set("access-control-expose-headers", "X-Polytomic-Version, Retry-After");
      if (isPreflight) {
        headers.set("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE");
        if (requestedHeaders !== null) headers.set("access-control-allow-headers", requestedHeaders);
        headers.set("access-control-max-age", "600");
      }
    }
    return new Response(response.body, { status: response.status, headers });
  };
}

/** An origin can also be `null` or the URL of an extension. */
export function isLocal(origin: string): boolean {
  return /^https?:/.test(origin) && URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}
