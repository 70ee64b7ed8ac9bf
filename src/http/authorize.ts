import { copyCause } from "../cause.ts";
import { checkKey, type Credentials, type KeyKind } from "../config.ts";
import { ConfigurationError, UnauthorizedError } from "../errors.ts";
import { partnerAlternative, type Operation } from "../operations.ts";
import { redactor, type Redact } from "./redact.ts";

export interface Authorization {
  /** The value of the `Authorization` header. */
  readonly header: string;
  readonly redact: Redact;
}

/** Authorizes the attempts of one call. */
export interface Authorizer {
  /** Returns the authorization of the next attempt. Calls the key function, if the key is one. */
  readonly next: () => Promise<Authorization>;
  /** Makes the remaining attempts use the authorization of the last one. After this, a 401 ends the call. */
  readonly keep: () => void;
  /** Whether the error is a 401 after which the key function is called once more. This happens once per call. */
  readonly canRenew: (error: unknown) => boolean;
}

/** Creates the authorizer of one call. It never sends a header again that was rejected with a 401. */
export function authorizer(credentials: Credentials, operation: Operation): Authorizer {
  let sent: Authorization | undefined;
  let kept: Authorization | undefined;
  let rejected: { readonly header: string | undefined; readonly error: unknown } | undefined;
  return {
    async next() {
      if (kept) return kept;
      const next = await authorize(credentials, operation, sent?.redact);
      if (rejected?.header === next.header) throw rejected.error;
      sent = next;
      return next;
    },
    keep() {
      kept = sent;
    },
    canRenew(error) {
      if (kept || rejected || typeof credentials.key === "string" || !(error instanceof UnauthorizedError))
        return false;
      rejected = { header: sent?.header, error };
      return true;
    },
  };
}

/** The name of each kind of key in messages. */
export const KEY_NAMES: Record<KeyKind, string> = {
  apiKey: "an API key",
  partnerKey: "a partner key",
  deploymentKey: "a deployment key",
};

/** Returns the authorization that an operation takes. Throws before anything is sent if the key does not fit. */
async function authorize(
  credentials: Credentials,
  operation: Operation,
  redact: Redact | undefined,
): Promise<Authorization> {
  const { kind, organizationId } = credentials;
  const isScoped = kind !== "apiKey" && !operation.security.includes("partnerKey");
  if (isScoped && organizationId === undefined) {
    const alternative = partnerAlternative(operation);
    throw new ConfigurationError(
      `${operation.id} works on the caller's own organization, but ${KEY_NAMES[kind]} does not belong to one. ` +
        `Set \`organizationId\` on the client${alternative ? `, or use ${alternative}` : ""}.`,
    );
  }
  const key = await readKey(credentials, redact);
  if (!isScoped) return authorization(`Bearer ${key}`, [key]);
  const pair = `${organizationId}:${key}`;
  const encoded = btoa(pair);
  const unpadded = encoded.replace(/=+$/, "");
  const base64url = unpadded.replaceAll("+", "-").replaceAll("/", "_");
  return authorization(`Basic ${encoded}`, [pair, encoded, unpadded, base64url, key]);
}

function authorization(header: string, secrets: readonly string[]): Authorization {
  return { header, redact: redactor([header, ...secrets]) };
}

/** @param redact Removes the previous key: the function can quote it in an error. */
async function readKey({ kind, key }: Credentials, redact: Redact | undefined): Promise<string> {
  if (typeof key === "string") return key; // checked when the client was created
  let returned: unknown;
  try {
    returned = await key();
  } catch (thrown) {
    const cause = copyCause(thrown, redact);
    throw new ConfigurationError(`The \`${kind}\` function failed; see \`cause\`.`, { cause });
  }
  return checkKey(kind, returned);
}
