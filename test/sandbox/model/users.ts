import * as fc from "fast-check";
import { expect } from "vitest";
import type { User } from "../../../src/index.ts";
import { statusOf, type Access, type MintedKeys } from "./clients.ts";
import { commandSet, type CommandSet } from "./commands.ts";

/** A role that no organization has. */
const UNKNOWN_ROLE = "auditor";

/** The user of a call (existing, deleted or unknown) and its arguments. */
interface Choice {
  readonly user: number;
  readonly email: string;
  readonly role: string;
  readonly force: boolean;
}

export const userCommands: CommandSet = commandSet<UsersModel, Choice>({
  create: (keys) => new UsersModel(keys),
  choices: fc.record({
    user: fc.nat(20),
    email: fc.constantFrom("ada@acmecorp.com", "ADA@acmecorp.com", "Grace@acmecorp.com", "alan.turing@example.com"),
    role: fc.constantFrom("admin", "user", "sync editor", UNKNOWN_ROLE),
    force: fc.boolean(),
  }),
  onlyFamilyOf: { mint: "partner" },
  calls: {
    async list({ records, organization, deniedStatus, ...access }) {
      const result = await usersOf(access).list().result();
      expect(statusOf(result)).toBe(deniedStatus ?? 200);
      if (result.ok) expect(result.data.map(brief)).toEqual(records.list(organization));
    },
    async create({ records, organization, deniedStatus, choice: { email, role }, ...access }) {
      const result = await usersOf(access).create({ email, role }).result();
      expect(statusOf(result)).toBe(deniedStatus ?? records.statusOfCreate(organization, { email, role }));
      if (result.ok) records.create(organization, { id: result.data.id, email, role });
    },
    async get({ records, organization, deniedStatus, choice, ...access }) {
      const id = records.pickId(choice.user);
      const result = await usersOf(access).get(id).result();
      expect(statusOf(result)).toBe(deniedStatus ?? records.statusOfFind(organization, id));
      if (result.ok) expect(brief(result.data)).toEqual(records.find(organization, id));
    },
    async update({ records, organization, deniedStatus, choice, current, partner }) {
      const { email, role } = choice;
      const id = records.pickId(choice.user);
      const call = current ? current.users.update(id, { role }) : partner.users.update(id, { email, role });
      const result = await call.result();
      expect(statusOf(result)).toBe(deniedStatus ?? records.statusOfUpdate(organization, { id, role }));
      if (!result.ok) return;
      records.update(organization, id, role);
      expect(brief(result.data)).toEqual(records.find(organization, id));
    },
    async delete({ records, organization, deniedStatus, choice, ...access }) {
      const id = records.pickId(choice.user);
      const result = await usersOf(access).delete(id).result();
      expect(statusOf(result)).toBe(deniedStatus ?? records.statusOfFind(organization, id));
      if (!result.ok) return;
      expect(brief(result.data)).toEqual(records.find(organization, id));
      records.delete(organization, id);
    },
    async mint({ records, organization, deniedStatus, choice: { user, force }, partner }) {
      const id = records.pickId(user);
      const result = await partner.users.createApiKey(id, { force }).result();
      expect(statusOf(result)).toBe(deniedStatus ?? records.statusOfFind(organization, id));
      if (!result.ok) return;
      if (force) records.keys.revoke(organization, id);
      records.keys.add(organization, id, result.data.value);
    },
    /** Two calls with the same idempotency key have the same result. */
    async createTwice({ records, organization, deniedStatus, choice: { email, role }, ...access }) {
      const idempotencyKey = crypto.randomUUID();
      const first = await usersOf(access).create({ email, role }, { idempotencyKey }).result();
      expect(statusOf(first)).toBe(deniedStatus ?? records.statusOfCreate(organization, { email, role }));
      if (first.ok) records.create(organization, { id: first.data.id, email, role });
      const second = await usersOf(access).create({ email, role }, { idempotencyKey }).result();
      expect(statusOf(second)).toBe(statusOf(first));
      if (first.ok && second.ok) expect(second.data).toEqual(first.data);
    },
  },
  expected: (records, organization) => ({
    id: organization,
    users: records.list(organization).map((user) => ({ ...user, apiKeys: records.keys.of(organization, user.id) })),
  }),
  actual: ({ id, users }) => ({
    id,
    users: users.map((user) => ({ ...brief(user), apiKeys: [...(user.apiKeys ?? [])] })),
  }),
});

/** The id of a user that never existed. */
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

/** A simple model of the users of each organization. */
class UsersModel {
  readonly keys: MintedKeys;
  /** By organization id. */
  readonly #users: Map<string, ModelUser[]> = new Map();
  /** Every id that ever existed, so that commands can use deleted ones. */
  readonly #ids: string[] = [];

  constructor(keys: MintedKeys) {
    this.keys = keys;
  }

  pickId(index: number): string {
    return [UNKNOWN, ...this.#ids][index % (this.#ids.length + 1)]!;
  }

  list(organization: string): readonly ModelUser[] {
    return this.#users.get(organization) ?? [];
  }

  /** The expected status of a create. */
  statusOfCreate(organization: string, { email, role }: Pick<ModelUser, "email" | "role">): number {
    const isTaken = this.list(organization).some((user) => user.email === email.toLowerCase());
    return isTaken || role === UNKNOWN_ROLE ? 422 : 200;
  }

  create(organization: string, { id, email, role }: ModelUser): void {
    this.#users.set(organization, [...this.list(organization), { id, email: email.toLowerCase(), role }]);
    this.#ids.push(id);
  }

  find(organization: string, id: string): ModelUser | undefined {
    return this.list(organization).find((user) => user.id === id);
  }

  /** The expected status of a call to an existing user. */
  statusOfFind(organization: string, id: string): number {
    return this.find(organization, id) ? 200 : 404;
  }

  statusOfUpdate(organization: string, { id, role }: Pick<ModelUser, "id" | "role">): number {
    if (!this.find(organization, id)) return 404;
    return role === UNKNOWN_ROLE ? 422 : 200;
  }

  update(organization: string, id: string, role: string): void {
    const updated = this.list(organization).map((user) => (user.id === id ? { ...user, role } : user));
    this.#users.set(organization, updated);
  }

  delete(organization: string, id: string): void {
    const others = this.list(organization).filter((user) => user.id !== id);
    this.#users.set(organization, others);
    this.keys.revoke(organization, id);
  }
}

interface ModelUser {
  readonly id: string;
  readonly email: string;
  readonly role: string;
}

type Users = Access["partner"]["users"] | NonNullable<Access["current"]>["users"];

function usersOf({ current, partner }: Pick<Access, "current" | "partner">): Users {
  return (current ?? partner).users;
}

function brief({ id, email, role }: Pick<User, "id" | "email" | "role">): {
  id: string;
  email: string;
  role: string | undefined;
} {
  return { id, email, role };
}
