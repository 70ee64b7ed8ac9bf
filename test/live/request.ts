/** Sends requests with plain fetch, because the SDK would hide what the API really returns. */
import { API_VERSION, OPERATIONS } from "../../generated/contract.ts";
import type { components } from "../../generated/schema.ts";
import { findDeviations, parse } from "./deviations.ts";

/** The API to verify, and the keys for it. */
export interface Target {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** A partner or deployment key. */
  readonly partnerKey?: string | undefined;
  /** The organization for partner calls and scoped keys. */
  readonly organizationId?: string | undefined;
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
export interface Reply {
  readonly operation: OperationId;
  /** 0 if there is no complete response. */
  readonly status: number;
  /** The status and other facts that can be printed. */
  readonly summary: string;
  /** How the response differs from the spec. No values. */
  readonly deviations: readonly string[];
  /** The value of `X-Polytomic-Version`. */
  readonly version: string | null;
  /** In lower case. */
  readonly headerNames: readonly string[];
  readonly text: string;
}

/** Sends a request, and compares the response with the spec. It never rejects. */
export async function request(target: Target, call: Call): Promise<Reply> {
  const { operation, version: requested = API_VERSION, body } = call;
  const nothing = { operation, status: 0, deviations: [], version: null, headerNames: [], text: "" };
  const method = call.method ?? OPERATIONS[operation].method.toUpperCase();
  const path = fillIn(OPERATIONS[operation].path, { org_id: target.organizationId, ...call.path });
  const credential = call.as ?? authorization(target, operation);
  if (path === undefined) {
    const hasId = !OPERATIONS[operation].path.endsWith("{id}") || call.path?.id !== undefined;
    return { ...nothing, summary: hasId ? "needs POLYTOMIC_ORGANIZATION_ID" : "needs an item in the list" };
  }
  if (credential === undefined) return { ...nothing, summary: "needs another kind of key" };
  try {
    const response = await fetch(target.baseUrl + path + (call.query ?? ""), {
      method,
      headers: {
        accept: "application/json",
        authorization: credential,
        ...(requested !== null && { "x-polytomic-version": requested }),
        ...(call.idempotencyKey !== undefined && { "idempotency-key": call.idempotencyKey }),
        ...(body !== undefined && { "content-type": call.contentType ?? "application/json" }),
      },
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status, headers } = response;
    const version = headers.get("x-polytomic-version");
    const mediaType = headers.get("content-type")?.split(";")[0]!.trim().toLowerCase() ?? "";
    const reply = { ...nothing, status, summary: String(status), version, headerNames: [...headers.keys()], text };
    // The API adds a version and sends JSON. A server error without both comes from somewhere in between.
    if (status >= 500 && version === null && mediaType !== "application/json") {
      return { ...reply, summary: `${status}, probably from a proxy` };
    }
    const secrets = [...Object.values(target), credential].join();
    const deviations = findDeviations({ method, path, requested, status, version, mediaType, text, secrets });
    return { ...reply, deviations: deviations.map((deviation) => `${operation}, ${status}: ${deviation}`) };
  } catch (error) {
    // The message can contain the host, so only the code is shown.
    const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
    const code = typeof cause?.code === "string" ? cause.code : "no code";
    return { ...nothing, summary: `no complete response (${name === "TimeoutError" ? "timeout" : code})` };
  }
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

/** An object that the API returned. A field of the schema can be missing or have another type; another name does not compile. */
export type Received<Schema extends keyof components["schemas"]> = {
  readonly [Field in keyof components["schemas"][Schema]]?: unknown;
};

export type ReceivedUser = Received<"CurrentOrganizationUser">;

/** The body of a response, or an empty object if it is not an object. */
export function bodyOf(reply: Reply): object {
  return asObject(parse(reply.text));
}

/** The items in the envelope of a success: those of a list, or a single one. */
export function itemsIn(reply: Reply): object[] {
  const { data } = bodyOf(reply) as { readonly data?: unknown };
  if (reply.status !== 200 || data === undefined || data === null) return [];
  return (Array.isArray(data) ? data : [data]).map(asObject);
}

export function usersIn(reply: Reply): ReceivedUser[] {
  return itemsIn(reply);
}

export function userIn(reply: Reply): ReceivedUser {
  return usersIn(reply)[0] ?? {};
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
