import { resources } from "./resources/index.ts";
import type { SnapshotOrganization } from "./resources/organizations.ts";
import type { Seed, Seeded } from "./seed.ts";
import type { OrganizationRecord, State } from "./state.ts";

/**
 * A copy of everything in a sandbox. It does not change when the sandbox does, and can be the options of another one.
 *
 * @example
 * const copy = createSandbox(sandbox.snapshot());
 */
export interface Snapshot extends Seed {
  /** The organizations in the order in which they were created. */
  readonly organizations: readonly SnapshotOrganization[];
  /** The partner key. */
  readonly partnerKey: string;
  /** The deployment key. */
  readonly deploymentKey: string;
  /**
   * The number from which the next ids and keys are generated, so that a copy never repeats one, not even a deleted one.
   */
  readonly seed: number;
}

export function takeSnapshot(state: State, { partnerKey, deploymentKey }: Seeded): Snapshot {
  const organizations = [...state.organizations.values()].map(copyOrganization);
  return { organizations, partnerKey, deploymentKey, seed: state.seed };
}

function copyOrganization(organization: OrganizationRecord): SnapshotOrganization {
  const { data, apiKey } = organization;
  const copies = Object.values(resources).map((resource) => resource.takeSnapshot(organization));
  return Object.assign({ ...structuredClone(data), apiKey }, ...copies) as SnapshotOrganization;
}
