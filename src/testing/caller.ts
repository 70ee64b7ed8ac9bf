import { OPERATIONS } from "../../generated/contract.ts";
import type { Call } from "./call.ts";
import { HttpError } from "./http-error.ts";
import type { OrganizationRecord, State } from "./state.ts";

/** The credentials that a request was made with. */
export interface Caller {
  readonly key: string;
  /** The security scheme of the spec; `undefined` for an API key that is sent as Basic. */
  readonly scheme: "apiKey" | "partnerKey" | "scopedKey" | undefined;
  /** The organization that the key belongs to, or that Basic scopes it to. A partner key has none. */
  readonly organizationId: string | undefined;
}

/** Reads `Authorization`. Throws a 401 if it has no key or an unknown one. */
export function identifyCaller({ keys }: State, { headers }: Call): Caller {
  const [, scheme = "", value = ""] = /^(\S+) +(\S+) *$/.exec(headers.get("authorization") ?? "") ?? [];
  const isBasic = /^basic$/i.test(scheme);
  if (!isBasic && !/^bearer$/i.test(scheme)) {
    throw new HttpError(401, "The key is missing. Send `Authorization: Bearer <key>`.");
  }
  const [, scope = "", key = ""] = isBasic ? (/^([^:]*):(.*)$/.exec(decodeBase64(value)) ?? []) : ["", "", value];
  const record = keys.get(key);
  if (!record) throw new HttpError(401, "The key is not known.");
  const { organizationId } = record;
  const isApiKey = organizationId !== undefined;
  if (isBasic) return { key, scheme: isApiKey ? undefined : "scopedKey", organizationId: scope.toLowerCase() };
  return { key, scheme: isApiKey ? "apiKey" : "partnerKey", organizationId };
}

function decodeBase64(value: string): string {
  try {
    return atob(value);
  } catch {
    return "";
  }
}

/**
 * Finds the organization of a call. Throws a 403 if the caller may not see it, or a 404 if it does not exist.
 *
 * *Assumption* (`api-key-on-partner`, `api-key-other-organization`, `api-key-as-basic`, `partner-key-without-scope`,
 * `scoped-key-elsewhere`): an API key or a scoped key works in both families, but only for its own organization. An API key
 * cannot be sent as Basic, and the current organization of a partner key is unknown without Basic. These requests get a 403.
 */
export function findOrganization({ organizations }: State, caller: Caller, call: Call): OrganizationRecord {
  checkScheme(caller, OPERATIONS[call.operation].security);
  const id = call.pathParameters["org_id"]?.toLowerCase() ?? caller.organizationId;
  if (id === undefined) throw new HttpError(403, REFUSALS.partnerKey);
  if (caller.organizationId !== undefined && caller.organizationId !== id) {
    throw new HttpError(
      403,
      caller.scheme === "apiKey"
        ? "An API key can only be used for its own organization."
        : "A scoped key can only be used for the organization in its scope.",
    );
  }
  const organization = organizations.get(id);
  if (!organization) throw new HttpError(404, "Organization not found.");
  return organization;
}

/** Throws a 403 if the operation does not accept the security scheme. */
function checkScheme({ scheme }: Caller, accepted: readonly string[]): void {
  if (scheme === undefined) {
    throw new HttpError(
      403,
      "Only partner and deployment keys can be sent as Basic. Send an API key as `Bearer <key>`.",
    );
  }
  if (!accepted.includes(scheme)) throw new HttpError(403, REFUSALS[scheme]);
}

const REFUSALS = {
  apiKey: "This operation does not accept API keys.",
  partnerKey: "A partner key does not belong to an organization. Send `Basic base64(<organization id>:<key>)`.",
  scopedKey: "This operation does not accept keys that are scoped to an organization. Send `Bearer <key>`.",
};
