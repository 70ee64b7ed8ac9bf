import type { Call } from "./call.ts";
import { Problem } from "./problem.ts";
import type { KeyRecord, OrganizationRecord, State } from "./state.ts";

/** Who is calling: a key, and the organization that Basic narrows it to. */
export interface Caller extends KeyRecord {
  readonly key: string;
  readonly scope: string | undefined;
}

/** `Authorization` → who is calling; 401 when that is nobody. */
export function identify(state: State, { authorization }: Call): Caller {
  const [, scheme = "", value = ""] = /^(\S+) +(\S+) *$/.exec(authorization ?? "") ?? [];
  if (/^bearer$/i.test(scheme)) return known(state, value, undefined);
  if (!/^basic$/i.test(scheme)) throw new Problem(401, "There is no key: send `Authorization: Bearer <key>`.");
  const [, scope = "", key = ""] = /^([^:]*):(.*)$/.exec(decodeBase64(value)) ?? [];
  return known(state, key, scope.toLowerCase());
}

function known(state: State, key: string, scope: string | undefined): Caller {
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

/** The organization that a call is about, when the caller may see it: 403 or 404 when not. */
export function reach(state: State, caller: Caller, { ids }: Call): OrganizationRecord {
  return ids.org_id === undefined
    ? currentOrganization(state, caller)
    : partnerOrganization(state, caller, ids.org_id.toLowerCase());
}

/** The organization whose users `/api/organization/users` is about. */
function currentOrganization(state: State, { kind, scope, organizationId }: Caller): OrganizationRecord {
  if (kind === "apiKey" && scope !== undefined) {
    throw new Problem(403, "Basic is for partner and deployment keys: send an API key as `Bearer <key>`.");
  }
  if (kind !== "apiKey" && scope === undefined) {
    throw new Problem(
      403,
      "A partner key has no organization of its own: send `Basic base64(<organization id>:<key>)`.",
    );
  }
  return organization(state, scope ?? organizationId ?? "");
}

/** The organization in the path of the partner family. */
function partnerOrganization(state: State, { kind, scope, organizationId }: Caller, id: string): OrganizationRecord {
  if (scope !== undefined) {
    throw new Problem(403, "A key that is scoped to an organization has no partner calls: send it as `Bearer <key>`.");
  }
  if (kind === "apiKey" && organizationId !== id) {
    throw new Problem(403, "An API key reaches its own organization only.");
  }
  return organization(state, id);
}

function organization(state: State, id: string): OrganizationRecord {
  const found = state.organizations.get(id);
  if (!found) throw new Problem(404, "There is no organization with this id.");
  return found;
}
