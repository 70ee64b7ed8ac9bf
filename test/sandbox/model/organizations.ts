/** Organizations, and what depends only on the key or the organization: identities and lists of roles. */
import * as fc from "fast-check";
import { expect } from "vitest";
import { ORGANIZATION } from "../../facts.ts";
import { statusOf } from "./clients.ts";
import { commandSet, type CommandSet } from "./commands.ts";

/** The second organization of the sandbox. */
export const SECOND = "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34";

interface Choice {
  readonly name: string;
  /** The index of an organization; the one after the last is unknown. */
  readonly index: number;
}

export const organizationCommands: CommandSet = commandSet<Names, Choice>({
  create: () => new Names(),
  choices: fc.record({
    name: fc.constantFrom("Acme Corp", "ACME corp", "Globex", "globex", "Initech"),
    index: fc.nat(5),
  }),
  onlyFamilyOf: { listAll: "partner", create: "partner", getOne: "partner", getCurrent: "current" },
  calls: {
    async identity({ polytomic, owner, isPartner }) {
      const result = await polytomic.identity.get().result();
      expect(statusOf(result)).toBe(owner === undefined && !isPartner ? 401 : 200);
      if (!result.ok) return;
      const { is_user, is_organization, is_partner, is_system, organization_id } = result.data;
      expect([is_partner || is_system, is_user || is_organization]).toEqual([isPartner, !isPartner]);
      expect(organization_id).toBe(owner);
    },
    async listRoles({ partner, current, deniedStatus, isPartner, organization }) {
      const result = await (current ?? partner).roles.list().result();
      // The SDK scopes no API key to an organization by id.
      const expected = current ? deniedStatus : isPartner ? undefined : 0;
      expect(statusOf(result)).toBe(expected ?? 200);
      if (result.ok) expect(new Set(result.data.map((role) => role.organization_id))).toEqual(new Set([organization]));
    },
    async getCurrent({ records, polytomic, organization, deniedStatus }) {
      const result = await polytomic.organizations.getCurrent().result();
      expect(statusOf(result)).toBe(deniedStatus ?? 200);
      if (result.ok) expect(result.data).toEqual(records.get(organization));
    },
    async listAll({ records, polytomic, isPartner, organizations }) {
      const result = await polytomic.organizations.list().result();
      expect(statusOf(result)).toBe(isPartner ? 200 : 401);
      if (result.ok) expect(result.data).toEqual(organizations.map((id) => records.get(id)));
    },
    async getOne({ records, polytomic, isPartner, organizations, choice }) {
      const id = [...organizations, UNKNOWN][choice.index % (organizations.length + 1)]!;
      const result = await polytomic.organizations.get(id).result();
      expect(statusOf(result)).toBe(isPartner ? (id === UNKNOWN ? 404 : 200) : 401);
      if (result.ok) expect(result.data).toEqual(records.get(id));
    },
    async create({ records, polytomic, isPartner, organizations, choice: { name } }) {
      const result = await polytomic.organizations.create({ name }).result();
      expect(statusOf(result)).toBe(isPartner ? (records.has(name) ? 409 : 200) : 401);
      if (!result.ok) return;
      records.add(result.data.id, name);
      organizations.push(result.data.id);
    },
  },
  expected: (records, id) => ({ ...records.get(id), roles: ["Admin", "Member", "Editor", "Sync Editor", "Viewer"] }),
  actual: ({ id, name, roles }) => ({ id, name, roles: roles.map((role) => role.name) }),
});

/** The id of an organization that never existed. */
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

/** The names of the organizations by id. */
class Names {
  readonly #names: Map<string, string> = new Map([
    [ORGANIZATION, "Acme Corp"],
    [SECOND, "Organization 2"],
  ]);

  get(id: string): { id: string; name: string } {
    return { id, name: this.#names.get(id)! };
  }

  has(name: string): boolean {
    return [...this.#names.values()].some((each) => each.toLowerCase() === name.toLowerCase());
  }

  add(id: string, name: string): void {
    this.#names.set(id, name);
  }
}
