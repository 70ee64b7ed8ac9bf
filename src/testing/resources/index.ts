/** The resources of the sandbox. Each has a file in this folder, and an entry in the lists below. */
import type { OperationId } from "../call.ts";
import { identityHandlers } from "./identity.ts";
import { organizationHandlers, type SeedOrganizationFields } from "./organizations.ts";
import type { Handlers, Resource } from "./resource.ts";
import { roleHandlers, roles, type SeedRole, type SnapshotRole } from "./roles.ts";
import { userHandlers, users } from "./users.ts";
import type { SeedUser, SnapshotUser } from "./user-seed.ts";

/** What each operation does. Does not compile if an operation of the spec has no handler. The compiler names the operation. */
export const handlers: Handlers<OperationId> = {
  ...identityHandlers,
  ...organizationHandlers,
  ...roleHandlers,
  ...userHandlers,
};

/** The records of an organization by their names in a seed and in a snapshot. The users of a seed need its roles. */
export const resources: Resources = { roles, users };

type Resources = {
  readonly [Name in Exclude<keyof Seeds & keyof Snapshots, keyof SeedOrganizationFields>]: Resource<
    Pick<Seeds, Name>,
    Pick<Snapshots, Name>
  >;
};

interface Seeds extends SeedOrganizationFields {
  /** The roles of the organization. Default: Admin, Member, Editor, Sync Editor and Viewer. */
  readonly roles?: readonly SeedRole[];
  /** The users of the organization. Default: none. */
  readonly users?: readonly SeedUser[];
}

/** An organization in a seed. */
export interface SeedOrganization extends Seeds {
  /** A field that the spec does not have. Responses and snapshots contain it. */
  readonly [field: string]: unknown;
}

interface Snapshots extends SeedOrganizationFields {
  /** The id of the organization: a UUID. */
  readonly id: string;
  /** The name of the organization. */
  readonly name: string;
  /** The API key of the organization. */
  readonly apiKey: string;
  /** The roles in the order in which the organization lists them. */
  readonly roles: readonly SnapshotRole[];
  /** The users in the order in which they were created. */
  readonly users: readonly SnapshotUser[];
}

/** An organization in a snapshot. */
export interface SnapshotOrganization extends Snapshots {
  /** A field that the spec does not have. */
  readonly [field: string]: unknown;
}
