import type { components } from "../../../generated/schema.ts";
import type { AssertNever } from "../../exact-types.ts";
import { checkKey, checkRecord, show, unknownFields } from "../check.ts";
import { EXAMPLE_ORGANIZATION_ID } from "../examples.ts";
import { isUuid } from "../../formats.ts";
import { HttpError } from "../http-error.ts";
import type { OrganizationRecord, State } from "../state.ts";
import { exactHandlers, type Handlers, type Input, type NamesOf, type OperationsAt } from "./resource.ts";
import { roles, type SeedRole, type SnapshotRole } from "./roles.ts";
import type { SeedUser, SnapshotUser } from "./user-seed.ts";

type Paths = "/api/organization" | "/api/organizations" | "/api/organizations/{id}";

export const organizationHandlers: Handlers<OperationsAt<Paths>> = exactHandlers({
  getCurrentOrganization: ({ organization }): Organization => organization.data,
  listOrganizations,
  createOrganization,
  getOrganization: ({ state, path }): Organization => state.findOrganization(path.id).data,
});

type Organization = components["schemas"]["Organization"];

/** *Assumption* (`own-organization`): the partner's own organization, which comes first, is the first one of the seed. */
function listOrganizations({ state }: Pick<Input<"listOrganizations">, "state">): Organization[] | null {
  return Array.from(state.organizations.values(), ({ data }) => data);
}

/** *Assumption* (`taken-name`): the names of two organizations differ in more than letter case and outer spaces. */
function createOrganization({ state, readBody }: Input<"createOrganization">): Organization {
  const { name, issuer, sso_domain, sso_org_id, client_id, client_secret } = readBody();
  if (typeof name !== "string" || name.trim() === "") throw invalid("name", "must not be blank");
  for (const [field, value] of Object.entries({ issuer, sso_domain, sso_org_id, client_id, client_secret })) {
    if (value !== undefined && typeof value !== "string") throw invalid(field, "must be a string");
  }
  if (isTaken(state, name)) {
    throw new HttpError(409, "An organization with this name already exists.", { metadata: { field: "name" } });
  }
  const organization = addOrganization(state, { issuer, name, sso_domain, sso_org_id });
  roles.addSeed({}, { state, organization, place: "" });
  return organization.data;
}

function invalid(field: string, rule: string): HttpError {
  return new HttpError(422, `\`${field}\` ${rule}.`, { metadata: { field } });
}

function isTaken(state: State, name: string): boolean {
  const wanted = name.trim().toLowerCase();
  return listOrganizations({ state })!.some((each) => each.name.trim().toLowerCase() === wanted);
}

/** Adds an organization, and an API key that belongs to it. */
function addOrganization(state: State, { id, apiKey, ...fields }: NewOrganization): OrganizationRecord {
  const newId = id ?? state.unusedId((each) => state.organizations.has(each));
  const data = withoutUndefined({ id: newId.toLowerCase(), ...fields }) as unknown as Organization;
  const organization = { id: data.id, apiKey: apiKey ?? unusedApiKey(state), data };
  state.organizations.set(data.id, organization);
  state.keys.set(organization.apiKey, { kind: "organization", organizationId: data.id });
  return organization;
}

/** The fields of the organization, checked, and its API key. */
interface NewOrganization {
  readonly id?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly name: string;
  readonly [field: string]: unknown;
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function unusedApiKey({ organizations, keys }: State): string {
  for (let number = organizations.size + 1; ; number++) {
    const key = number === 1 ? "sandbox-api-key" : `sandbox-api-key-${number}`;
    if (!keys.has(key)) return key;
  }
}

/** An organization in a seed. */
export interface SeedOrganization {
  /**
   * The id: a UUID. Default: the id in Polytomic's examples for the first organization, and generated from the `seed`
   * number for the others.
   */
  readonly id?: string;
  /** The name, unique in the sandbox. Default: `"Acme Corp"`, then `"Organization 2"` and so on. */
  readonly name?: string;
  /** The issuer for single sign-on. */
  readonly issuer?: string;
  /** The email domain whose users sign in with single sign-on. */
  readonly sso_domain?: string;
  /** The id of the organization at the single sign-on provider. */
  readonly sso_org_id?: string;
  /** The API key of the organization. Default: `"sandbox-api-key"`, then `"sandbox-api-key-2"` and so on. */
  readonly apiKey?: string;
  /** The roles of the organization. Default: Admin, Member, Editor, Sync Editor and Viewer. */
  readonly roles?: readonly SeedRole[];
  /** The users of the organization. Default: none. */
  readonly users?: readonly SeedUser[];
  /** A field that the spec does not have. Responses and snapshots contain it. */
  readonly [field: string]: unknown;
}

const SEED_NAMES: readonly NamesOf<SeedOrganization>[] = [
  "id",
  "name",
  "issuer",
  "sso_domain",
  "sso_org_id",
  "apiKey",
  "roles",
  "users",
];

/**
 * Adds an organization of a seed, without its roles and users.
 *
 * @param place The path of the organization in the seed, for messages: `organizations[0]`.
 */
export function addSeedOrganization(state: State, seed: SeedOrganization, place: string): OrganizationRecord {
  checkRecord(place, seed);
  const number = state.organizations.size + 1;
  const { id = number === 1 ? EXAMPLE_ORGANIZATION_ID : undefined, apiKey } = seed;
  const { name = number === 1 ? "Acme Corp" : `Organization ${number}`, issuer, sso_domain, sso_org_id } = seed;
  if (id !== undefined && !isUuid(id)) throw new TypeError(`\`${place}.id\` must be a UUID; got ${show(id)}.`);
  if (id !== undefined && state.organizations.has(id.toLowerCase())) {
    throw new TypeError(`\`${place}.id\` is also the id of another organization.`);
  }
  if (apiKey !== undefined) checkKey(`${place}.apiKey`, apiKey, state.keys);
  for (const [field, value] of Object.entries({ name, issuer, sso_domain, sso_org_id })) {
    const isValid = typeof value === "string" ? field !== "name" || value.trim() !== "" : value === undefined;
    if (!isValid) throw new TypeError(`\`${place}.${field}\` must be a string; got ${show(value)}.`);
  }
  if (isTaken(state, name))
    throw new TypeError(`\`${place}.name\`, ${name}, is also the name of another organization.`);
  const more = unknownFields(place, seed, SEED_NAMES);
  return addOrganization(state, { id, apiKey, issuer, name, sso_domain, sso_org_id, ...more });
}

/** An organization in a snapshot. */
export interface SnapshotOrganization extends SeedOrganization {
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

/** The fields that contain the records of an organization. */
export type PartName = Exclude<NamesOf<SeedOrganization>, keyof Organization | "apiKey">;

/** Does not compile if seeds, and thereby snapshots, lack a field of an organization. The compiler names the field. */
export type MissingSeedFields = AssertNever<Exclude<keyof Organization, NamesOf<SeedOrganization>>>;
