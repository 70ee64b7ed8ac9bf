/** The resources of the sandbox. Each has a file in this folder, and an entry in every list below. */
import type { AssertNever } from "../../exact-types.ts";
import type { OperationId } from "../call.ts";
import type { Handlers, Resource } from "./resource.ts";
import { users, type SeedUser, type SnapshotUser } from "./users.ts";

/** By their names in a seed and in a snapshot. */
export const resources: Resources = { users };

type Resources = {
  readonly [Name in Exclude<keyof SeedOrganization & keyof SnapshotOrganization, "id" | "apiKey">]: Resource<
    Pick<SeedOrganization, Name>,
    Pick<SnapshotOrganization, Name>,
    never
  >;
};

/** What each operation does. */
export const handlers: Partial<Handlers<OperationId>> = { ...users.handlers };

/** Does not compile if an operation of the spec has no handler. The compiler names the operation. */
export type MissingHandlers = AssertNever<Exclude<OperationId, keyof typeof users.handlers>>;

/** An organization in a seed. */
export interface SeedOrganization {
  /**
   * The id: a UUID. Default: the id in Polytomic's examples for the first organization, and generated from the `seed`
   * number for the others.
   */
  readonly id?: string;
  /** The API key of the organization. Default: `"sandbox-api-key"`, then `"sandbox-api-key-2"` and so on. */
  readonly apiKey?: string;
  /** The users of the organization. Default: none. */
  readonly users?: readonly SeedUser[];
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
