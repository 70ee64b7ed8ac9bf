import type { Credentials } from "../config.ts";
import { ConfigurationError } from "../errors.ts";
import { checkKey, KEY_NAMES } from "../keys.ts";
import { sanitizeError } from "../sanitize-error.ts";
import type { PreparedRequest } from "./prepare.ts";
import { redactor, type Redact } from "./redact.ts";

export interface Authorization {
  /** The value of the `Authorization` header. */
  readonly header: string;
  /** Removes the key and the header from a text. */
  readonly redact: Redact;
}

/**
 * Returns the authorization that a request takes. Calls the key function, if the key is one. Throws before anything is
 * sent if the key does not fit.
 *
 * @param redactPrevious Removes the key of the previous attempt, which a key function can quote in an error.
 */
export async function authorize(
  credentials: Credentials,
  request: PreparedRequest,
  redactPrevious?: Redact,
): Promise<Authorization> {
  const scope = chooseScope(credentials, request);
  const key = await readKey(credentials, redactPrevious);
  const pair = `${scope}:${key}`;
  const value = scope === undefined ? key : btoa(pair);
  const header = `${scope === undefined ? "Bearer" : "Basic"} ${value}`;
  return { header, redact: redactor([header, value, pair, key], request.secrets) };
}

/** Returns the organization to which the key is scoped for a request, if it is. */
function chooseScope(
  { kind, organizationId }: Credentials,
  { operation, scope, alternative }: PreparedRequest,
): string | undefined {
  if (kind === "apiKey" && scope !== undefined) {
    throw new ConfigurationError(
      `An API key belongs to one organization, and cannot be scoped to another. Use ${alternative}, or a partner key.`,
    );
  }
  if (kind === "apiKey" || (scope === undefined && operation.security.includes("partnerKey"))) return undefined;
  const chosen = scope ?? organizationId;
  if (chosen !== undefined) return chosen;
  throw new ConfigurationError(
    `${operation.id} works on the caller's own organization, but ${KEY_NAMES[kind]} does not belong to one. ` +
      `Set \`organizationId\` on the client${alternative ? `, or use ${alternative}` : ""}.`,
  );
}

async function readKey({ kind, key }: Credentials, redactPrevious: Redact | undefined): Promise<string> {
  if (typeof key === "string") return key; // checked when the client was created
  let returned: unknown;
  try {
    returned = await key();
  } catch (thrown) {
    const cause = sanitizeError(thrown, redactPrevious);
    throw new ConfigurationError(`The \`${kind}\` function failed; see \`cause\`.`, { cause });
  }
  return checkKey(kind, returned);
}
