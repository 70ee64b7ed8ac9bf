import type { components } from "../../generated/schema.ts";
import { Numbers, uuid } from "./numbers.ts";
import { chooseRoles, DEFAULT_ROLE, type RoleChoice, type Roles } from "./roles.ts";

export type User = components["schemas"]["User"];

/** Who a key belongs to. Partner and deployment keys belong to no organization. */
export interface KeyRecord {
  readonly kind: "apiKey" | "partnerKey" | "deploymentKey";
  readonly organizationId?: string;
}

export interface OrganizationRecord {
  readonly id: string;
  /** The key that the organization has from the start. */
  readonly apiKey: string;
  /** By id, in the order in which they were created. */
  readonly users: Map<string, User>;
  /** The ids of the users, by e-mail address in lower case. */
  readonly emails: Map<string, string>;
  /** The keys that were minted for a user, by the user's id. */
  readonly mintedKeys: Map<string, Set<string>>;
}

/** A user to be; what is left out is chosen. */
export interface NewUser {
  readonly email: string;
  readonly id?: string | undefined;
  readonly roles?: Roles | undefined;
}

/** Organizations, users and keys. Every look-up is by a map, so that the number of users does not matter. */
export class State {
  readonly organizations: Map<string, OrganizationRecord> = new Map();
  readonly keys: Map<string, KeyRecord> = new Map();
  /** Every key that there is or was. */
  readonly issuedKeys: Set<string> = new Set();
  readonly #numbers: Numbers;

  /** @param seed The number that new ids and keys are made from. */
  constructor(seed: number) {
    this.#numbers = new Numbers(seed);
  }

  /** The number that the ids and keys to come are made from. */
  get seed(): number {
    return this.#numbers.seed;
  }

  /** The key still has to be given a record. */
  addOrganization(
    apiKey: string,
    id: string = this.#unused((each) => this.organizations.has(each)),
  ): OrganizationRecord {
    const organization: OrganizationRecord = {
      id: id.toLowerCase(),
      apiKey,
      users: new Map(),
      emails: new Map(),
      mintedKeys: new Map(),
    };
    this.organizations.set(organization.id, organization);
    return organization;
  }

  /** E-mail addresses are kept in lower case, as the API keeps them. */
  addUser(
    organization: OrganizationRecord,
    { email, id = this.#unused((each) => organization.users.has(each)), roles }: NewUser,
  ): User {
    const user: User = {
      email: email.toLowerCase(),
      id: id.toLowerCase(),
      organization_id: organization.id,
      ...(roles ?? chooseRoles(DEFAULT_ROLE)),
    };
    organization.users.set(user.id, user);
    organization.emails.set(user.email, user.id);
    return user;
  }

  /** Changes roles only, as the API does. */
  updateUser(organization: OrganizationRecord, user: User, choice: RoleChoice): User {
    const roles = chooseRoles(choice);
    if (!roles) return user;
    const { email, id, organization_id } = user;
    const updated: User = { email, id, organization_id, ...roles };
    organization.users.set(id, updated);
    return updated;
  }

  /** *Assumption*: the keys that were minted for a user end with the user. */
  deleteUser(organization: OrganizationRecord, user: User): void {
    organization.users.delete(user.id);
    organization.emails.delete(user.email);
    this.revokeKeys(organization, user);
  }

  /** Ends every key that was minted for the user. */
  revokeKeys(organization: OrganizationRecord, user: User): void {
    for (const key of organization.mintedKeys.get(user.id) ?? []) this.keys.delete(key);
    organization.mintedKeys.delete(user.id);
  }

  /** The next id that is not taken: a seed can hold ids that were made from the same number. */
  #unused(taken: (id: string) => boolean): string {
    for (;;) {
      const id = uuid(this.#numbers);
      if (!taken(id)) return id;
    }
  }

  addKey(key: string, record: KeyRecord): void {
    this.keys.set(key, record);
    this.issuedKeys.add(key);
  }

  #newKey(): string {
    return `sandbox-minted-${this.#unused((id) => this.issuedKeys.has(`sandbox-minted-${id}`))}`;
  }

  /** Makes an API key of the user's organization, in the user's name. */
  mintKey(organization: OrganizationRecord, user: User, key: string = this.#newKey()): string {
    this.addKey(key, { kind: "apiKey", organizationId: organization.id });
    const minted = organization.mintedKeys.get(user.id);
    if (minted) minted.add(key);
    else organization.mintedKeys.set(user.id, new Set([key]));
    return key;
  }
}
