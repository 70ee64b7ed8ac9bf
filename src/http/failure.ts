/** The errors of a call that was sent, with messages that say what to do next. */
import {
  apiErrorClass,
  ConnectionError,
  TimeoutError,
  UnexpectedResponseError,
  type ApiError,
  type CallContext,
} from "../errors.ts";
import { KEY_NAMES, type KeyKind } from "../keys.ts";
import { isObject } from "../objects.ts";
import { rootCause, sanitizeError } from "../sanitize-error.ts";
import type { ReadResponse } from "./attempt.ts";
import { readRetryAfter, readVersion, requestId } from "./headers.ts";
import type { PreparedRequest } from "./prepare.ts";
import { redactValue, type Redact } from "./redact.ts";

/** What errors say about the call. */
export interface FailureContext {
  readonly call: CallContext;
  readonly request: PreparedRequest;
  readonly keyKind: KeyKind;
  /** Whether a request with the same idempotency key can be running. */
  readonly canBeRunning: boolean;
  readonly redact: Redact;
}

/** Creates the error for a status from 400 to 599. */
export function apiError({ response, text }: ReadResponse, context: FailureContext): ApiError {
  const { status } = response;
  const { call, redact } = context;
  const body = redactValue(parseOrKeep(text), redact);
  const fields = isObject(body) ? body : {};
  const { key } = fields;
  const metadata = fields[redact("metadata")]; // the key can be this word
  const detail = findMessage(fields);
  const reason = detail ? `: ${asSentence(detail)}` : ".";
  const message = `${nameOf(call)} returned ${status}${reason} ${advise(status, detail, context)}`;
  return new (apiErrorClass(status))(message, {
    ...responseContext(response, context),
    detail,
    key: typeof key === "string" ? key : undefined,
    metadata: isObject(metadata) ? metadata : undefined,
    body,
    retryAfter: readRetryAfter(response.headers),
  });
}

function parseOrKeep(text: string | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Finds the API's own message, also in the bodies of older API versions (`{ error: { message } }` and `{ error }`) and of
 * other servers: a list of messages, or the `detail` and `title` of RFC 9457.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
function findMessage({ message, error, detail, title }: Record<string, unknown>): string | undefined {
  return [message, error, detail, title].map(messageIn).find(Boolean);
}

function messageIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(messageIn).filter(Boolean).join("; ");
  if (isObject(value)) return findMessage(value);
  return typeof value === "string" ? value : undefined;
}

/** Says what to do next. */
function advise(status: number, detail: string | undefined, context: FailureContext): string {
  const { idempotencyKey } = context.request;
  switch (status) {
    case 400:
      return "Correct the request.";
    case 401:
    case 403:
      return adviseOnKey(status, context);
    case 404:
      return adviseOnNotFound(detail, context);
    case 409:
      return idempotencyKey && context.canBeRunning
        ? "If the first request with this `idempotencyKey` is still running, call again later with the same one. Otherwise it conflicts with existing data."
        : "It conflicts with existing data, such as a name that is taken: change the request, or look for what exists.";
    case 422:
      return "Correct the request; `metadata` may name the field.";
    case 429:
      return "Wait before you call again; `retryAfter` is the time in milliseconds, if the API sent one.";
  }
  if (status !== 408 && status < 500) return "`body` may say more.";
  if (!idempotencyKey) return "Call again later.";
  return status === 500
    ? "The API replays this response for the same idempotency key. Check whether the change took effect, then call again with a new key."
    : UNKNOWN_OUTCOME;
}

/** The advice for a POST that may have been performed. */
const UNKNOWN_OUTCOME = "The request may have taken effect. Call again later with the same `idempotencyKey`.";

function adviseOnKey(status: 401 | 403, { request, keyKind }: FailureContext): string {
  const { host } = new URL(request.baseUrl);
  const isPartnerOperation = request.operation.security[0] === "partnerKey"; // the others can take a partner key, too
  const used = `The request used ${KEY_NAMES[keyKind]}`;
  const isPartnerKey = "If it is a partner key, pass it as `partnerKey`.";
  if (status === 401 && keyKind === "apiKey" && isPartnerOperation) {
    return `${used}, but this operation may require a partner key. Otherwise, check that the key is complete and belongs to ${host}.`;
  }
  if (status === 401) {
    const wrongKind = keyKind === "apiKey" ? isPartnerKey : "If it is an API key, pass it as `apiKey`.";
    return `${used}, which ${host} does not accept. Check that the key is complete and belongs to this host. ${wrongKind}`;
  }
  if (keyKind !== "apiKey") return `${used}. Check that it may do this, and has access to the organization.`;
  return isPartnerOperation
    ? `${used}, which can access only its own organization. A partner key can access every customer organization.`
    : `${used}. ${isPartnerKey}`;
}

function adviseOnNotFound(detail: string | undefined, { call, request }: FailureContext): string {
  const { host } = new URL(request.baseUrl);
  if (request.operation.method === "delete" && call.attempts > 1) {
    return `An earlier attempt of this call may have succeeded at ${host}.`;
  }
  const canBeRoute = !detail || /\broute\b/i.test(detail) || Object.keys(call.ids).length === 0;
  return canBeRoute
    ? `Check \`baseUrl\`: ${host} may not have this route.`
    : `Check the ids, and that the key has access to them at ${host}.`;
}

/** The length of an excerpt, in characters. */
const EXCERPT = 200;

/** How much of a body is searched for the key, in characters. The excerpt is cut afterwards, so that it cannot end in a key. */
const LARGEST_EXCERPTED = 256 * 1024;

/** Creates the error for a response that the spec does not allow. */
export function unexpectedResponse(
  found: string,
  { response, text }: ReadResponse,
  context: FailureContext,
): UnexpectedResponseError {
  const { call, request, redact } = context;
  const common = responseContext(response, context);
  const contentType = common.headers.get("content-type") ?? undefined;
  const version = readVersion(common.headers);
  const facts = `${response.status}${contentType ? ` ${contentType}` : ""}${version ? `, API version ${version}` : ""}`;
  const advice =
    response.ok && text === undefined
      ? "If the response is genuine, increase `maxResponseBytes`."
      : "Check `baseUrl`, `version` and any proxy.";
  const target = found === "a redirect" ? redirectTarget(common.headers, request) : "";
  const excerpt =
    request.operation.secret || request.secrets.length > 0
      ? "[withheld: it can contain a key]"
      : redact((text ?? "").slice(0, LARGEST_EXCERPTED)).slice(0, EXCERPT);
  const message = `${nameOf(call)} returned ${found}${target} (${facts}). ${advice}${adviseOnOutcome(call, true)}`;
  return new UnexpectedResponseError(message, { ...common, contentType, excerpt });
}

/** Returns the host that a redirect leads to, but not the rest of the URL, which can contain credentials. */
function redirectTarget(headers: Headers, { baseUrl }: PreparedRequest): string {
  const location = headers.get("location");
  if (location === null || !URL.canParse(location, baseUrl)) return "";
  const { host } = new URL(location, baseUrl);
  return host && ` to ${host}`;
}

function responseContext(response: Response, { call, request, redact }: FailureContext) {
  const headers = new Headers();
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie" && redact(name) === name) headers.append(name, redact(value));
  }
  const { host } = new URL(request.baseUrl);
  return { ...call, status: response.status, host, headers, requestId: requestId(headers) };
}

/** Turns what fetch threw into an error whose message contains the host and the code of the root cause. */
export function connectionError(thrown: unknown, context: FailureContext): ConnectionError {
  const { call, request, redact, canBeRunning } = context;
  const { host } = new URL(request.baseUrl);
  const cause = sanitizeError(thrown, redact);
  const { message, code } = rootCause(cause);
  const reason = asSentence([code, message].filter(Boolean).join(", ") || "fetch gave no reason");
  const outcome = adviseOnOutcome(call, canBeRunning || !NOT_CONNECTED.test(reason));
  return new ConnectionError(
    `${nameOf(call)} got no response from ${host}: ${reason} ${adviseOnConnection(reason)}${outcome}`,
    { ...call, code, host },
    { cause },
  );
}

function adviseOnConnection(reason: string): string {
  if (/SELF_SIGNED|UNABLE_TO_|UnknownIssuer/.test(reason))
    return "To trust a private certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file.";
  if (/UND_ERR_(?:HEADERS|BODY)_TIMEOUT/.test(reason))
    return "Node's `fetch` waits for 300 s by default, whatever `timeout` is. To wait longer, pass undici's `fetch` with a `dispatcher`.";
  const advice = "Check `baseUrl`, the network and any proxy.";
  return /ENOTFOUND|EAI_AGAIN/.test(reason)
    ? `${advice} Node uses \`HTTPS_PROXY\` only with \`NODE_USE_ENV_PROXY=1\`, and Node 20 never does.`
    : advice;
}

/** The reasons for which there was no connection, so that nothing was sent. */
const NOT_CONNECTED = /REFUSED|ENOTFOUND|EAI_AGAIN|UNREACH|CONNECT_TIMEOUT|CERT|UNABLE_TO_|UnknownIssuer/i;

/** Returns what to add to the advice for a POST that may have been performed. */
function adviseOnOutcome({ idempotencyKey }: CallContext, canHaveEffect: boolean): string {
  return idempotencyKey && canHaveEffect ? ` ${UNKNOWN_OUTCOME}` : "";
}

/** What a time limit ended. */
interface Expired {
  readonly limit: TimeoutError["limit"];
  /** Whether the call was waiting for its turn. */
  readonly isQueued: boolean;
  /** Whether the request was sent. */
  readonly isSent: boolean;
  /** Whether an earlier request with the idempotency key of the call can be running. */
  readonly canBeRunning: boolean;
  /** The kind of the key, if its function was running. */
  readonly pendingKey: KeyKind | undefined;
  /** The error of the previous attempt, if any. */
  readonly cause: unknown;
}

/** Creates the error for `timeout` or `totalTimeout`. */
export function timeoutError(
  { limit, isQueued, isSent, canBeRunning, pendingKey, cause }: Expired,
  call: CallContext,
  { baseUrl, limits }: PreparedRequest,
): TimeoutError {
  const { host } = new URL(baseUrl);
  const subject = `${nameOf(call)} at ${host} timed out after ${limits[limit]} ms (\`${limit}\`)`;
  const reason = isQueued
    ? ` while the call waited for other calls of this client: for \`maxConcurrency\`, or for a rate limit of the API. Increase \`${limit}\`.`
    : pendingKey
      ? `: the \`${pendingKey}\` function returned no key. Check this function, or increase \`${limit}\`.`
      : !isSent
        ? " before the request was sent. With fake timers, let promises run between the timers, as `runAllTimersAsync()` does."
        : `, in attempt ${call.attempts}. Increase \`${limit}\`, or check the network.`;
  const options = cause === undefined ? undefined : { cause };
  const message = subject + reason + adviseOnOutcome(call, isSent || canBeRunning);
  return new TimeoutError(message, { ...call, code: undefined, host, limit }, options);
}

function nameOf({ operation }: CallContext): string {
  return `${operation.method} ${operation.path}`;
}

/** Ends a text with a period, unless it ends with a mark of its own. */
function asSentence(text: string): string {
  return text.trim().replace(/(?<![.!?…])$|(?<!\.)\.+$/, ".");
}
