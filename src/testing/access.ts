import { Problem } from "./problem.ts";
import type { KeyRecord, OrganizationRecord, State } from "./state.ts";

/** Who is calling: a key, and the organization that Basic narrows it to. */
export interface Caller extends KeyRecord {
  readonly scope?: string;
}

/** `Authorization` → who is calling; 401 when that is nobody. */
export function identify(state: State, authorization: string | undefined): Caller {
  const [scheme = "", value = ""] = (authorization ?? "").split(/ +/, 2);
  if (/^bearer$/i.test(scheme)) return known(state, value);
  if (!/^basic$/i.test(scheme)) throw new Problem(401, "There is no key: send `Authorization: Bearer <key>`.");
  const [, scope = "", key = ""] = /^([^:]*):(.*)$/.exec(decodeBase64(value)) ?? [];
  return { ...known(state, key), scope };
}

function known(state: State, key: string): KeyRecord {
  const record = state.keys.get(key);
  if (!record) throw new Problem(401, "The key is not known.");
  return record;
}

function decodeBase64(value: string): string {
  try {
    return atob(value);
  } catch {
    return "";
  }
}

/** The organization whose users `/api/organization/users` is about. */
export function currentOrganization(state: State, caller: Caller): OrganizationRecord {
  if (caller.kind === "apiKey") {
    if (caller.scope !== undefined) throw new Problem(403, "Basic is for partner and deployment keys.");
    return organization(state, caller.organizationId);
  }
  if (caller.scope === undefined) {
    throw new Problem(
      403,
      "A partner key has no organization of its own: send `Basic base64(<organization id>:<key>)`.",
    );
  }
  return organization(state, caller.scope);
}

/** The organization in the path of the partner family, when the caller may see it. */
export function partnerOrganization(state: State, caller: Caller, id: string): OrganizationRecord {
  if (caller.scope !== undefined)
    throw new Problem(403, "A key that is scoped to an organization has no partner calls.");
  if (caller.kind === "apiKey" && caller.organizationId !== id.toLowerCase()) {
    throw new Problem(403, "An API key reaches its own organization only.");
  }
  return organization(state, id);
}

function organization(state: State, id: string | undefined): OrganizationRecord {
  const found = state.organizations.get((id ?? "").toLowerCase());
  if (!found) throw new Problem(404, "There is no organization with this id.");
  return found;
}
