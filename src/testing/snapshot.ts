import type { Seed, Seeded } from "./seed.ts";
import type { State, User } from "./state.ts";

/** All that a sandbox holds: a copy, which does not change with the sandbox, and a seed for another one. */
export interface Snapshot extends Seed {
  readonly organizations: readonly SnapshotOrganization[];
  readonly partnerKey: string;
  readonly deploymentKey: string;
  /** The number that the ids and keys to come are made from, so that a copy repeats none, not even one that is gone. */
  readonly seed: number;
}

/** An organization with its users in the order in which they were created. */
export interface SnapshotOrganization {
  readonly id: string;
  readonly apiKey: string;
  readonly users: readonly SnapshotUser[];
}

/** A user as the API shows it, and the keys that were minted for it. */
export interface SnapshotUser {
  readonly email: string;
  readonly id: string;
  readonly organization_id: string;
  readonly role_ids?: readonly string[];
  readonly role?: string;
  /** There are none until one is minted. */
  readonly apiKeys?: readonly string[];
}

export function takeSnapshot(state: State, { partnerKey, deploymentKey }: Seeded): Snapshot {
  const organizations = [...state.organizations.values()].map(({ id, apiKey, users, mintedKeys }) => ({
    id,
    apiKey,
    users: [...users.values()].map((user) => copy(user, mintedKeys.get(user.id))),
  }));
  return { organizations, partnerKey, deploymentKey, seed: state.seed };
}

function copy(user: User, apiKeys: ReadonlySet<string> | undefined): SnapshotUser {
  return {
    ...user,
    ...(user.role_ids && { role_ids: [...user.role_ids] }),
    ...(apiKeys && { apiKeys: [...apiKeys] }),
  };
}
