import type { ApiCall, Polytomic, RequestOptions } from "../src/index.ts";
import { ORGANIZATION, ROLE, USER, type OperationId } from "./facts.ts";

/** Calls the façade's method for an operation, with the ids and the body of the facts. */
export function call(polytomic: Polytomic, id: OperationId, options?: RequestOptions): ApiCall<unknown> {
  const acme = polytomic.organization(ORGANIZATION).users;
  const { users } = polytomic;
  const bodies = { create: { email: "ada.lovelace@acmecorp.com", role_ids: [ROLE] }, update: { role_ids: [ROLE] } };
  const calls: Record<OperationId, () => ApiCall<unknown>> = {
    listCurrentOrgUsers: () => users.list(options),
    createCurrentOrgUser: () => users.create(bodies.create, options),
    getCurrentOrgUser: () => users.get(USER, options),
    updateCurrentOrgUser: () => users.update(USER, bodies.update, options),
    deleteCurrentOrgUser: () => users.delete(USER, options),
    listPartnerUsers: () => acme.list(options),
    createPartnerUser: () => acme.create(bodies.create, options),
    getPartnerUser: () => acme.get(USER, options),
    updatePartnerUser: () => acme.update(USER, { email: "jane.doe@acmecorp.com", ...bodies.update }, options),
    deletePartnerUser: () => acme.delete(USER, options),
    createPartnerUserApiKey: () => acme.createApiKey(USER, { force: true }, options),
  };
  return calls[id]();
}
