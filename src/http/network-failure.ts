import { PolytomicError, type ConnectionError } from "../errors.ts";
import { isObject } from "../objects.ts";
import { rootCause } from "../sanitize-error.ts";

/** The codes of Node, undici, node-fetch and Bun for failures that can be temporary. */
const TEMPORARY_CODES = anyOf(
  "EADDRNOTAVAIL|EAI_AGAIN|ECONN(?:ABORTED|REFUSED|RESET)|EHOST(?:DOWN|UNREACH)|ENET(?:DOWN|RESET|UNREACH)",
  "EPIPE|EPROTO|E(?:SOCKET)?TIMEDOUT",
  "UND_ERR_(?:SOCKET|(?:BODY|CONNECT|HEADERS)_TIMEOUT)|HPE_\\w+|Z_\\w+_ERROR|ERR_HTTP2_\\w+|ERR_STREAM_PREMATURE_CLOSE",
  "Connection(?:Closed|Refused)|FailedToOpenSocket", // Bun
);

/** The codes for failures of the host name, the certificate or the protocol, which would repeat. */
const PERMANENT_CODES = anyOf(
  "ENOTFOUND|EAI_(?!AGAIN$)\\w+",
  "C(?:ERT|RL)_(?:CHAIN_TOO_LONG|HAS_EXPIRED|NOT_YET_VALID|REJECTED|REVOKED|SIGNATURE_FAILURE|UNTRUSTED)",
  "(?:DEPTH_ZERO_)?SELF_SIGNED_CERT(?:_IN_CHAIN)?|ERROR_IN_C(?:ERT|RL)_\\w+_FIELD|UNKNOWN_CERTIFICATE_VERIFICATION_ERROR",
  "UNABLE_TO_(?:GET_(?:CRL|ISSUER_CERT(?:_LOCALLY)?)|DECRYPT_C(?:ERT|RL)_SIGNATURE|DECODE_ISSUER_PUBLIC_KEY|VERIFY_LEAF_SIGNATURE)",
  "INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_(?:SSL|TLS)_\\w+",
);

/** Parts of messages that mean the same, where there is no code. */
const PERMANENT_MESSAGES =
  /certificate|\b(?:SSL|TLS) error\b|with the specified hostname|dns error(?!.*(?:[Tt]emporary failure|[Tt]ry again))/;

/** The messages of runtimes that have no codes, or not for every failure. */
const MESSAGES = anyOf(
  "fetch failed|terminated|other side closed|socket hang up|Fetch failed: .*", // undici, Node, Deno
  "error (?:sending request|reading a body) .*|Invalid gzip header", // Deno
  "Network connection lost\\.?|internal error; reference = .*|Gzip decompression failed\\.", // workerd
  ".*pass `verbose: true` in the second argument to fetch\\(\\)", // Bun
  "Unable to connect\\. Is the computer able to access the url\\?", // Bun
  "request to .* failed, reason: .*|network timeout .*|Premature close|Invalid response body while trying to fetch .*", // node-fetch
  "(?:Failed to fetch|Load failed)(?: \\(.*\\))?|network error", // Chrome, Safari
  "NetworkError when .*|Error in (?:input|body) stream", // Firefox
  " ?A network error occurred\\.", // WebKit
  "The (?:network connection was lost|Internet connection appears to be offline|request timed out)\\.|Could not connect to the server\\.", // Safari
  "A server with the specified hostname could not be found\\.|The certificate for this server is invalid.*", // Safari
  "A TLS error caused the secure connection to fail\\.|An SSL error has occurred .*", // Safari
  "Network request (?:failed|timed out)", // React Native and polyfills
);

function anyOf(...patterns: string[]): RegExp {
  return new RegExp(`^(?:${patterns.join("|")})$`);
}

/** The classes with which runtimes report failures. An error of any other class was thrown on purpose. */
const CLASSES = new Set<unknown>(["Error", "TypeError", "AggregateError", "FetchError"]);

/**
 * Whether what fetch threw is a failure of the network, or several of them. Anything else, such as an error with a message
 * of its own whose cause is a failure, is an error that the caller's own `fetch` threw on purpose, or a bug in it.
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
  const { name, code, message, errors } = thrown;
  if ("digest" in thrown) return false; // a signal of Next.js or React
  if (typeof code === "string" && (TEMPORARY_CODES.test(code) || PERMANENT_CODES.test(code))) return true;
  if (!CLASSES.has(name)) return false;
  if (typeof message === "string" && MESSAGES.test(message)) return true;
  return Array.isArray(errors) && errors.some((inner) => isFailure(inner, depth + 1));
}

/** Whether the failure would repeat. The host and the path can contain any text. */
export function isPermanent({ code, host, cause }: ConnectionError): boolean {
  if (code !== undefined) return PERMANENT_CODES.test(code);
  const { message } = rootCause(cause as Error);
  return PERMANENT_MESSAGES.test(message.replaceAll(/\w+:\/\/\S+/g, "").replaceAll(host, ""));
}
