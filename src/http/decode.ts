import type { KeyKind } from "../config.ts";
import { apiErrorClass, UnexpectedResponseError, type ApiError, type CallContext } from "../errors.ts";
import { isObject } from "../objects.ts";
import type { Operation } from "../operations.ts";
import type { ReadResponse } from "./attempt.ts";
import { KEY_NAMES } from "./authorize.ts";
import { readRetryAfter, readVersion, requestId } from "./headers.ts";
import type { Redact } from "./redact.ts";

/** What decoding needs in addition to the response. */
export interface DecodeContext {
  readonly call: CallContext;
  readonly operation: Operation;
  readonly keyKind: KeyKind;
  readonly redact: Redact;
}

/** Returns the body of a success, which has the `data` that the spec promises. Throws the error for any other response. */
export function decode(read: ReadResponse, context: DecodeContext): unknown {
  const { status, ok } = read.response;
  if (ok) return decodeSuccess(read, context);
  if (status >= 400 && status <= 599) throw apiError(read, context);
  throw unexpectedResponse("a redirect", read, context);
}

function decodeSuccess(read: ReadResponse, context: DecodeContext): unknown {
  if (read.isTooLarge) throw unexpectedResponse("a body that is too large", read, context);
  if (!read.body) throw unexpectedResponse("an empty body", read, context);
  let body: unknown;
  try {
    body = JSON.parse(read.body as string);
  } catch {
    // Without a `cause`: the SyntaxError quotes the body.
    throw unexpectedResponse("a body that is not JSON", read, context);
  }
  if (!isObject(body) || !isPromised(body["data"], context.operation))
    throw unexpectedResponse("a body without the `data` that the spec requires", read, context);
  return body;
}

/**
 * Whether `data` is what the operation returns: an object, or a list of objects or `null`, and of a new key its value.
 * Nothing else is checked: the spec requires no field, and an error after a successful create would do harm.
 */
function isPromised(data: unknown, { data: type, secret }: Operation): boolean {
  if (type === "list") return data === null || (Array.isArray(data) && data.every(isObject));
  return isObject(data) && (!secret || typeof data["value"] === "string");
}

function apiError({ response, body }: ReadResponse, context: DecodeContext): ApiError {
  const { status } = response;
  const { redact } = context;
  const concealed = redactValue(body, redact);
  const fields = isObject(concealed) ? concealed : {};
  const { key } = fields;
  const metadata = fields[redact("metadata")]; // the key can be this word
  const detail = messageOf(concealed);
  const advice = advise(status, detail, context);
  const told = detail ? `: ${asSentence(detail)}` : ".";
  return new (apiErrorClass(status))(`${describe(context)} returned ${status}${told} ${advice}`, {
    ...responseContext(response, context),
    detail,
    key: typeof key === "string" ? key : undefined,
    metadata: isObject(metadata) ? metadata : undefined,
    body: concealed,
    retryAfter: readRetryAfter(response.headers),
  });
}

/** Ends a text with a period, unless it ends with a mark of its own. */
export function asSentence(text: string): string {
  return text.trim().replace(/(?<![.!?…])$|(?<!\.)\.+$/, ".");
}

/** Finds the API's own message, also in the bodies of older API versions: `{ error: { message } }` and `{ error }`. */
function messageOf(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { message, error } = body;
  const candidates = [message, isObject(error) ? error["message"] : error];
  return candidates.find((candidate): candidate is string => typeof candidate === "string" && candidate !== "");
}

/** Says what to do next. */
function advise(status: number, detail: string | undefined, { operation, keyKind, call }: DecodeContext): string {
  const used = `The request used ${KEY_NAMES[keyKind]}`;
  if (status === 400) return "Correct the request.";
  if (status === 401) return `${used} that the API does not know. Check that it is complete and belongs to this host.`;
  if (status === 403 && keyKind === "apiKey" && operation.security.includes("partnerKey")) {
    return `${used}, which can access only its own organization. A partner key can access every customer organization.`;
  }
  if (status === 403 && keyKind === "apiKey") return `${used}. If it is a partner key, pass it as \`partnerKey\`.`;
  if (status === 403) return `${used}. Check that it has access to this organization.`;
  if (status === 404 && operation.method === "delete" && call.attempts > 1) {
    return "An earlier attempt of this call may have succeeded.";
  }
  if (status === 404 && (!detail || /\broute\b/i.test(detail) || Object.keys(call.ids).length === 0)) {
    return "Check `baseUrl`: the API may not have this route there.";
  }
  if (status === 404) return "Check the ids, and that the key has access to them.";
  if (status === 409 && call.idempotencyKey) return "Call again later with the same `idempotencyKey`.";
  if (status === 422) return "Correct the request; `metadata` may name the field.";
  if (status === 429)
    return "Wait before you call again; `retryAfter` is the time in milliseconds, if the API sent one.";
  if (status === 500 && call.idempotencyKey)
    return "The API replays this response for the same idempotency key. Check whether the change took effect, then call again with a new key.";
  if (status === 408 || status >= 500) {
    return call.idempotencyKey
      ? "The request may have taken effect. Call again later with the same `idempotencyKey`."
      : "Call again later.";
  }
  return "`body` may say more.";
}

function unexpectedResponse(what: string, read: ReadResponse, context: DecodeContext): UnexpectedResponseError {
  const { response, body } = read;
  const common = responseContext(response, context);
  const contentType = common.headers.get("content-type") ?? undefined;
  const version = readVersion(common.headers);
  const facts = `${response.status}${contentType ? ` ${contentType}` : ""}${version ? `, API version ${version}` : ""}`;
  const advice = read.isTooLarge
    ? "If the response is genuine, increase `maxResponseBytes`."
    : "Check `baseUrl`, `version` and any proxy.";
  const message = `${describe(context)} returned ${what} (${facts}). ${advice}`;
  return new UnexpectedResponseError(message, { ...common, contentType, excerpt: excerpt(body, context) });
}

/** The length of an excerpt, in characters. */
const EXCERPT = 200;

/** How much of a body is searched for the key, in characters. The excerpt is cut afterwards, so that it cannot end in a key. */
const LARGEST_EXCERPTED = 256 * 1024;

function excerpt(body: unknown, { operation, redact }: DecodeContext): string {
  if (operation.secret) return "[withheld: it can contain a key]";
  if (typeof body === "string") return redact(body.slice(0, LARGEST_EXCERPTED)).slice(0, EXCERPT);
  return (JSON.stringify(redactValue(body, redact)) ?? "").slice(0, EXCERPT);
}

function describe({ operation }: DecodeContext): string {
  return `${operation.method.toUpperCase()} ${operation.path}`;
}

function responseContext(response: Response, { call, redact }: DecodeContext) {
  const headers = new Headers();
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie" && redact(name) === name) headers.append(name, redact(value));
  }
  return { ...call, status: response.status, headers, requestId: requestId(headers) };
}

/** Redacts all names and strings of a parsed body. Leaves out what is nested deeper than any sensible body. */
function redactValue(value: unknown, redact: Redact, depth = 0): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 20) return undefined;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [redact(name), redactValue(item, redact, depth + 1)]),
  );
}
