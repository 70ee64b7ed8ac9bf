/** Sends requests with plain fetch, because the SDK would hide what the API really returns. */
import { API_VERSION, OPERATIONS } from "../../generated/contract.ts";
import type { components } from "../../generated/schema.ts";
import { findDeviations, parse, type ReceivedResponse } from "./deviations.ts";

/** The API to verify, and the keys for it. */
export interface Target {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** A partner or deployment key. */
  readonly partnerKey?: string | undefined;
  /** The organization for partner calls and scoped keys. */
  readonly organizationId?: string | undefined;
  /** The organization of the API key. */
  readonly ownOrganizationId?: string | undefined;
}

export type OperationId = keyof typeof OPERATIONS;

export interface Call {
  readonly operation: OperationId;
  /** The value of `Authorization`. Default: the first kind of key in the spec that the target has. */
  readonly as?: string | undefined;
  /** Default of `org_id`: the organization of the target. */
  readonly path?: { readonly org_id?: string; readonly id?: string };
  readonly query?: string;
  /** Default: the method of the operation. */
  readonly method?: string;
  /** `null` sends no version. Default: the version of the spec. */
  readonly version?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly idempotencyKey?: string;
}

/** A response, or the reason why there is no complete one. */
export interface Reply extends ReceivedResponse {
  /** The status and other facts that can be printed. */
  readonly summary: string;
  /** In lower case. */
  readonly headerNames: readonly string[];
  /** How the response differs from the spec. No values. */
  readonly deviations: readonly string[];
}

export const LIMITS = { timeout: 10_000, maxBytes: 2 ** 24 };

/** Sends a request, and compares the response with the spec. It never rejects. */
export async function request(target: Target, call: Call, signal?: AbortSignal, limits = LIMITS): Promise<Reply> {
  const { operation, version = API_VERSION, body } = call;
  const { partnerKey, organizationId, ownOrganizationId } = target;
  const method = call.method ?? OPERATIONS[operation].method.toUpperCase();
  const ids = { org_id: partnerKey === undefined ? ownOrganizationId : organizationId, ...call.path };
  const path = fillIn(OPERATIONS[operation].path, ids);
  const credential = call.as ?? authorization(target, operation);
  if (path === undefined) return noReply(operation, "needs a user in the list, or POLYTOMIC_ORGANIZATION_ID");
  if (credential === undefined) return noReply(operation, "needs another kind of key");
  try {
    const timeout = AbortSignal.timeout(limits.timeout);
    const response = await fetch(target.baseUrl + path + (call.query ?? ""), {
      method,
      headers: {
        accept: "application/json",
        authorization: credential,
        ...(version !== null && { "x-polytomic-version": version }),
        ...(call.idempotencyKey !== undefined && { "idempotency-key": call.idempotencyKey }),
        ...(body !== undefined && { "content-type": call.contentType ?? "application/json" }),
      },
      redirect: "manual",
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await readText(response.body, limits.maxBytes);
    const { status, headers } = response;
    const received = {
      operation,
      status,
      version: headers.get("x-polytomic-version") ?? undefined,
      mediaType: headers.get("content-type")?.split(";")[0]!.trim().toLowerCase() ?? "",
      headerNames: [...headers.keys()],
      text,
    };
    // The API adds a version and sends JSON. A server error without both comes from somewhere in between.
    if (status >= 500 && received.version === undefined && received.mediaType !== "application/json") {
      return { ...received, summary: `${status}, probably from a proxy`, deviations: [] };
    }
    const deviations = findDeviations({ method, path, version }, received, [
      credential,
      target.apiKey ?? "",
      partnerKey ?? "",
    ]);
    return { ...received, summary: String(status), deviations };
  } catch (error) {
    return noReply(operation, summarize(error, limits));
  }
}

function noReply(operation: OperationId, summary: string): Reply {
  return {
    operation,
    summary,
    status: 0,
    version: undefined,
    mediaType: "",
    headerNames: [],
    text: "",
    deviations: [],
  };
}

/** The path of a template, or `undefined` if an id is missing. */
function fillIn(template: string, ids: Readonly<Record<string, string | undefined>>): string | undefined {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  if (names.some((name) => ids[name] === undefined)) return undefined;
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name]!));
}

/** The credential for an operation: the first kind of key that the spec lists and the target has. */
function authorization({ apiKey, partnerKey, organizationId }: Target, operation: OperationId): string | undefined {
  const credentials = {
    apiKey: apiKey && bearer(apiKey),
    partnerKey: partnerKey && bearer(partnerKey),
    scopedKey: partnerKey && organizationId && basic(organizationId, partnerKey),
  };
  return OPERATIONS[operation].security.map((kind) => credentials[kind]).find(Boolean);
}

export function bearer(key: string): string {
  return `Bearer ${key}`;
}

/** A key that is scoped to one organization. */
export function basic(organizationId: string, key: string): string {
  return `Basic ${btoa(`${organizationId}:${key}`)}`;
}

/** Leaving the loop early cancels the body. */
async function readText(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new TooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

class TooLargeError extends Error {}

/** The message of a network error can contain the host, so only its code is shown. */
function summarize(error: unknown, { timeout, maxBytes }: typeof LIMITS): string {
  if (error instanceof TooLargeError) return `a body of more than ${maxBytes} bytes`;
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  if (name === "TimeoutError") return `no complete response within ${timeout} ms`;
  const code = String(cause?.code);
  return /^[A-Z][A-Z_]{2,40}$/.test(code) ? `no complete response (${code})` : "no complete response";
}

/** The fields of a schema as the API returned them: each can be missing or have another type. */
export type Received<Schema extends keyof components["schemas"]> = {
  readonly [Field in keyof components["schemas"][Schema]]?: unknown;
};

export type ReceivedUser = Received<"CurrentOrganizationUser">;

/** The value if it is an object, and an empty object otherwise. */
export function fieldsOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** What is in the envelope of a success, or `undefined`. */
export function dataOf({ status, text }: Reply): unknown {
  return status === 200 ? (fieldsOf(parse(text)) as Received<"UserEnvelope">).data : undefined;
}

export function userIn(reply: Reply): ReceivedUser {
  return fieldsOf(dataOf(reply));
}

export function usersIn(reply: Reply): ReceivedUser[] {
  const data = dataOf(reply);
  return Array.isArray(data) ? data.map((user) => fieldsOf(user)) : [];
}
