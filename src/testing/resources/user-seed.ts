import type { AssertNever } from "../../exact-types.ts";
import { isUuid } from "../../formats.ts";
import { checkKey, checkList, checkOwner, checkRecord, show, unknownFields } from "../check.ts";
import { isEmail } from "../email.ts";
import type { NamesOf, SeedTarget } from "./resource.ts";
import { addMintedKey, addUser, usersOf, type Harbors, type StoredUser } from "./user-records.ts";
import { seedRoles } from "./user-roles.ts";

/** A user in a seed. */
export interface SeedUser {
  /** The email address, unique in the organization. The sandbox stores it in lower case. */
  readonly email: string;
  /** The id: a UUID. Default: generated from the `seed` number. */
  readonly id?: string;
  /** If present, it must be the id of the organization that the user is in. */
  readonly organization_id?: string;
  /** The ids of the user's roles, which the organization must have. */
  readonly role_ids?: readonly string[] | null;
  /** The name of the user's role, or its legacy name. Default, if `role_ids` is missing: `"user"`, the role Member. */
  readonly role?: string;
  /** The ids of the harbors that the user can access. Default: `null`. */
  readonly harbor_ids?: readonly string[] | null;
  /** Whether the user can access only harbors. Default: `false`. */
  readonly harbor_only?: boolean;
  /** The API keys that were minted for the user. Default: none. */
  readonly apiKeys?: readonly string[];
  /** A field that the spec does not have. Responses and snapshots contain it. */
  readonly [field: string]: unknown;
}

const SEED_USER_NAMES: readonly NamesOf<SeedUser>[] = [
  "email",
  "id",
  "organization_id",
  "role_ids",
  "role",
  "harbor_ids",
  "harbor_only",
  "apiKeys",
];

export function addSeedUser(seed: SeedUser, { state, organization, place }: SeedTarget): void {
  checkRecord(place, seed);
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
  checkOwner(place, organization_id, organization.id);
  const more = unknownFields(place, seed, SEED_USER_NAMES);
  const roles = seedRoles(organization, seed, place);
  const user = addUser(state, organization, { email, id, roles, harbors: seedHarbors(seed, place), more });
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

export function copyUser(user: StoredUser, apiKeys: ReadonlySet<string> | undefined): SnapshotUser {
  return { ...structuredClone(user), ...(apiKeys && { apiKeys: [...apiKeys] }) };
}

/** Does not compile if seeds, and thereby snapshots, lack a field of a user. The compiler names the field. */
export type MissingSeedFields = AssertNever<Exclude<keyof StoredUser, NamesOf<SeedUser>>>;
