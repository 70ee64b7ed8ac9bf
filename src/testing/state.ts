import type { components } from "../../generated/schema.ts";
import { numbersFrom, uuid } from "./numbers.ts";

export type User = components["schemas"]["User"];

/** Who a key belongs to. Partner and deployment keys belong to no organization. */
export interface KeyRecord {
  readonly kind: "apiKey" | "partnerKey" | "deploymentKey";
  readonly organizationId?: string;
  /** The user that a key was minted for. */
  readonly userId?: string;
}

export interface OrganizationRecord {
  readonly id: string;
  /** By id, in the order in which they were created. */
  readonly users: Map<string, User>;
  /** The ids of the users, by lower-case e-mail address. */
  readonly emails: Map<string, string>;
}

/** *Assumption*: these two roles exist; their ids and names are those of the vendor's examples. */
const ROLES = [
  { id: "d9f8e7c6-b5a4-3210-9fed-cba987654321", name: "admin" },
  { id: "e1f2d3c4-b5a6-7890-1234-56789abcdef0", name: "user" },
] as const;

/** What a request asks for in the way of roles. */
export interface RoleChoice {
  readonly role_ids?: readonly string[] | undefined;
  readonly role?: string | undefined;
}

/** Everything that a sandbox remembers. */
export class State {
  readonly organizations: Map<string, OrganizationRecord> = new Map();
  readonly keys: Map<string, KeyRecord> = new Map();
  readonly #numbers = numbersFrom(1);

  addOrganization(id: string): OrganizationRecord {
    const organization: OrganizationRecord = { id, users: new Map(), emails: new Map() };
    this.organizations.set(id, organization);
    return organization;
  }

  /** *Assumption*: a user that is created without roles has the role `user`. */
  addUser(organization: OrganizationRecord, email: string, choice: RoleChoice, id: string = uuid(this.#numbers)): User {
    const roles = chooseRoles(choice) ?? chooseRoles({ role: "user" });
    const user: User = { email: email.toLowerCase(), id, organization_id: organization.id, ...roles };
    organization.users.set(id, user);
    organization.emails.set(user.email, id);
    return user;
  }

  /** Changes roles only, as the API does. */
  updateUser(organization: OrganizationRecord, user: User, choice: RoleChoice): User {
    const { email, id, organization_id, role_ids, role } = user;
    const updated = { email, id, organization_id, ...(chooseRoles(choice) ?? { role_ids, role }) } as User;
    organization.users.set(id, updated);
    return updated;
  }

  /** The keys that were minted for the user end with the user. */
  deleteUser(organization: OrganizationRecord, user: User): void {
    organization.users.delete(user.id);
    organization.emails.delete(user.email);
    this.revokeKeys(user);
  }

  revokeKeys(user: User): void {
    for (const [key, record] of this.keys) if (record.userId === user.id) this.keys.delete(key);
  }

  mintKey(user: User): string {
    const key = `sandbox-minted-${uuid(this.#numbers)}`;
    this.keys.set(key, { kind: "apiKey", organizationId: user.organization_id, userId: user.id });
    return key;
  }
}

/**
 * Role ids and the legacy name say the same thing in two ways. *Assumption*: any id and any name is taken; the two
 * roles above are known under both.
 */
function chooseRoles({ role_ids, role }: RoleChoice): Pick<User, "role_ids" | "role"> | undefined {
  if (role_ids) {
    const known = ROLES.find(({ id }) => role_ids.includes(id));
    return { role_ids: [...role_ids], ...(known && { role: known.name }) };
  }
  if (role === undefined) return undefined;
  const name = role.trim().toLowerCase();
  return { role_ids: ROLES.filter((known) => known.name === name).map(({ id }) => id), role: name };
}
