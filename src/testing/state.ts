import type { components } from "../../generated/schema.ts";
import { HttpError } from "./http-error.ts";
import { UuidGenerator } from "./uuid-generator.ts";

/** Organizations and keys. Every lookup is by map, so its cost does not depend on the number of records. */
export class State {
  readonly organizations: Map<string, OrganizationRecord> = new Map();
  /** The names of all organizations, in the form in which they are compared. */
  readonly organizationNames: Set<string> = new Set();
  readonly keys: Map<string, KeyRecord> = new Map();
  readonly #uuids: UuidGenerator;

  /** @param seed The number from which new ids and keys are generated. */
  constructor(seed: number) {
    this.#uuids = new UuidGenerator(seed);
  }

  /** The number from which the next ids and keys are generated. */
  get seed(): number {
    return this.#uuids.seed;
  }

  /** Throws a 404 if there is no organization with this id. */
  findOrganization(id: string): OrganizationRecord {
    const organization = this.organizations.get(id.toLowerCase());
    if (!organization) throw new HttpError(404, "Organization not found.");
    return organization;
  }

  /** The next id that is not taken. A seed can contain ids that were generated from the same number. */
  unusedId(isTaken: (id: string) => boolean): string {
    for (;;) {
      const id = this.#uuids.next();
      if (!isTaken(id)) return id;
    }
  }
}

/** The owner of a key. */
export interface KeyRecord {
  readonly kind: "partner" | "deployment" | "organization" | "user";
  /** The organization of an API key. A partner or deployment key has none. */
  readonly organizationId?: string;
  /** The user that the key was minted for. */
  readonly userId?: string;
}

export interface OrganizationRecord {
  readonly id: string;
  /** The API key that belongs to the organization itself. */
  readonly apiKey: string;
  /** The organization as the API returns it. */
  readonly data: components["schemas"]["Organization"];
}

/**
 * Keeps the records of one resource, separately for each organization.
 *
 * @param create Returns the records of a new organization.
 * @returns A function that returns the records of an organization.
 */
export function perOrganization<Records>(create: () => Records): (organization: OrganizationRecord) => Records {
  const all = new WeakMap<OrganizationRecord, Records>();
  return (organization) => {
    const records = all.get(organization) ?? create();
    all.set(organization, records);
    return records;
  };
}
