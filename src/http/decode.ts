import { apiErrorClass, UnexpectedResponseError, type ApiError, type CallContext } from "../errors.ts";
import type { Operation } from "../operations.ts";
import { isObject } from "../is-object.ts";
import type { Reply } from "./attempt.ts";
import { readRetryAfter } from "./retry.ts";
import { KEY_NAMES, type Authorization, type KeyKind } from "./credentials.ts";

/** What decoding has to know besides the answer. */
export interface DecodeContext {
  readonly call: CallContext;
  readonly operation: Operation;
  readonly keyKind: KeyKind;
  /** Takes the key out of texts that are quoted from an answer. */
  readonly conceal: Authorization["conceal"];
}

/** An answer → its body, which has the `data` that the spec promises; or the error that the answer stands for. */
export function decode(reply: Reply, context: DecodeContext): unknown {
  const { status, ok } = reply.response;
  if (ok) return readSuccess(reply, context);
  if (status >= 400 && status <= 599) throw apiError(reply, context);
  throw unexpected("a redirect", reply, context);
}

function readSuccess(reply: Reply, context: DecodeContext): unknown {
  if (!reply.body) throw unexpected("an empty body", reply, context);
  let body: unknown;
  try {
    body = JSON.parse(reply.body as string);
  } catch {
    // The cause is not passed on: it quotes the body.
    throw unexpected("a body that is not JSON", reply, context);
  }
  const data = isObject(body) ? body["data"] : undefined;
  const promised = context.operation.data === "list" ? Array.isArray(data) || data === null : isObject(data);
  if (!promised) throw unexpected("a body without the promised `data`", reply, context);
  return body;
}

function apiError({ response, body }: Reply, context: DecodeContext): ApiError {
  const { status } = response;
  const { conceal } = context;
  const { key, message, metadata } = isObject(body) ? body : {};
  const said = typeof message === "string" && message ? `: ${conceal(message).replace(/\.?$/, ".")}` : ".";
  const advice = advise(status, context);
  return new (apiErrorClass(status))(`${describe(context)} answered ${status}${said}${advice && ` ${advice}`}`, {
    ...answerContext(response, context),
    key: typeof key === "string" ? conceal(key) : undefined,
    metadata: isObject(metadata) ? (concealValue(metadata, conceal) as Record<string, unknown>) : undefined,
    body: concealValue(body, conceal),
    retryAfter: readRetryAfter(response.headers.get("retry-after")),
  });
}

/** What to do next, where the status alone does not say it. */
function advise(status: number, { operation, keyKind, call }: DecodeContext): string {
  const used = `The call was made with ${KEY_NAMES[keyKind]}`;
  if (status === 401) return `${used} that the API does not know: is it complete, and for this host?`;
  if (status === 403) {
    if (operation.security.includes(keyKind)) return `${used}: is it one of this organization?`;
    const wanted = operation.security.map((scheme) => KEY_NAMES[scheme as keyof typeof KEY_NAMES]);
    return `${used}; ${operation.id} wants ${wanted.join(", or ")}.`;
  }
  if (status === 404 && operation.method === "delete" && call.attempts > 1) {
    return "An earlier attempt of this call may have deleted the user.";
  }
  if (status === 404) return "Check the ids, and whether the key may see them.";
  if (status === 409 && call.idempotencyKey) return "Pass this `idempotencyKey` to another call, later.";
  if (status === 422) return "Correct what was sent; `metadata` can say which field.";
  if (status === 429) return "`retryAfter` says how long to wait, where the answer did.";
  if (status === 500 && call.idempotencyKey) return "The same idempotency key gets the same answer again.";
  return "";
}

function unexpected(what: string, reply: Reply, context: DecodeContext): UnexpectedResponseError {
  const { response, body } = reply;
  const answer = answerContext(response, context);
  const contentType = answer.headers.get("content-type") ?? undefined;
  const version = answer.headers.get("x-polytomic-version");
  const answered = `${response.status}${contentType ? ` ${contentType}` : ""}${version ? `, API version ${version}` : ""}`;
  const message = `${describe(context)} got ${what} (${answered}). Check \`baseUrl\`, \`version\` and any proxy.`;
  const excerpt = context.operation.secret
    ? "[withheld: it can hold a key]"
    : (typeof body === "string"
        ? context.conceal(body)
        : (JSON.stringify(concealValue(body, context.conceal)) ?? "")
      ).slice(0, 200);
  return new UnexpectedResponseError(message, { ...answer, contentType, excerpt });
}

function describe({ operation }: DecodeContext): string {
  return `${operation.method.toUpperCase()} ${operation.path}`;
}

function answerContext(response: Response, { call, conceal }: DecodeContext) {
  const headers = new Headers();
  for (const [name, value] of response.headers)
    if (name !== "set-cookie") headers.append(conceal(name), conceal(value));
  return { ...call, status: response.status, headers, requestId: requestId(headers) };
}

/** *Assumption*: the vendor documents no header that names a request; this is the usual one. */
export function requestId(headers: Headers): string | undefined {
  return headers.get("x-request-id") ?? undefined;
}

/** A parsed body with the key taken out of its names and strings. What is nested deeper than any sensible body is left out. */
function concealValue(value: unknown, conceal: Authorization["conceal"], depth = 0): unknown {
  if (typeof value === "string") return conceal(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 20) return undefined;
  if (Array.isArray(value)) return value.map((item) => concealValue(item, conceal, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [conceal(name), concealValue(item, conceal, depth + 1)]),
  );
}
