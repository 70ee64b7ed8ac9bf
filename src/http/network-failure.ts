import { PolytomicError } from "../errors.ts";
import { isObject } from "../objects.ts";
import { PERMANENT } from "./retry.ts";

/** The codes of Node, undici, node-fetch and Bun, in addition to those of permanent failures. */
const CODES =
  /^(?:E(?:ADDRNOTAVAIL|AI_|CONN|HOST|NET|PIPE|PROTO|(?:SOCKET)?TIMEDOUT)|UND_ERR_(?:SOCKET|\w+_TIMEOUT)|HPE_|Z_|ERR_HTTP2_|ERR_STREAM_PREMATURE_CLOSE|Connection(?:Refused|Closed)$|FailedToOpenSocket$)/;

/** The messages of runtimes that have no codes, or not for every failure. */
const MESSAGES = new RegExp(
  `^(?:${[
    "fetch failed|terminated|Fetch failed: .*", // undici, Deno
    "error (?:sending request|reading a body) .*|Invalid gzip header", // Deno
    "Network connection lost\\.?|internal error; reference = .*|Gzip decompression failed\\.", // workerd
    ".*pass `verbose: true` in the second argument to fetch\\(\\)", // Bun
    "request to .* failed, reason: .*|network timeout .*", // node-fetch
    "(?:Failed to fetch|Load failed)(?: \\(.*\\))?|network error", // Chrome, Safari
    "NetworkError when .*|Error in (?:input|body) stream", // Firefox
    "The (?:network connection was lost|Internet connection appears to be offline|request timed out)\\.|Could not connect to the server\\.", // Safari
    "A server with the specified hostname could not be found\\.", // Safari
    "Network request (?:failed|timed out)", // React Native and polyfills
  ].join("|")})$`,
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
  // The failures of another client were already retried.
  if (!isObject(thrown) || depth > 5 || thrown instanceof PolytomicError) return false;
  const { name, code, message } = thrown;
  if (typeof code === "string" && (CODES.test(code) || PERMANENT.test(code))) return true;
  if (!CLASSES.has(name)) return false;
  if (typeof message === "string" && MESSAGES.test(message)) return true;
  const isWrapper = CLASSES.has(thrown.constructor.name); // a class of the caller often inherits its `name`
  return isWrapper && [thrown["cause"], thrown["errors"]].flat().some((inner) => isFailure(inner, depth + 1));
}
