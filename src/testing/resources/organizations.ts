import type { components } from "../../../generated/schema.ts";
import { checkKey, checkRecord, show, unknownFields } from "../check.ts";
import { EXAMPLE_ORGANIZATION_ID } from "../examples.ts";
import { isUuid } from "../../formats.ts";
import { HttpError } from "../http-error.ts";
import type { OrganizationRecord, State } from "../state.ts";
import { exactHandlers, type Handlers, type Input, type OperationsAt } from "./resource.ts";
import { roles } from "./roles.ts";

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

/** The fields of an organization in a seed, besides its roles and users. */
export interface SeedOrganizationFields {
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
}

/**
 * Adds an organization of a seed.
 *
 * @param place The path of the organization in the seed, for messages: `organizations[0]`.
 * @param parts The names of the fields that contain the records of the organization, such as `users`.
 */
export function addSeedOrganization(
  state: State,
  seed: SeedOrganizationFields,
  { place, parts }: { readonly place: string; readonly parts: readonly string[] },
): OrganizationRecord {
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
  const more = unknownFields(place, seed, [...SEED_NAMES, ...parts]);
  return addOrganization(state, { id, apiKey, issuer, name, sso_domain, sso_org_id, ...more });
}

const SEED_NAMES: readonly (keyof SeedOrganizationFields)[] = [
  "id",
  "apiKey",
  "issuer",
  "name",
  "sso_domain",
  "sso_org_id",
];
