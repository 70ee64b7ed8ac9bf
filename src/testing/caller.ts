import { OPERATIONS } from "../../generated/contract.ts";
import type { Call } from "./call.ts";
import { HttpError } from "./http-error.ts";
import type { KeyRecord, OrganizationRecord, State } from "./state.ts";

/** The credentials that a request was made with. */
export interface Caller {
  readonly key: string;
  readonly owner: KeyRecord;
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
  const owner = keys.get(key);
  if (!owner) throw new HttpError(401, "The key is not known.");
  const { organizationId } = owner;
  const isApiKey = organizationId !== undefined;
  if (isBasic) return { key, owner, scheme: isApiKey ? undefined : "scopedKey", organizationId: scope.toLowerCase() };
  return { key, owner, scheme: isApiKey ? "apiKey" : "partnerKey", organizationId };
}

function decodeBase64(value: string): string {
  try {
    return atob(value);
  } catch {
    return "";
  }
}

/**
 * Finds the organization of a call; `undefined` for a partner key that calls an operation of no organization. Throws a 401
 * or 403 if the caller may not call the operation, or a 404 if the organization does not exist.
 *
 * *Assumption* (`api-key-on-partner`, `api-key-other-organization`, `api-key-as-basic`, `partner-key-without-scope`,
 * `scoped-key-elsewhere`): an API key or a scoped key works in both families, but only for its own organization. An API key
 * cannot be sent as Basic, and the current organization of a partner key is unknown without Basic. These requests get a 403.
 */
export function authorize(state: State, caller: Caller, call: Call): OrganizationRecord | undefined {
  checkScheme(caller, call);
  const id = call.pathParameters["org_id"]?.toLowerCase() ?? caller.organizationId;
  if (id === undefined) return undefined;
  if (caller.organizationId !== undefined && caller.organizationId !== id) {
    throw new HttpError(
      403,
      caller.scheme === "apiKey"
        ? "An API key can only be used for its own organization."
        : "A scoped key can only be used for the organization in its scope.",
    );
  }
  return state.findOrganization(id);
}

/**
 * Throws an error if the operation does not accept the security scheme: a 401 if it only accepts partner keys, as Polytomic
 * has it since 2024-02-08, and otherwise a 403.
 *
 * *Assumption* (`scoped-key-on-organizations`): a scoped key then gets the 401 of an API key.
 */
function checkScheme({ scheme }: Caller, { operation, version }: Call): void {
  const accepted: readonly string[] = OPERATIONS[operation].security;
  if (scheme !== undefined && accepted.includes(scheme)) return;
  const isForPartners = accepted.every((each) => each === "partnerKey");
  throw new HttpError(isForPartners && version >= "2024-02-08" ? 401 : 403, REFUSALS[scheme ?? "apiKeyAsBasic"]);
}

const REFUSALS = {
  apiKeyAsBasic: "Only partner and deployment keys can be sent as Basic. Send an API key as `Bearer <key>`.",
  apiKey: "This operation does not accept API keys.",
  partnerKey: "A partner key does not belong to an organization. Send `Basic base64(<organization id>:<key>)`.",
  scopedKey: "This operation does not accept keys that are scoped to an organization. Send `Bearer <key>`.",
};
