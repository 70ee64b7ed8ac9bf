import type { Sandbox } from "../../src/testing/index.ts";

/** The version that the spec is about. */
export const VERSION = "2025-09-18";

/** What a request has besides method and path. */
export interface Asked {
  /** The key. Default: the sandbox's partner key; `null` for none. */
  readonly key?: string | null;
  /** The organization that Basic narrows the key to. */
  readonly scope?: string;
  /** Default: that of the spec; `null` for none. */
  readonly version?: string | null;
  readonly idempotencyKey?: string;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** An answer, read. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON. */
  readonly body: Record<string, unknown>;
}

/** Asks a sandbox as any HTTP client would, not through the SDK. `/users` is short for the partner's list. */
export async function ask(
  sandbox: Pick<Sandbox, "fetch" | "organizationId" | "partnerKey">,
  request: string,
  { key = sandbox.partnerKey, scope, version = VERSION, idempotencyKey, body, signal }: Asked = {},
): Promise<Told> {
  const [method = "", path = ""] = request.split(" ");
  const headers = new Headers();
  if (key !== null) headers.set("authorization", scope === undefined ? `Bearer ${key}` : basic(scope, key));
  if (version !== null) headers.set("x-polytomic-version", version);
  if (idempotencyKey !== undefined) headers.set("idempotency-key", idempotencyKey);
  const target = path.startsWith("/api") ? path : `/api/organizations/${sandbox.organizationId}${path}`;
  const response = await sandbox.fetch(`https://app.polytomic.com${target}`, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function basic(scope: string, key: string): string {
  return `Basic ${btoa(`${scope}:${key}`)}`;
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}
