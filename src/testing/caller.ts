import type { Call } from "./call.ts";
import { Problem } from "./problem.ts";
import type { KeyRecord, OrganizationRecord, State } from "./state.ts";

/** The key that a request was made with, and the organization that Basic scopes it to. */
export interface Caller extends KeyRecord {
  readonly key: string;
  readonly scope: string | undefined;
}

/** Reads `Authorization`. Throws a 401 if it has no key or an unknown one. */
export function identifyCaller(state: State, { authorization }: Call): Caller {
  const [, scheme = "", value = ""] = /^(\S+) +(\S+) *$/.exec(authorization ?? "") ?? [];
  if (/^bearer$/i.test(scheme)) return lookUpKey(state, value, undefined);
  if (!/^basic$/i.test(scheme)) throw new Problem(401, "The key is missing. Send `Authorization: Bearer <key>`.");
  const [, scope = "", key = ""] = /^([^:]*):(.*)$/.exec(decodeBase64(value)) ?? [];
  return lookUpKey(state, key, scope.toLowerCase());
}

function lookUpKey(state: State, key: string, scope: string | undefined): Caller {
  const record = state.keys.get(key);
  if (!record) throw new Problem(401, "The key is not known.");
  return { ...record, key, scope };
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
export function findOrganization(
  state: State,
  caller: Caller,
  { pathParameters: { org_id } }: Call,
): OrganizationRecord {
  const id = org_id === undefined ? currentId(caller) : partnerId(caller, org_id.toLowerCase());
  const organization = state.organizations.get(id);
  if (!organization) throw new Problem(404, "Organization not found.");
  return organization;
}

/** The organization of `/api/organization/…`. */
function currentId({ kind, scope, organizationId }: Caller): string {
  if (kind === "apiKey" && scope !== undefined) {
    throw new Problem(403, "Only partner and deployment keys can be sent as Basic. Send an API key as `Bearer <key>`.");
  }
  if (kind !== "apiKey" && scope === undefined) {
    throw new Problem(
      403,
      "A partner key does not belong to an organization. Send `Basic base64(<organization id>:<key>)`.",
    );
  }
  return scope ?? organizationId ?? "";
}

/** The organization of `/api/organizations/{org_id}/…`. */
function partnerId(caller: Caller, id: string): string {
  const { kind, scope, organizationId } = caller;
  if (scope !== undefined && currentId(caller) !== id) {
    throw new Problem(403, "A scoped key can only be used for the organization in its scope.");
  }
  if (kind === "apiKey" && organizationId !== id) {
    throw new Problem(403, "An API key can only be used for its own organization.");
  }
  return id;
}
