/** An organization in the sandbox, where requests can fail at any point, and somebody else changes users meanwhile. */
import { Polytomic } from "../../../src/index.ts";
import type { SyncPlan, WantedUser } from "../../../src/sync/index.ts";
import { createSandbox, type Sandbox, type SeedUser, type SnapshotUser } from "../../../src/testing/index.ts";
import { ADMIN } from "../people.ts";

/** What happens to one request. `refused` and `lost` are failures of the network before and after the API. */
export type Disturbance =
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "refused" | "lost" | "thrown" | "killed" | "aborted" }
  | { readonly kind: "edit"; readonly edit: Edit };

/** What somebody else does to a user. */
export interface Edit {
  readonly action: "create" | "update" | "delete";
  readonly email: string;
  readonly role: string;
}

export class World {
  readonly sandbox: Sandbox;
  readonly users: Polytomic["users"];
  /** The first rule that a request broke. */
  broken: BrokenRule | undefined;
  /** What the next requests have to keep. */
  #rules: Rules | undefined;
  #disturbances: ReadonlyMap<number, Disturbance> = new Map();
  #abort: (() => void) | undefined;
  #requests = 0;
  /** What the API does last. */
  #last: Promise<unknown> = Promise.resolve();
  #isKilled = false;
  /** Whether somebody else has changed an admin since the users were last listed. */
  #areAdminsStale = false;

  constructor(seed: readonly SeedUser[]) {
    this.sandbox = createSandbox({ organizations: [{ users: seed }] });
    const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
      this.#receive(new Request(input, init));
    this.users = new Polytomic({ apiKey: this.sandbox.apiKey, fetch, maxRetries: 0 }).users;
  }

  records(): readonly SnapshotUser[] {
    return this.sandbox.snapshot().organizations[0]!.users;
  }

  /** From now on, every request has to follow the rules of this plan. */
  watch(plan: SyncPlan, wanted: readonly WantedUser[]): void {
    this.#rules = new Rules(plan, wanted, this.records());
  }

  disturb(disturbances: ReadonlyMap<number, Disturbance>, abort: () => void): void {
    [this.#disturbances, this.#abort, this.#requests, this.#isKilled] = [disturbances, abort, 0, false];
  }

  async #receive(request: Request): Promise<Response> {
    if (this.#isKilled) throw new TypeError("fetch failed");
    const disturbance = this.#disturbances.get(this.#requests++);
    if (disturbance?.kind === "edit") await this.edit(disturbance.edit);
    if (disturbance?.kind === "aborted") this.#abort?.();
    if (disturbance?.kind === "killed") this.#isKilled = true;
    if (disturbance?.kind === "thrown") throw new RangeError("a bug of the caller's fetch");
    if (disturbance?.kind === "refused" || disturbance?.kind === "killed") throw new TypeError("fetch failed");
    if (disturbance?.kind === "status") return Response.json({ message: "disturbed" }, { status: disturbance.status });
    const response = await this.#forward(request);
    if (disturbance?.kind === "lost") throw new TypeError("fetch failed");
    return response;
  }

  /** Sends a request to the API, one at a time, and compares what it changes with the rules. */
  #forward(request: Request): Promise<Response> {
    const response = this.#last.then(() => this.#send(request));
    this.#last = response.catch(() => {});
    return response;
  }

  async #send(request: Request): Promise<Response> {
    const before = this.records();
    if (request.method === "GET") this.#areAdminsStale = false;
    const response = await this.sandbox.fetch(request);
    try {
      this.#rules?.check(before, this.records(), { areAdminsStale: this.#areAdminsStale });
    } catch (error) {
      this.broken ??= error as BrokenRule;
      throw error;
    }
    return response;
  }

  /** Somebody else changes a user. */
  edit(edit: Edit): Promise<void> {
    const done = this.#last.then(() => this.#edit(edit));
    this.#last = done.catch(() => {});
    return done;
  }

  async #edit({ action, email, role }: Edit): Promise<void> {
    const others = new Polytomic({ apiKey: this.sandbox.apiKey, fetch: this.sandbox.fetch }).users;
    const user = this.records().find((each) => each.email === email);
    if (action === "create" && !user) await others.create({ email, role_ids: [role] });
    if (action === "update" && user) await others.update(user.id, { role_ids: [role] });
    if (action === "delete" && user) await others.delete(user.id);
    if (user?.role_ids?.includes(ADMIN) || role === ADMIN) this.#areAdminsStale = true;
    if (action === "delete") this.#rules?.excuse(email);
  }
}

/** A request broke a rule. The client passes on what its `fetch` throws, and `applySync` turns it into an outcome. */
export class BrokenRule extends Error {}

/** The promises of a plan without objections. */
class Rules {
  readonly #plan: SyncPlan;
  /** The people who are on the list and were users when the plan was made. */
  readonly #present: Set<string>;
  /** The people whom the plan creates or changes. They have to be users before anybody is deleted. */
  readonly #expected: Set<string>;
  readonly #listed: ReadonlySet<string>;
  #deletions = 0;

  constructor(plan: SyncPlan, wanted: readonly WantedUser[], users: readonly SnapshotUser[]) {
    this.#plan = plan;
    const steps = plan.steps.filter(({ action }) => action !== "delete");
    this.#expected = new Set(steps.map(({ email }) => email.toLowerCase()));
    this.#listed = new Set(wanted.map(({ email }) => email.toLowerCase()));
    this.#present = new Set(users.map(({ email }) => email).filter((email) => this.#listed.has(email)));
  }

  /** Somebody else has deleted this user. */
  excuse(email: string): void {
    this.#present.delete(email);
    this.#expected.delete(email);
  }

  check(
    before: readonly SnapshotUser[],
    after: readonly SnapshotUser[],
    { areAdminsStale }: { readonly areAdminsStale: boolean },
  ): void {
    const { checks, steps } = this.#plan;
    const emails = new Set(after.map(({ email }) => email));
    for (const email of this.#present)
      require(emails.has(email), `${email} is on the list, was present, and is absent`);
    const deleted = before.filter(({ email }) => !emails.has(email));
    this.#deletions += deleted.length;
    require(this.#deletions <= checks.mostDeletions, "more deletions than allowed");
    for (const { id, email } of deleted) {
      const isPlanned = steps.some((step) => step.action === "delete" && step.id === id && step.email === email);
      require(isPlanned && !this.#listed.has(email), `the deletion of ${email} was not planned`);
      for (const each of this.#expected) require(emails.has(each), `${email} was deleted before ${each} was created`);
    }
    const [adminsBefore, adminsAfter] = [before, after].map((users) => users.filter(isAdmin).length);
    const isManaged = checks.adminRoles?.length && !areAdminsStale;
    require(!isManaged || adminsBefore === 0 || adminsAfter! > 0, "no admin is left");
  }
}

const isAdmin = ({ role_ids }: SnapshotUser): boolean => role_ids?.includes(ADMIN) ?? false;

function require(isKept: boolean, broken: string): void {
  if (!isKept) throw new BrokenRule(broken);
}
