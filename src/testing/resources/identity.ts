import type { components } from "../../../generated/schema.ts";
import { exactHandlers, type Handlers, type Input, type OperationsAt } from "./resource.ts";
import { usersOf } from "./user-records.ts";

export const identityHandlers: Handlers<OperationsAt<"/api/me">> = exactHandlers({ getIdentity });

/**
 * *Assumption* (`identities`): a key belongs to exactly one of a user, an organization, a partner and the system, which is
 * the deployment. Only the identity of an API key or of a scoped key has an organization.
 */
function getIdentity({ caller, organization }: Input<"getIdentity">): components["schemas"]["Identity"] {
  const { kind, userId } = caller.owner;
  const user = organization && userId !== undefined ? usersOf(organization).byId.get(userId) : undefined;
  return {
    ...(user && { email: user.email, id: user.id }),
    is_organization: kind === "organization",
    is_partner: kind === "partner",
    is_system: kind === "deployment",
    is_user: kind === "user",
    ...(organization && { organization_id: organization.id, organization_name: organization.data.name }),
    ...(user?.role !== undefined && { role: user.role }),
  };
}
