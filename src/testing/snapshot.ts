import type { Seed, Seeded } from "./seed.ts";
import type { State, User } from "./state.ts";

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

/** An organization in a snapshot. */
export interface SnapshotOrganization {
  /** The id of the organization: a UUID. */
  readonly id: string;
  /** The API key of the organization. */
  readonly apiKey: string;
  /** The users in the order in which they were created. */
  readonly users: readonly SnapshotUser[];
}

/** A user in a snapshot: the user as the API returns it, and its API keys. */
export interface SnapshotUser {
  /** The email address in lower case. */
  readonly email: string;
  /** The id of the user: a UUID. */
  readonly id: string;
  /** The id of the user's organization. */
  readonly organization_id: string;
  /** The ids of the user's roles. */
  readonly role_ids?: readonly string[];
  /** The legacy name of the user's role. */
  readonly role?: string;
  /** The API keys that were minted for the user; `undefined` if there are none. */
  readonly apiKeys?: readonly string[];
}

export function takeSnapshot(state: State, { partnerKey, deploymentKey }: Seeded): Snapshot {
  const organizations = [...state.organizations.values()].map(({ id, apiKey, users, mintedKeys }) => ({
    id,
    apiKey,
    users: [...users.values()].map((user) => copyUser(user, mintedKeys.get(user.id))),
  }));
  return { organizations, partnerKey, deploymentKey, seed: state.seed };
}

function copyUser(user: User, apiKeys: ReadonlySet<string> | undefined): SnapshotUser {
  return {
    ...user,
    ...(user.role_ids && { role_ids: [...user.role_ids] }),
    ...(apiKeys && { apiKeys: [...apiKeys] }),
  };
}
