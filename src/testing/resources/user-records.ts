import type { components } from "../../../generated/schema.ts";
import { perOrganization, type OrganizationRecord, type State } from "../state.ts";
import type { UserRoles } from "./user-roles.ts";

/** A user as most operations return it. */
export type User = components["schemas"]["User"];

/** A user as the list and the get of the current organization return it, and as the sandbox stores it. */
export type StoredUser = components["schemas"]["CurrentOrganizationUser"];

/** The users of an organization. */
export const usersOf: (organization: OrganizationRecord) => UserRecords = perOrganization(() => ({
  byId: new Map(),
  emails: new Map(),
  mintedKeys: new Map(),
}));

interface UserRecords {
  /** In the order in which they were created. */
  readonly byId: Map<string, StoredUser>;
  /** User ids by email address in lower case. */
  readonly emails: Map<string, string>;
  /** Minted keys by user id. */
  readonly mintedKeys: Map<string, Set<string>>;
}

/** Like the API, stores email addresses in lower case. */
export function addUser(state: State, organization: OrganizationRecord, newUser: NewUser): StoredUser {
  const { byId, emails } = usersOf(organization);
  const { email, id, roles, harbors = NO_HARBORS, more } = newUser;
  const user: StoredUser = {
    email: email.toLowerCase(),
    id: (id ?? state.unusedId((each) => byId.has(each))).toLowerCase(),
    organization_id: organization.id,
    ...roles,
    ...harbors,
    ...more,
  };
  byId.set(user.id, user);
  emails.set(user.email, user.id);
  return user;
}

interface NewUser {
  readonly email: string;
  readonly id?: string | undefined;
  readonly roles: UserRoles;
  readonly harbors?: Harbors;
  /** Fields that the spec does not have. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export type Harbors = Pick<StoredUser, "harbor_ids" | "harbor_only">;

/** *Assumption* (`no-harbors`): a user that is created with the API has no harbors, and `harbor_ids` is `null`. */
const NO_HARBORS: Harbors = { harbor_ids: null, harbor_only: false };

/** Adds an API key of the user, which works for the whole organization. */
export function addMintedKey(state: State, { organization, user, key }: MintedKey): void {
  state.keys.set(key, { kind: "user", organizationId: organization.id, userId: user.id });
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

/** Revokes every key that was minted for the user. */
export function revokeKeys(state: State, organization: OrganizationRecord, { id }: User): void {
  const { mintedKeys } = usersOf(organization);
  for (const key of mintedKeys.get(id) ?? []) state.keys.delete(key);
  mintedKeys.delete(id);
}
