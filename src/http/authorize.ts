import type { Credentials } from "../config.ts";
import { ConfigurationError } from "../errors.ts";
import { checkKey, KEY_NAMES } from "../keys.ts";
import { partnerAlternative, type Operation } from "../operations.ts";
import { sanitizeError } from "../sanitize-error.ts";
import { redactor, type Redact } from "./redact.ts";

export interface Authorization {
  /** The value of the `Authorization` header. */
  readonly header: string;
  /** Removes the key and the header from a text. */
  readonly redact: Redact;
}

/**
 * Returns the authorization that an operation takes. Calls the key function, if the key is one. Throws before anything is
 * sent if the key does not fit.
 *
 * @param redactPrevious Removes the key of the previous attempt, which a key function can quote in an error.
 */
export async function authorize(
  credentials: Credentials,
  operation: Operation,
  redactPrevious?: Redact,
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
  const key = await readKey(credentials, redactPrevious);
  const pair = `${organizationId}:${key}`;
  const value = isScoped ? btoa(pair) : key;
  const header = `${isScoped ? "Basic" : "Bearer"} ${value}`;
  return { header, redact: redactor([header, value, pair, key]) };
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
