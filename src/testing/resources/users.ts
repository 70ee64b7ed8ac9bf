import type { components } from "../../../generated/schema.ts";
import { checkList } from "../check.ts";
import { isEmail } from "../email.ts";
import { HttpError } from "../http-error.ts";
import type { OrganizationRecord } from "../state.ts";
import { exactHandlers, type Handlers, type Input, type OperationsAt, type Resource } from "./resource.ts";
import { addMintedKey, addUser, revokeKeys, usersOf, type StoredUser, type User } from "./user-records.ts";
import { defaultRoles, readRoles, type UserRoles } from "./user-roles.ts";
import { addSeedUser, copyUser, type SeedUser, type SnapshotUser } from "./user-seed.ts";

export const userHandlers: Handlers<OperationsAt<`/api/${string}/users${string}`>> = exactHandlers({
  listCurrentOrgUsers: listUsers,
  createCurrentOrgUser: createUser,
  getCurrentOrgUser: getUser,
  updateCurrentOrgUser: updateUser,
  deleteCurrentOrgUser: deleteUser,
  listPartnerUsers: (input) => listUsers(input)?.map(withoutHarbors) ?? null,
  createPartnerUser: createUser,
  getPartnerUser: (input) => withoutHarbors(getUser(input)),
  updatePartnerUser,
  deletePartnerUser: deleteUser,
  createPartnerUserApiKey: createApiKey,
});

export const users: Resource<{ readonly users?: readonly SeedUser[] }, { readonly users: readonly SnapshotUser[] }> = {
  addSeed: ({ users: seeds = [] }, { place, ...target }) => {
    checkList(`${place}.users`, seeds);
    seeds.forEach((seed, index) => addSeedUser(seed, { ...target, place: `${place}.users[${index}]` }));
  },
  takeSnapshot: (organization) => {
    const { byId, mintedKeys } = usersOf(organization);
    return { users: [...byId.values()].map((user) => copyUser(user, mintedKeys.get(user.id))) };
  },
};

/**
 * *Assumption* (`empty-list`): the list is `null` if there are no users, since Polytomic's types allow that. *Assumption*
 * (`open-invitations`): it contains people who have not accepted their invitation yet, with the roles that they were given.
 */
function listUsers({ organization }: Pick<Input<"listCurrentOrgUsers">, "organization">): StoredUser[] | null {
  const { byId } = usersOf(organization);
  return byId.size === 0 ? null : [...byId.values()];
}

/** *Assumption* (`taken-address`): an organization can have an email address once, regardless of case. */
function createUser({ state, organization, readBody }: Input<"createCurrentOrgUser">): User {
  const body = readBody();
  const email = readEmail(body);
  if (usersOf(organization).emails.has(email.toLowerCase())) {
    throw new HttpError(422, "A user with this email address already exists.", { metadata: { field: "email" } });
  }
  const roles = readRoles(organization, body) ?? defaultRoles(organization);
  return withoutHarbors(addUser(state, organization, { email, roles }));
}

/** *Assumption* (`malformed-id`): an id that is not a UUID gets a 404, like any other unknown id. */
function getUser({ organization, path }: Pick<Input<"getCurrentOrgUser">, "organization" | "path">): StoredUser {
  const user = usersOf(organization).byId.get(path.id.toLowerCase());
  if (!user) throw new HttpError(404, "User not found.");
  return user;
}

function updateUser(input: Input<"updateCurrentOrgUser">): User {
  const user = getUser(input);
  return changeRoles(input.organization, user, readRoles(input.organization, input.readBody()));
}

/** *Assumption* (`partner-update-email`): it requires an email address, but does not compare it with the user's. */
function updatePartnerUser(input: Input<"updatePartnerUser">): User {
  const user = getUser(input);
  const body = input.readBody();
  readEmail(body);
  return changeRoles(input.organization, user, readRoles(input.organization, body));
}

/** *Assumption* (`delete-revokes-keys`): deleting a user revokes the keys that were minted for the user. */
function deleteUser(input: Input<"deleteCurrentOrgUser">): User {
  const { state, organization } = input;
  const user = getUser(input);
  usersOf(organization).byId.delete(user.id);
  usersOf(organization).emails.delete(user.email);
  revokeKeys(state, organization, user);
  return withoutHarbors(user);
}

function withoutHarbors({ harbor_ids: _ids, harbor_only: _only, ...user }: StoredUser): User {
  return user;
}

/** *Assumption* (`keys-without-force`): without `force`, the user's existing keys keep working. */
function createApiKey(input: Input<"createPartnerUserApiKey">): components["schemas"]["ApiKey"] {
  const { state, organization, query } = input;
  const user = getUser(input);
  if (query.force !== undefined && !/^(?:true|false)$/.test(query.force)) {
    throw new HttpError(400, "`force` must be `true` or `false`.", { metadata: { field: "force" } });
  }
  if (query.force === "true") revokeKeys(state, organization, user);
  const value = `sandbox-minted-${state.unusedId((id) => state.keys.has(`sandbox-minted-${id}`))}`;
  addMintedKey(state, { organization, user, key: value });
  return { value };
}

function readEmail({ email }: { readonly email?: unknown }): string {
  if (!isEmail(email)) throw new HttpError(422, "`email` must be an email address.", { metadata: { field: "email" } });
  return email;
}

/** Like the API, changes roles only. The order of the fields stays that of Polytomic's pages. */
function changeRoles(organization: OrganizationRecord, user: StoredUser, roles: UserRoles | undefined): User {
  if (!roles) return withoutHarbors(user);
  const { email, id, organization_id, role_ids: _ids, role: _role, ...rest } = user;
  const updated: StoredUser = { email, id, organization_id, ...roles, ...rest };
  usersOf(organization).byId.set(user.id, updated);
  return withoutHarbors(updated);
}
