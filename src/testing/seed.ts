import { checkKey, checkList, checkNames, show } from "./check.ts";
import { isUuid } from "../formats.ts";
import { resources, type SeedOrganization } from "./resources/index.ts";
import type { KeyRecord, OrganizationRecord, State } from "./state.ts";

/**
 * What a sandbox contains at the start. The result of `sandbox.snapshot()` is a seed, too.
 *
 * @example
 * const seed: Seed = { organizations: [{ users: [{ email: "ada@acmecorp.com", role: "admin" }] }] };
 */
export interface Seed {
  /** At least one organization. Default: the organization of Polytomic's examples, with its two users. */
  readonly organizations?: readonly SeedOrganization[];
  /** The partner key. Default: `"sandbox-partner-key"`. */
  readonly partnerKey?: string;
  /** The deployment key. Default: `"sandbox-deployment-key"`. */
  readonly deploymentKey?: string;
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

/** The organization and the users of Polytomic's examples. */
const DEFAULT_ID = "248df4b7-aa70-47b8-a036-33ac447e668d";
const DEFAULT_ORGANIZATIONS: readonly SeedOrganization[] = [
  {
    users: [
      { email: "jane.doe@acmecorp.com", id: "a3f1c2d4-5b6e-7f89-0123-456789abcdef", role: "admin" },
      { email: "john.smith@acmecorp.com", id: "b4e2d3c5-6f7a-8901-2345-6789abcdef01", role: "user" },
    ],
  },
];

function addKey(state: State, place: string, key: string, record: KeyRecord): void {
  checkKey(place, key, state.keys);
  state.addKey(key, record);
}

function addOrganization(state: State, seed: SeedOrganization, index: number): OrganizationRecord {
  const place = `organizations[${index}]`;
  checkNames(place, seed, ["id", "apiKey", ...Object.keys(resources)]);
  const { id = index === 0 ? DEFAULT_ID : undefined } = seed;
  const { apiKey = index === 0 ? "sandbox-api-key" : `sandbox-api-key-${index + 1}` } = seed;
  if (id !== undefined && !isUuid(id)) throw new TypeError(`\`${place}.id\` must be a UUID; got ${show(id)}.`);
  if (id !== undefined && state.organizations.has(id.toLowerCase())) {
    throw new TypeError(`\`${place}.id\` is also the id of another organization.`);
  }
  const organization = state.addOrganization(apiKey, id);
  addKey(state, `${place}.apiKey`, apiKey, { kind: "apiKey", organizationId: organization.id });
  for (const resource of Object.values(resources)) resource.addSeed(seed, { state, organization, place });
  return organization;
}
