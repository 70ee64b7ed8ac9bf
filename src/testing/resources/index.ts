/** The resources of the sandbox. Each has a file in this folder, and an entry in the lists below. */
import type { OperationId } from "../call.ts";
import { identityHandlers } from "./identity.ts";
import {
  organizationHandlers,
  type PartName,
  type SeedOrganization,
  type SnapshotOrganization,
} from "./organizations.ts";
import type { Handlers, Resource } from "./resource.ts";
import { roleHandlers, roles } from "./roles.ts";
import { userHandlers, users } from "./users.ts";

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
  readonly [Name in PartName]: Resource<Pick<SeedOrganization, Name>, Pick<SnapshotOrganization, Name>>;
};
