import { checkKey, checkList } from "./check.ts";
import { resources } from "./resources/index.ts";
import { addSeedOrganization, type SeedOrganization } from "./resources/organizations.ts";
import type { OrganizationRecord, State } from "./state.ts";

/**
 * What a sandbox contains at the start. The result of `sandbox.snapshot()` is a seed, too.
 *
 * @example
 * const seed: Seed = { organizations: [{ users: [{ email: "ada@acmecorp.com", role: "admin" }] }] };
 */
export interface Seed {
  /** At least one organization. Default: Acme Corp of Polytomic's examples, with its two users. */
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
  checkKey("partnerKey", partnerKey, state.keys);
  state.keys.set(partnerKey, { kind: "partner" });
  checkKey("deploymentKey", deploymentKey, state.keys);
  state.keys.set(deploymentKey, { kind: "deployment" });
  const [first] = organizations.map((organization, index) => addOrganization(state, organization, index));
  if (!first) throw new TypeError("`organizations` must contain at least one organization.");
  return { organizationId: first.id, partnerKey, apiKey: first.apiKey, deploymentKey };
}

/** The organization and the users of Polytomic's examples. */
const DEFAULT_ORGANIZATIONS: readonly SeedOrganization[] = [
  {
    name: "Acme Corp",
    issuer: "https://login.acmecorp.com",
    sso_domain: "acmecorp.com",
    sso_org_id: "org_acme",
    users: [
      { email: "jane.doe@acmecorp.com", id: "a3f1c2d4-5b6e-7f89-0123-456789abcdef", role: "admin" },
      { email: "john.smith@acmecorp.com", id: "b4e2d3c5-6f7a-8901-2345-6789abcdef01", role: "user" },
    ],
  },
];

function addOrganization(state: State, seed: SeedOrganization, index: number): OrganizationRecord {
  const place = `organizations[${index}]`;
  const organization = addSeedOrganization(state, seed, place);
  for (const resource of Object.values(resources)) resource.addSeed(seed, { state, organization, place });
  return organization;
}
