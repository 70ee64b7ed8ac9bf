import { ConfigurationError, UnauthorizedError } from "../errors.ts";
import type { Operation } from "../operations.ts";

/** A key, or a function that gives one and is asked on every attempt. */
export type Key = string | (() => string | Promise<string>);

export type KeyKind = "apiKey" | "partnerKey" | "deploymentKey";

export interface Credentials {
  readonly kind: KeyKind;
  readonly key: Key;
  /** Narrows a partner or deployment key to one organization where an operation asks for that. */
  readonly organizationId: string | undefined;
}

export interface Authorization {
  /** The value of the `Authorization` header. */
  readonly header: string;
  /** Takes the key, in either form in which it was sent, out of a text. */
  readonly conceal: (text: string) => string;
}

/** How a message calls each kind of key, and each security scheme of the spec. */
export const KEY_NAMES: Record<KeyKind | "scopedKey", string> = {
  apiKey: "an API key",
  partnerKey: "a partner key",
  deploymentKey: "a deployment key",
  scopedKey: "a partner or deployment key with `organizationId`",
};

/** The authorizations of one call. */
export interface Authorizations {
  /** The one for the next attempt. A key given as a function is asked for here. */
  readonly next: () => Promise<Authorization>;
  /** Whether the error is a 401 after which the key is worth asking for again. That is so once in a call. */
  readonly renewable: (error: unknown) => boolean;
}

/** Credentials → the authorizations of one call. A header that a 401 refused is not sent again. */
export function authorizations(credentials: Credentials, operation: Operation): Authorizations {
  let sent: string | undefined;
  let refusal: { readonly header: string | undefined; readonly error: unknown } | undefined;
  return {
    async next() {
      const authorization = await authorize(credentials, operation);
      if (refusal?.header === authorization.header) throw refusal.error;
      sent = authorization.header;
      return authorization;
    },
    renewable(error) {
      if (refusal || typeof credentials.key === "string" || !(error instanceof UnauthorizedError)) return false;
      refusal = { header: sent, error };
      return true;
    },
  };
}

/** Credentials → the `Authorization` that an operation takes. Nothing is sent where they do not fit. */
async function authorize(credentials: Credentials, operation: Operation): Promise<Authorization> {
  const { kind, organizationId } = credentials;
  const scoped = kind !== "apiKey" && !operation.security.some((scheme) => scheme === "partnerKey");
  if (scoped && organizationId === undefined) {
    throw new ConfigurationError(
      `${operation.id} is about the caller's own organization; ${KEY_NAMES[kind]} has none. ` +
        "Give the client an `organizationId`, or use `organization(id).users`.",
    );
  }
  const key = await readKey(credentials);
  const pair = `${organizationId}:${key}`;
  const sent = scoped ? btoa(pair) : key;
  const header = `${scoped ? "Basic" : "Bearer"} ${sent}`;
  return { header, conceal: concealer([header, pair, sent, key]) };
}

/** Takes secrets out of texts, plain and as JSON writes them. A few characters alone are no secret, but garble texts. */
function concealer(secrets: string[]): Authorization["conceal"] {
  return (text) =>
    secrets
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
      .filter((form) => form.length >= 8)
      .reduce((shown, form) => shown.replaceAll(form, "[key]"), text);
}

async function readKey({ kind, key }: Credentials): Promise<string> {
  if (typeof key === "string") return key; // it was checked when the client was made
  let given: unknown;
  try {
    given = await key();
  } catch (cause) {
    throw new ConfigurationError(`\`${kind}\` failed to give a key; see \`cause\`.`, { cause });
  }
  return checkKey(kind, given);
}

/** A trimmed key that can be a header value. The refusal never shows it. */
export function checkKey(kind: KeyKind, key: unknown): string {
  const trimmed = typeof key === "string" ? key.trim() : undefined;
  if (trimmed && /^[\x20-\x7e]+$/.test(trimmed)) return trimmed;
  const problem =
    trimmed === undefined
      ? `must be a string, or a function that gives one; got ${key === null ? "null" : typeof key}`
      : trimmed && "has a character that no header can carry, such as a line break";
  throw new ConfigurationError(`\`${kind}\` ${problem || "is empty"}.`);
}
