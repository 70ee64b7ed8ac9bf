import { checkNames, show } from "./check.ts";
import { isEmail, isRoleIds, isUuid } from "./formats.ts";
import { chooseRoles, type Roles } from "./roles.ts";
import type { KeyRecord, OrganizationRecord, State } from "./state.ts";

/**
 * What a sandbox contains at the start. The result of `sandbox.snapshot()` is a seed, too.
 *
 * @example
 * const seed: Seed = { organizations: [{ users: [{ email: "ada@acmecorp.com", role: "admin" }] }] };
 */
export interface Seed {
  /** At least one organization. Default: the organization of the vendor's examples, with its two users. */
  readonly organizations?: readonly SeedOrganization[];
  /** The partner key. Default: `"sandbox-partner-key"`. */
  readonly partnerKey?: string;
  /** The deployment key. Default: `"sandbox-deployment-key"`. */
  readonly deploymentKey?: string;
}

/** An organization in a seed. */
export interface SeedOrganization {
  /**
   * The id: a UUID. Default: the id in the vendor's examples for the first organization, and generated from the `seed`
   * number for the others.
   */
  readonly id?: string;
  /** The API key of the organization. Default: `"sandbox-api-key"`, then `"sandbox-api-key-2"` and so on. */
  readonly apiKey?: string;
  /** The users of the organization. Default: none. */
  readonly users?: readonly SeedUser[];
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
  readonly role_ids?: readonly string[];
  /** The legacy name of the user's role. Default, if `role_ids` is missing: `"user"`. */
  readonly role?: string;
  /** The API keys that were minted for the user. Default: none. */
  readonly apiKeys?: readonly string[];
}

export const SEED_NAMES: readonly (keyof Seed)[] = ["organizations", "partnerKey", "deploymentKey"];

/** The id of the first organization, and a key of each kind. */
export interface Seeded {
  readonly organizationId: string;
  readonly partnerKey: string;
  readonly apiKey: string;
  readonly deploymentKey: string;
}

/** Fills an empty state with the seed. Throws a `TypeError` that names the invalid part of the seed. */
export function applySeed(state: State, seed: Seed): Seeded {
  const {
    organizations = DEFAULT_ORGANIZATIONS,
    partnerKey = "sandbox-partner-key",
    deploymentKey = "sandbox-deployment-key",
  } = seed;
  checkList("organizations", organizations);
  addKey(state, "partnerKey", partnerKey, { kind: "partnerKey" });
  addKey(state, "deploymentKey", deploymentKey, { kind: "deploymentKey" });
  const [first] = organizations.map((organization, index) => addOrganization(state, organization, index));
  if (!first) throw new TypeError("`organizations` must contain at least one organization.");
  return { organizationId: first.id, partnerKey, apiKey: first.apiKey, deploymentKey };
}

/** The organization and the users of the vendor's examples. */
const DEFAULT_ID = "248df4b7-aa70-47b8-a036-33ac447e668d";
const DEFAULT_ORGANIZATIONS: readonly SeedOrganization[] = [
  {
    users: [
      { email: "jane.doe@acmecorp.com", id: "a3f1c2d4-5b6e-7f89-0123-456789abcdef", role: "admin" },
      { email: "john.smith@acmecorp.com", id: "b4e2d3c5-6f7a-8901-2345-6789abcdef01", role: "user" },
    ],
  },
];

function checkList(place: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`\`${place}\` must be an array; got ${show(value)}.`);
}

function addKey(state: State, place: string, key: string, record: KeyRecord): void {
  checkKey(state, place, key);
  state.addKey(key, record);
}

/** A key must be a valid part of the `Authorization` header. */
function checkKey(state: State, place: string, key: unknown): void {
  if (typeof key !== "string" || !/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError(`\`${place}\` must be a key: printable ASCII characters without spaces.`);
  }
  if (state.keys.has(key)) throw new TypeError(`\`${place}\` is the same as another key.`);
}

function addOrganization(state: State, seed: SeedOrganization, index: number): OrganizationRecord {
  const place = `organizations[${index}]`;
  checkNames(place, seed, ["id", "apiKey", "users"]);
  const { id = index === 0 ? DEFAULT_ID : undefined, users = [] } = seed;
  const { apiKey = index === 0 ? "sandbox-api-key" : `sandbox-api-key-${index + 1}` } = seed;
  if (id !== undefined && !isUuid(id)) throw new TypeError(`\`${place}.id\` must be a UUID; got ${show(id)}.`);
  if (id !== undefined && state.organizations.has(id.toLowerCase())) {
    throw new TypeError(`\`${place}.id\` is also the id of another organization.`);
  }
  const organization = state.addOrganization(apiKey, id);
  addKey(state, `${place}.apiKey`, apiKey, { kind: "apiKey", organizationId: organization.id });
  checkList(`${place}.users`, users);
  users.forEach((user, position) => addUser(state, organization, user, `${place}.users[${position}]`));
  return organization;
}

function addUser(state: State, organization: OrganizationRecord, seed: SeedUser, place: string): void {
  checkNames(place, seed, ["email", "id", "organization_id", "role_ids", "role", "apiKeys"]);
  const { email, id, organization_id, apiKeys = [] } = seed;
  if (!isEmail(email)) throw new TypeError(`\`${place}.email\` must be an email address; got ${show(email)}.`);
  if (organization.emails.has(email.toLowerCase())) {
    throw new TypeError(`\`${place}.email\`, ${email}, is also the address of another user.`);
  }
  if (id !== undefined && !isUuid(id)) throw new TypeError(`\`${place}.id\` must be a UUID; got ${show(id)}.`);
  if (id !== undefined && organization.users.has(id.toLowerCase())) {
    throw new TypeError(`\`${place}.id\` is also the id of another user.`);
  }
  if (
    organization_id !== undefined &&
    !(isUuid(organization_id) && organization_id.toLowerCase() === organization.id)
  ) {
    throw new TypeError(`\`${place}.organization_id\` is not the id of the organization that the user is in.`);
  }
  const user = state.addUser(organization, { email, id, roles: seedRoles(seed, place) });
  checkList(`${place}.apiKeys`, apiKeys);
  apiKeys.forEach((key, index) => {
    checkKey(state, `${place}.apiKeys[${index}]`, key);
    state.mintKey(organization, user, key);
  });
}

/** Unlike a request, a seed may have both `role_ids` and `role`, as a user in a response does. */
function seedRoles({ role_ids, role }: SeedUser, place: string): Roles | undefined {
  if (role !== undefined && (typeof role !== "string" || role.trim() === "")) {
    throw new TypeError(`\`${place}.role\` must be the name of a role; got ${show(role)}.`);
  }
  if (role_ids === undefined) return chooseRoles({ role });
  const named = role === undefined ? {} : { role: role.trim().toLowerCase() };
  if (Array.isArray(role_ids) && role_ids.length === 0) return { role_ids: [], ...named };
  if (!isRoleIds(role_ids)) throw new TypeError(`\`${place}.role_ids\` must be an array of UUIDs.`);
  return { ...chooseRoles({ role_ids }), ...named };
}
