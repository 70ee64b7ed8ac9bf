import type { Sandbox } from "../../src/testing/index.ts";

/** The API version of the spec. */
export const VERSION = "2025-09-18";

/** The parts of a request other than method and path. */
export interface RequestParts {
  /** The key. Default: the sandbox's partner key; `null` for none. */
  readonly key?: string | null;
  /** The organization that Basic scopes the key to. */
  readonly scope?: string;
  /** Default: the version of the spec; `null` for none. */
  readonly version?: string | null;
  readonly idempotencyKey?: string;
  /** A string is sent as is, anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface ParsedResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON, or `{ text }` if the body is not JSON. */
  readonly body: Record<string, unknown>;
}

/**
 * Sends a request to a sandbox without the SDK. A path that does not start with `/api`, such as `/users`, is below the
 * sandbox's organization.
 */
export async function send(
  sandbox: Pick<Sandbox, "fetch" | "organizationId" | "partnerKey">,
  request: string,
  { key = sandbox.partnerKey, scope, version = VERSION, idempotencyKey, body, signal }: RequestParts = {},
): Promise<ParsedResponse> {
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
