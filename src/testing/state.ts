import type { components } from "../../generated/schema.ts";
import { chooseRoles, DEFAULT_ROLE, type RoleChoice, type Roles } from "./roles.ts";
import { UuidGenerator } from "./uuid-generator.ts";

/** Organizations, users and keys. Every lookup is by map, so its cost does not depend on the number of users. */
export class State {
  readonly organizations: Map<string, OrganizationRecord> = new Map();
  readonly keys: Map<string, KeyRecord> = new Map();
  /** Every key that exists or existed. */
  readonly issuedKeys: Set<string> = new Set();
  readonly #uuids: UuidGenerator;

  /** @param seed The number from which new ids and keys are generated. */
  constructor(seed: number) {
    this.#uuids = new UuidGenerator(seed);
  }

  /** The number from which the next ids and keys are generated. */
  get seed(): number {
    return this.#uuids.seed;
  }

  /** The caller adds `apiKey` with `addKey`. */
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

  /** The next id that is not taken. A seed can contain ids that were generated from the same number. */
  #unused(isTaken: (id: string) => boolean): string {
    for (;;) {
      const id = this.#uuids.next();
      if (!isTaken(id)) return id;
    }
  }

  /** Like the API, stores email addresses in lower case. */
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

  /** Like the API, changes roles only. */
  updateUser(organization: OrganizationRecord, user: User, choice: RoleChoice): User {
    const roles = chooseRoles(choice);
    if (!roles) return user;
    const { email, id, organization_id } = user;
    const updated: User = { email, id, organization_id, ...roles };
    organization.users.set(id, updated);
    return updated;
  }

  /** *Assumption*: deleting a user revokes the keys that were minted for the user. */
  deleteUser(organization: OrganizationRecord, user: User): void {
    organization.users.delete(user.id);
    organization.emails.delete(user.email);
    this.revokeKeys(organization, user);
  }

  /** Revokes every key that was minted for the user. */
  revokeKeys(organization: OrganizationRecord, user: User): void {
    for (const key of organization.mintedKeys.get(user.id) ?? []) this.keys.delete(key);
    organization.mintedKeys.delete(user.id);
  }

  /** Creates an API key for the user, which works for the whole organization. */
  mintKey(organization: OrganizationRecord, user: User, key: string = this.#newKey()): string {
    this.addKey(key, { kind: "apiKey", organizationId: organization.id });
    const minted = organization.mintedKeys.get(user.id);
    if (minted) minted.add(key);
    else organization.mintedKeys.set(user.id, new Set([key]));
    return key;
  }

  #newKey(): string {
    return `sandbox-minted-${this.#unused((id) => this.issuedKeys.has(`sandbox-minted-${id}`))}`;
  }

  addKey(key: string, record: KeyRecord): void {
    this.keys.set(key, record);
    this.issuedKeys.add(key);
  }
}

/** A user as the API returns it. */
export type User = components["schemas"]["User"];

/** The owner of a key. Partner and deployment keys do not belong to an organization. */
export interface KeyRecord {
  readonly kind: "apiKey" | "partnerKey" | "deploymentKey";
  readonly organizationId?: string;
}

export interface OrganizationRecord {
  readonly id: string;
  /** The key from the seed. */
  readonly apiKey: string;
  /** By id, in the order in which they were created. */
  readonly users: Map<string, User>;
  /** User ids by email address in lower case. */
  readonly emails: Map<string, string>;
  /** Minted keys by user id. */
  readonly mintedKeys: Map<string, Set<string>>;
}

interface NewUser {
  readonly email: string;
  readonly id?: string | undefined;
  readonly roles?: Roles | undefined;
}
