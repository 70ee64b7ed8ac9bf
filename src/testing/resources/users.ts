import type { components } from "../../../generated/schema.ts";
import { checkKey, checkList, checkNames, show } from "../check.ts";
import type { AssertNever } from "../../exact-types.ts";
import { isUuid } from "../../formats.ts";
import { isEmail } from "../email.ts";
import { HttpError } from "../http-error.ts";
import { perOrganization, type OrganizationRecord, type State } from "../state.ts";
import {
  exactHandlers,
  type Complete,
  type Input,
  type OperationsOf,
  type Resource,
  type SeedTarget,
} from "./resource.ts";
import { defaultRoles, readRoles, seedRoles, type Roles } from "./user-roles.ts";

const handlers = exactHandlers({
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

export const users: Resource<
  { readonly users?: readonly SeedUser[] },
  { readonly users: readonly SnapshotUser[] },
  OperationsOf<"users">
> = {
  handlers: handlers satisfies Complete<typeof handlers, Exclude<OperationsOf<"users">, keyof typeof handlers>>,
  addSeed: ({ users: seeds = [] }, { place, ...target }) => {
    checkList(`${place}.users`, seeds);
    seeds.forEach((seed, index) => addSeedUser(seed, { ...target, place: `${place}.users[${index}]` }));
  },
  takeSnapshot: (organization) => {
    const { byId, mintedKeys } = usersOf(organization);
    return { users: [...byId.values()].map((user) => copyUser(user, mintedKeys.get(user.id))) };
  },
};

/** A user as most operations return it. */
type User = components["schemas"]["User"];

/** A user as the list and the get of the current organization return it, and as the sandbox stores it. */
type StoredUser = components["schemas"]["CurrentOrganizationUser"];

/** The users of an organization. */
const usersOf = perOrganization(() => ({
  /** In the order in which they were created. */
  byId: new Map<string, StoredUser>(),
  /** User ids by email address in lower case. */
  emails: new Map<string, string>(),
  /** Minted keys by user id. */
  mintedKeys: new Map<string, Set<string>>(),
}));

/** *Assumption* (`empty-list`): the list is `null` if there are no users, since Polytomic's types allow that. */
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
  return withoutHarbors(addUser(state, organization, { email, roles: readRoles(body) }));
}

/** *Assumption* (`malformed-id`): an id that is not a UUID gets a 404, like any other unknown id. */
function getUser({ organization, path }: Pick<Input<"getCurrentOrgUser">, "organization" | "path">): StoredUser {
  const user = usersOf(organization).byId.get(path.id.toLowerCase());
  if (!user) throw new HttpError(404, "User not found.");
  return user;
}

function updateUser(input: Input<"updateCurrentOrgUser">): User {
  const user = getUser(input);
  return changeRoles(input.organization, user, readRoles(input.readBody()));
}

/** *Assumption* (`partner-update-email`): it requires an email address, but does not compare it with the user's. */
function updatePartnerUser(input: Input<"updatePartnerUser">): User {
  const user = getUser(input);
  const body = input.readBody();
  readEmail(body);
  return changeRoles(input.organization, user, readRoles(body));
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

/** Like the API, stores email addresses in lower case. */
function addUser(state: State, organization: OrganizationRecord, { email, id, roles, harbors }: NewUser): StoredUser {
  const { byId, emails } = usersOf(organization);
  const user: StoredUser = {
    email: email.toLowerCase(),
    id: (id ?? state.unusedId((each) => byId.has(each))).toLowerCase(),
    organization_id: organization.id,
    ...(roles ?? defaultRoles()),
    ...(harbors ?? NO_HARBORS),
  };
  byId.set(user.id, user);
  emails.set(user.email, user.id);
  return user;
}

interface NewUser {
  readonly email: string;
  readonly id?: string | undefined;
  readonly roles: Roles | undefined;
  readonly harbors?: Harbors;
}

type Harbors = Pick<StoredUser, "harbor_ids" | "harbor_only">;

/** *Assumption* (`no-harbors`): a user that is created with the API has no harbors, and `harbor_ids` is `null`. */
const NO_HARBORS: Harbors = { harbor_ids: null, harbor_only: false };

/** Like the API, changes roles only. */
function changeRoles(organization: OrganizationRecord, user: StoredUser, roles: Roles | undefined): User {
  if (!roles) return withoutHarbors(user);
  const { role_ids: _ids, role: _role, ...rest } = user;
  const updated: StoredUser = { ...rest, ...roles };
  usersOf(organization).byId.set(user.id, updated);
  return withoutHarbors(updated);
}

/** Revokes every key that was minted for the user. */
function revokeKeys(state: State, organization: OrganizationRecord, { id }: User): void {
  const { mintedKeys } = usersOf(organization);
  for (const key of mintedKeys.get(id) ?? []) state.keys.delete(key);
  mintedKeys.delete(id);
}

/** Adds an API key of the user, which works for the whole organization. */
function addMintedKey(state: State, { organization, user, key }: MintedKey): void {
  state.keys.set(key, { organizationId: organization.id });
  const { mintedKeys } = usersOf(organization);
  const minted = mintedKeys.get(user.id);
  if (minted) minted.add(key);
  else mintedKeys.set(user.id, new Set([key]));
}

interface MintedKey {
  readonly organization: OrganizationRecord;
  readonly user: User;
  readonly key: string;
}

/** A user in a seed. */
export interface SeedUser {
  /** The email address, unique in the organization. The sandbox stores it in lower case. */
  readonly email: string;
  /** The id: a UUID. Default: generated from the `seed` number. */
  readonly id?: string;
  /** If present, it must be the id of the organization that the user is in. */
  readonly organization_id?: string;
  /** The ids of the user's roles. */
  readonly role_ids?: readonly string[] | null;
  /** The legacy name of the user's role. Default, if `role_ids` is missing: `"user"`. */
  readonly role?: string;
  /** The ids of the harbors that the user can access. Default: `null`. */
  readonly harbor_ids?: readonly string[] | null;
  /** Whether the user can access only harbors. Default: `false`. */
  readonly harbor_only?: boolean;
  /** The API keys that were minted for the user. Default: none. */
  readonly apiKeys?: readonly string[];
}

const SEED_USER_NAMES: readonly (keyof SeedUser)[] = [
  "email",
  "id",
  "organization_id",
  "role_ids",
  "role",
  "harbor_ids",
  "harbor_only",
  "apiKeys",
];

function addSeedUser(seed: SeedUser, { state, organization, place }: SeedTarget): void {
  checkNames(place, seed, SEED_USER_NAMES);
  const { email, id, organization_id, apiKeys = [] } = seed;
  const { byId, emails } = usersOf(organization);
  if (!isEmail(email)) throw new TypeError(`\`${place}.email\` must be an email address; got ${show(email)}.`);
  if (emails.has(email.toLowerCase())) {
    throw new TypeError(`\`${place}.email\`, ${email}, is also the address of another user.`);
  }
  if (id !== undefined && !isUuid(id)) throw new TypeError(`\`${place}.id\` must be a UUID; got ${show(id)}.`);
  if (id !== undefined && byId.has(id.toLowerCase())) {
    throw new TypeError(`\`${place}.id\` is also the id of another user.`);
  }
  if (
    organization_id !== undefined &&
    !(isUuid(organization_id) && organization_id.toLowerCase() === organization.id)
  ) {
    throw new TypeError(`\`${place}.organization_id\` is not the id of the organization that the user is in.`);
  }
  const roles = seedRoles(seed, place);
  const user = addUser(state, organization, { email, id, roles, harbors: seedHarbors(seed, place) });
  checkList(`${place}.apiKeys`, apiKeys);
  apiKeys.forEach((key, index) => {
    checkKey(`${place}.apiKeys[${index}]`, key, state.keys);
    addMintedKey(state, { organization, user, key });
  });
}

function seedHarbors({ harbor_ids = null, harbor_only = false }: SeedUser, place: string): Harbors {
  if (harbor_ids !== null && !(Array.isArray(harbor_ids) && harbor_ids.every(isUuid))) {
    throw new TypeError(`\`${place}.harbor_ids\` must be an array of UUIDs or null.`);
  }
  if (typeof harbor_only !== "boolean") {
    throw new TypeError(`\`${place}.harbor_only\` must be true or false; got ${show(harbor_only)}.`);
  }
  return { harbor_ids: harbor_ids && harbor_ids.map((id) => id.toLowerCase()), harbor_only };
}

/** A user in a snapshot: the user as the API returns it, and its API keys. */
export interface SnapshotUser extends SeedUser {
  /** The id of the user: a UUID. */
  readonly id: string;
  /** The id of the user's organization. */
  readonly organization_id: string;
}

function copyUser(user: StoredUser, apiKeys: ReadonlySet<string> | undefined): SnapshotUser {
  return {
    ...user,
    ...(user.role_ids && { role_ids: [...user.role_ids] }),
    ...(user.harbor_ids && { harbor_ids: [...user.harbor_ids] }),
    ...(apiKeys && { apiKeys: [...apiKeys] }),
  };
}

/** Does not compile if seeds, and thereby snapshots, lack a field of a user. The compiler names the field. */
export type MissingSeedFields = AssertNever<Exclude<keyof StoredUser, keyof SeedUser>>;
