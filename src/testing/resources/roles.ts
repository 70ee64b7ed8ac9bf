import type { components } from "../../../generated/schema.ts";
import type { AssertNever } from "../../exact-types.ts";
import { isUuid } from "../../formats.ts";
import { checkList, checkOwner, checkRecord, show, unknownFields } from "../check.ts";
import { EXAMPLE_ORGANIZATION_ID, SYSTEM_ROLES } from "../examples.ts";
import { perOrganization, type OrganizationRecord } from "../state.ts";
import {
  exactHandlers,
  type Handlers,
  type Input,
  type NamesOf,
  type OperationsAt,
  type Resource,
  type SeedTarget,
} from "./resource.ts";

export const roleHandlers: Handlers<OperationsAt<"/api/permissions/roles">> = exactHandlers({ listRoles });

export const roles: Resource<{ readonly roles?: readonly SeedRole[] }, { readonly roles: readonly SnapshotRole[] }> = {
  addSeed: ({ roles: seeds = Object.keys(SYSTEM_ROLES).map((name) => ({ name })) }, { place, ...target }) => {
    checkList(`${place}.roles`, seeds);
    seeds.forEach((seed, index) => addSeedRole(seed, { ...target, place: `${place}.roles[${index}]` }));
  },
  takeSnapshot: (organization) => ({ roles: [...rolesOf(organization).values()].map((role) => structuredClone(role)) }),
};

export type Role = Required<components["schemas"]["Role"]>;

/** The roles of an organization by id, in the order in which they were added. */
export const rolesOf: (organization: OrganizationRecord) => Map<string, Role> = perOrganization(() => new Map());

/** *Assumption* (`empty-list`): the list is `null` if there are no roles, since Polytomic's types allow that. */
function listRoles({ organization }: Input<"listRoles">): components["schemas"]["Role"][] | null {
  const found = rolesOf(organization);
  return found.size === 0 ? null : [...found.values()];
}

/** A role in a seed. */
export interface SeedRole {
  /** The name. Two roles can have the same one. */
  readonly name: string;
  /**
   * The id: a UUID. Default: the id in Polytomic's examples for the roles Admin and Member of their organization, and
   * otherwise generated from the `seed` number.
   */
  readonly id?: string;
  /** If present, it must be the id of the organization that has the role. */
  readonly organization_id?: string;
  /** Whether it is a system role. Default: whether it has the name of one. */
  readonly system?: boolean;
  /** A field that the spec does not have. Responses and snapshots contain it. */
  readonly [field: string]: unknown;
}

const SEED_ROLE_NAMES: readonly NamesOf<SeedRole>[] = ["name", "id", "organization_id", "system"];

function addSeedRole(seed: SeedRole, { state, organization, place }: SeedTarget): void {
  checkRecord(place, seed);
  const known = rolesOf(organization);
  const { name } = seed;
  if (typeof name !== "string" || name.trim() === "") {
    throw new TypeError(`\`${place}.name\` must be the name of a role; got ${show(name)}.`);
  }
  const ofExamples = organization.id === EXAMPLE_ORGANIZATION_ID ? SYSTEM_ROLES[name] : undefined;
  const { id = ofExamples, system = Object.hasOwn(SYSTEM_ROLES, name) } = seed;
  if (id !== undefined && !isUuid(id)) throw new TypeError(`\`${place}.id\` must be a UUID; got ${show(id)}.`);
  if (id !== undefined && known.has(id.toLowerCase())) {
    throw new TypeError(`\`${place}.id\` is also the id of another role of the organization.`);
  }
  if (typeof system !== "boolean") {
    throw new TypeError(`\`${place}.system\` must be true or false; got ${show(system)}.`);
  }
  checkOwner(place, seed.organization_id, organization.id);
  const role: Role = {
    id: (id ?? state.unusedId((each) => known.has(each))).toLowerCase(),
    name,
    organization_id: organization.id,
    system,
    ...unknownFields(place, seed, SEED_ROLE_NAMES),
  };
  known.set(role.id, role);
}

/** A role in a snapshot: the role as the API returns it. */
export interface SnapshotRole extends SeedRole {
  /** The id of the role: a UUID. */
  readonly id: string;
  /** The id of the organization that has the role. */
  readonly organization_id: string;
  /** Whether it is a system role. */
  readonly system: boolean;
}

/** Does not compile if seeds, and thereby snapshots, lack a field of a role. The compiler names the field. */
export type MissingSeedFields = AssertNever<Exclude<keyof Role, NamesOf<SeedRole>>>;
