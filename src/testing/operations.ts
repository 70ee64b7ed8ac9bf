import type { Call, OperationId } from "./call.ts";
import { Problem } from "./problem.ts";
import { readBody, readEmail, readNewEmail, readRoles } from "./request-body.ts";
import { chooseRoles } from "./roles.ts";
import type { OrganizationRecord, State, User } from "./state.ts";

/** What each operation does. An operation of the spec that is missing here is a compile error. */
export const operations: Record<OperationId, Operation> = {
  listCurrentOrgUsers: listUsers,
  createCurrentOrgUser: createUser,
  getCurrentOrgUser: getUser,
  updateCurrentOrgUser: updateUser,
  deleteCurrentOrgUser: deleteUser,
  listPartnerUsers: listUsers,
  createPartnerUser: createUser,
  getPartnerUser: getUser,
  updatePartnerUser,
  deletePartnerUser: deleteUser,
  createPartnerUserApiKey: createApiKey,
};

/** Returns the `data` of the response. */
type Operation = (
  state: State,
  organization: OrganizationRecord,
  call: Call,
) => User | User[] | { value: string } | null;

/** *Assumption*: the list is `null` if the organization has no users, since the vendor's types allow that. */
function listUsers(_state: State, { users }: OrganizationRecord): User[] | null {
  return users.size === 0 ? null : [...users.values()];
}

function createUser(state: State, organization: OrganizationRecord, call: Call): User {
  const body = readBody(call.body);
  const email = readNewEmail(body, organization);
  return state.addUser(organization, { email, roles: chooseRoles(readRoles(body)) });
}

/** *Assumption*: an id that is not a UUID gets a 404, like any other unknown id. */
function getUser(_state: State, organization: OrganizationRecord, { ids }: Call): User {
  const user = organization.users.get((ids.id ?? "").toLowerCase());
  if (!user) throw new Problem(404, "There is no user with this id.");
  return user;
}

function updateUser(state: State, organization: OrganizationRecord, call: Call): User {
  const user = getUser(state, organization, call);
  return state.updateUser(organization, user, readRoles(readBody(call.body)));
}

/** *Assumption*: the partner update requires an email address, but does not compare it with the user's. */
function updatePartnerUser(state: State, organization: OrganizationRecord, call: Call): User {
  const user = getUser(state, organization, call);
  const body = readBody(call.body);
  readEmail(body);
  return state.updateUser(organization, user, readRoles(body));
}

function deleteUser(state: State, organization: OrganizationRecord, call: Call): User {
  const user = getUser(state, organization, call);
  state.deleteUser(organization, user);
  return user;
}

/** *Assumption*: without `force`, the user's existing keys keep working. */
function createApiKey(state: State, organization: OrganizationRecord, call: Call): { value: string } {
  const user = getUser(state, organization, call);
  if (call.force !== undefined && !/^(?:true|false)$/.test(call.force)) {
    throw new Problem(400, "`force` must be `true` or `false`.", { metadata: { field: "force" } });
  }
  if (call.force === "true") state.revokeKeys(organization, user);
  return { value: state.mintKey(organization, user) };
}
