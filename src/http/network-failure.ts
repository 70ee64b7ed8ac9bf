import { isObject } from "../objects.ts";

/** The codes of Node, undici, node-fetch and Bun: of the system, of TLS, of the HTTP parser and of decompression. */
const CODES = new RegExp(
  `^(?:${[
    "E(?:ADDRNOTAVAIL|AI_\\w+|CONN(?:ABORTED|REFUSED|RESET)|HOST(?:DOWN|UNREACH)|NET(?:DOWN|RESET|UNREACH))",
    "E(?:NOTFOUND|PIPE|PROTO|(?:SOCKET)?TIMEDOUT)",
    "UND_ERR_(?:\\w+_TIMEOUT|SOCKET|\\w+_OVERFLOW|PRX_TLS|RES\\w+)",
    "\\w*(?:CERT|CRL|SELF_SIGNED|UNABLE_TO_)\\w*|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH",
    "ERR_(?:SSL|TLS|HTTP2)_\\w+|ERR_STREAM_PREMATURE_CLOSE|HPE_\\w+|Z_\\w+",
    "Connection(?:Refused|Closed)|FailedToOpenSocket",
  ].join("|")})$`,
);

/** The messages of runtimes that have no codes, or not for everything. */
const MESSAGES = new RegExp(
  `^(?:${[
    "fetch failed|Fetch failed: .*|terminated", // undici, Deno
    "error (?:sending request|reading a body) .*|Invalid gzip header", // Deno
    "Network connection lost\\.?|internal error; reference = .*|Gzip decompression failed\\.", // workerd
    ".*pass `verbose: true` in the second argument to fetch\\(\\)|Unable to connect\\. .*", // Bun
    "request to .* failed, reason: .*|Invalid response body .*|(?:network|response) timeout .*|Premature close", // node-fetch
    "(?:Failed to fetch|Load failed)(?: \\(.*\\))?|network error", // Chrome, Safari
    "NetworkError when attempting to fetch resource\\.|Error in (?:input|body) stream", // Firefox
    "The (?:network connection was lost|Internet connection appears to be offline|request timed out)\\.", // Safari
    "Could not connect to the server\\.|A server with the specified hostname could not be found\\.", // Safari
    "Network request (?:failed|timed out)", // React Native and polyfills
  ].join("|")})$`,
  "s",
);

/** The classes with which runtimes report and wrap failures. An error of any other class was thrown on purpose. */
const CLASSES = new Set<unknown>(["Error", "TypeError", "AggregateError", "FetchError"]);

/**
 * Whether what fetch threw is a failure of the network. It can be the cause of another error, or one of several errors.
 * Anything else is an error that the caller's own `fetch` threw on purpose, or a bug in it.
 */
export function isNetworkFailure(thrown: unknown): boolean {
  try {
    return isFailure(thrown, 0);
  } catch {
    return false; // it cannot be read
  }
}

function isFailure(thrown: unknown, depth: number): boolean {
  if (!isObject(thrown) || depth > 5) return false;
  const { name, code, message } = thrown;
  if (typeof code === "string" && CODES.test(code)) return true;
  if (name === "NetworkError") return true; // a DOMException of Firefox
  if (!CLASSES.has(name)) return false;
  if (typeof message === "string" && MESSAGES.test(message)) return true;
  const isWrapper = CLASSES.has(thrown.constructor.name); // a class of the caller often inherits its `name`
  return isWrapper && [thrown["cause"], thrown["errors"]].flat().some((inner) => isFailure(inner, depth + 1));
}
