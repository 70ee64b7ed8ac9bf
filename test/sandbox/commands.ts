/** Random calls by several clients. Each call is made with the SDK, and the model predicts its result. */
import type { AsyncCommand } from "fast-check";
import { expect } from "vitest";
import { Polytomic, type Result, type User } from "../../src/index.ts";
import type { Sandbox } from "../../src/testing/index.ts";
import type { Model } from "./model.ts";

/** The sandbox and the ids of its organizations. */
export interface Real {
  readonly sandbox: Sandbox;
  readonly organizations: readonly string[];
}

interface Client {
  readonly polytomic: Polytomic;
  /** The organization of `polytomic.users`. */
  readonly mine: string | undefined;
  readonly reachesAll: boolean;
  /** Whether the key is valid. */
  readonly isKnown: boolean;
}

export const CLIENTS = ["partner", "deployment", "apiKey", "otherApiKey", "scoped", "minted", "unknown"] as const;

/** One call: a client, an organization, a user (existing, deleted or unknown) and the arguments. */
export interface Choice {
  readonly client: (typeof CLIENTS)[number];
  readonly family: "current" | "partner";
  readonly organization: number;
  readonly user: number;
  readonly email: string;
  readonly role: string;
  readonly force: boolean;
}

type Kind = "list" | "create" | "get" | "update" | "delete" | "mint" | "createTwice";

export const KINDS: readonly Kind[] = ["list", "create", "get", "update", "delete", "mint", "createTwice"];

/** The id of a user that never existed. */
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

export class CallCommand implements AsyncCommand<Model, Real> {
  readonly kind: Kind;
  readonly choice: Choice;

  constructor(kind: Kind, choice: Choice) {
    this.kind = kind;
    this.choice = choice;
  }

  check(): boolean {
    return this.kind !== "mint" || this.choice.family === "partner";
  }

  async run(model: Model, real: Real): Promise<void> {
    const client = makeClient(model, real, this.choice);
    const organization = this.choice.family === "current" ? client.mine : real.organizations[this.choice.organization]!;
    const deniedStatus = statusIfDenied(client, this.choice.family, organization);
    const call = {
      model,
      organization: organization ?? real.organizations[0]!,
      users: this.choice.family === "current" ? client.polytomic.users : undefined,
      partner: client.polytomic.organization(organization ?? real.organizations[0]!).users,
      id: [UNKNOWN, ...model.ids][this.choice.user % (model.ids.length + 1)]!,
      choice: this.choice,
      deniedStatus,
    };
    await RUN[this.kind](call);
    expect(summary(real.sandbox)).toEqual(summaryOf(model, real));
  }

  toString(): string {
    const { client, family, organization, user, email, role, force } = this.choice;
    return `${this.kind}(${client}, ${family} ${organization}, user ${user}, ${email}, ${role}, force ${force})`;
  }
}

interface CallOfModel {
  readonly model: Model;
  readonly organization: string;
  /** The methods of the current organization; `undefined` for the partner family. */
  readonly users: Polytomic["users"] | undefined;
  readonly partner: ReturnType<Polytomic["organization"]>["users"];
  readonly id: string;
  readonly choice: Choice;
  /** The status that the caller gets for every call, if it has no access. */
  readonly deniedStatus: number | undefined;
}

const RUN: Record<Kind, (call: CallOfModel) => Promise<void>> = {
  async list({ model, organization, users, partner, deniedStatus }) {
    const result = await (users ?? partner).list().result();
    expect(statusOf(result)).toBe(deniedStatus ?? 200);
    if (result.ok) expect(result.data.map(brief)).toEqual(model.users.get(organization) ?? []);
  },
  async create({ model, organization, users, partner, choice: { email, role }, deniedStatus }) {
    const result = await (users ?? partner).create({ email, role }).result();
    expect(statusOf(result)).toBe(deniedStatus ?? model.statusOfCreate(organization, email));
    if (result.ok) model.create(organization, result.data.id, email, role);
  },
  async get({ model, organization, users, partner, id, deniedStatus }) {
    const result = await (users ?? partner).get(id).result();
    const user = model.find(organization, id);
    expect(statusOf(result)).toBe(deniedStatus ?? (user ? 200 : 404));
    if (result.ok) expect(brief(result.data)).toEqual(user);
  },
  async update({ model, organization, users, partner, id, choice: { email, role }, deniedStatus }) {
    const result = await (users ? users.update(id, { role }) : partner.update(id, { email, role })).result();
    expect(statusOf(result)).toBe(deniedStatus ?? (model.find(organization, id) ? 200 : 404));
    if (!result.ok) return;
    model.update(organization, id, role);
    expect(brief(result.data)).toEqual(model.find(organization, id));
  },
  async delete({ model, organization, users, partner, id, deniedStatus }) {
    const result = await (users ?? partner).delete(id).result();
    const user = model.find(organization, id);
    expect(statusOf(result)).toBe(deniedStatus ?? (user ? 200 : 404));
    if (!result.ok) return;
    expect(brief(result.data)).toEqual(user);
    model.delete(organization, id);
  },
  async mint({ model, organization, partner, id, choice: { force }, deniedStatus }) {
    const result = await partner.createApiKey(id, { force }).result();
    expect(statusOf(result)).toBe(deniedStatus ?? (model.find(organization, id) ? 200 : 404));
    if (!result.ok) return;
    if (force) model.revoke(organization, id);
    model.mint(organization, id, result.data.value);
  },
  /** Two calls with the same idempotency key have the same result. */
  async createTwice(call) {
    const { model, organization, users, partner, choice, deniedStatus } = call;
    const { email, role } = choice;
    const idempotencyKey = crypto.randomUUID();
    const first = await (users ?? partner).create({ email, role }, { idempotencyKey }).result();
    expect(statusOf(first)).toBe(deniedStatus ?? model.statusOfCreate(organization, email));
    if (first.ok) model.create(organization, first.data.id, email, role);
    const second = await (users ?? partner).create({ email, role }, { idempotencyKey }).result();
    expect(statusOf(second)).toBe(statusOf(first));
    if (first.ok && second.ok) expect(second.data).toEqual(first.data);
  },
};

function makeClient(model: Model, { sandbox, organizations }: Real, { client, user }: Choice): Client {
  const { fetch, partnerKey, deploymentKey, apiKey } = sandbox;
  const [first, second] = organizations;
  const baseUrl = "https://app.polytomic.com";
  const known = { isKnown: true, reachesAll: false };
  switch (client) {
    case "partner":
      return { ...known, polytomic: new Polytomic({ partnerKey, fetch }), mine: undefined, reachesAll: true };
    case "deployment": {
      const polytomic = new Polytomic({ deploymentKey, baseUrl, organizationId: second!, fetch });
      return { ...known, polytomic, mine: second, reachesAll: true };
    }
    case "scoped": {
      const polytomic = new Polytomic({ partnerKey, organizationId: first!, fetch });
      return { ...known, polytomic, mine: first, reachesAll: true };
    }
    case "apiKey":
      return { ...known, polytomic: new Polytomic({ apiKey, fetch }), mine: first };
    case "otherApiKey":
      return { ...known, polytomic: new Polytomic({ apiKey: "sandbox-api-key-2", fetch }), mine: second };
    case "minted": {
      const key = model.keys.length === 0 ? "no-key-was-minted" : model.keys[user % model.keys.length]!;
      const minted = model.minted.get(key);
      const polytomic = new Polytomic({ apiKey: key, fetch });
      return { polytomic, mine: minted?.organization, reachesAll: false, isKnown: minted !== undefined };
    }
    default:
      return {
        polytomic: new Polytomic({ apiKey: "an-unknown-key", fetch }),
        mine: undefined,
        reachesAll: false,
        isKnown: false,
      };
  }
}

/** The status for a client without access; `undefined` if it has access, and 0 if the SDK sends nothing. */
function statusIfDenied(
  { isKnown, reachesAll, mine }: Client,
  family: string,
  organization: string | undefined,
): number | undefined {
  if (!isKnown) return 401;
  if (family === "current") return mine === undefined ? 0 : undefined;
  return reachesAll || organization === mine ? undefined : 403;
}

/** 200, the status of the error, or 0 if nothing was sent. */
function statusOf(result: Result<unknown, { name: string }>): number {
  if (result.ok) return 200;
  return "status" in result.error ? (result.error.status as number) : 0;
}

function brief({ id, email, role }: Pick<User, "id" | "email" | "role">): {
  id: string;
  email: string;
  role: string | undefined;
} {
  return { id, email, role };
}

function summary(sandbox: Sandbox): unknown {
  return sandbox.snapshot().organizations.map(({ id, users }) => ({
    id,
    users: users.map((user) => ({ ...brief(user), apiKeys: [...(user.apiKeys ?? [])] })),
  }));
}

function summaryOf({ users, minted }: Model, { organizations }: Real): unknown {
  return organizations.map((id) => ({
    id,
    users: (users.get(id) ?? []).map((user) => ({
      ...user,
      apiKeys: [...minted].filter(([, of]) => of.organization === id && of.user === user.id).map(([key]) => key),
    })),
  }));
}
