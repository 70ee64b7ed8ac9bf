import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { OPERATIONS } from "../../generated/contract.ts";
import type { components } from "../../generated/schema.ts";
import { isUuid } from "../../src/formats.ts";
import { dataOf, request, userIn, usersIn, type Call, type ReceivedUser, type Reply, type Target } from "./request.ts";

/** The two families of operations with users. */
export type Family = "CurrentOrg" | "Partner";

type NewUser = components["schemas"]["CreateUserRequest"];

type Action = "create" | "get" | "update" | "delete";

/** The call of an operation in a family. */
export function callOf(family: Family, action: Action | "list", id?: string): Call {
  const operation = action === "list" ? (`list${family}Users` as const) : (`${action}${family}User` as const);
  return { operation, ...(id !== undefined && { path: { id } }) };
}

/** What tests know about the user. */
export interface CreatedUser {
  readonly family: Family;
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  /** The response to the create, and those to further creates with the same address. */
  readonly replies: Readonly<
    Record<"first" | "sameBody" | "otherBody" | "otherVersion" | "otherKey" | "malformedKey", Reply>
  >;
}

/**
 * Creates a user and deletes it. Only the process that handles Ctrl-C does this, so that a create is never cut off. Nobody
 * else is changed: the address was in no list before, and a GET confirms the id.
 */
export class ThrowawayUser {
  /** How the responses to creates and deletes differ from the spec. */
  readonly deviations: Set<string> = new Set();
  readonly #target: Target;
  readonly #email: string;
  readonly #interruption: AbortSignal;
  #family: Family = "CurrentOrg";
  #before: ReadonlySet<unknown> = new Set();
  readonly #created: Map<string, "exists" | "deleted"> = new Map();
  /** Ids that could not be confirmed. */
  readonly #possible: Set<string> = new Set();
  /** Whether a user may exist that is not in `#created`. A list has to confirm that a refused create created nobody. */
  #doubt: "none" | "refused" | "unknown" = "none";

  constructor(target: Target, email: string, interruption: AbortSignal) {
    this.#target = target;
    this.#email = email.toLowerCase();
    this.#interruption = interruption;
  }

  /** Creates the user. Returns the reason if there is none. Rejects if the run is interrupted. */
  async create(): Promise<CreatedUser | string> {
    const refusal = await this.#prepare();
    if (refusal !== undefined) return refusal;
    const email = this.#email;
    const upper = { body: { email: email.toUpperCase() }, idempotencyKey: randomUUID() }; // to see what the API stores
    const first = await this.#create(upper);
    const [id] = this.#created.keys();
    if (id === undefined) return `the create returned no user that this run can identify (${first.summary})`;
    const replies = {
      first,
      sameBody: await this.#create(upper),
      otherBody: await this.#create({ ...upper, body: { email, role: "user" } }),
      otherVersion: await this.#create({ ...upper, version: "2024-02-08" }),
      otherKey: await this.#create({ ...upper, idempotencyKey: randomUUID() }),
      malformedKey: await this.#create({ ...upper, idempotencyKey: "short" }),
    };
    return { family: this.#family, id, email, replies };
  }

  /** Deletes every user that the run created. */
  async remove(pauses: readonly number[] = [0, 1000, 3000]): Promise<void> {
    for (const pause of pauses) {
      if (this.#created.size === 0 && this.#doubt === "none") return;
      await sleep(pause);
      await this.#findInList();
      for (const id of this.#existing()) {
        const { status } = await this.#send(callOf(this.#family, "delete", id));
        if ((status >= 200 && status < 300) || status === 404) this.#created.set(id, "deleted");
      }
      await this.#findInList();
      if (this.#existing().length === 0 && this.#doubt === "none") return;
    }
  }

  /** Who may be left at the moment, in sentences. */
  get leftovers(): string[] {
    const left = this.#existing().map(
      (id) => `This run created the user ${id}, and could not confirm that it is deleted. Delete it by hand.`,
    );
    if (this.#doubt === "none") return left;
    const possible = [...this.#possible].filter((id) => !this.#created.has(id));
    return [
      ...left,
      "A user with the address of --email may exist. Look for it, and delete it by hand.",
      ...possible.map((id) => `Possibly left: the user ${id}. Check who that is before you delete it.`),
    ];
  }

  /** Lists the users in the first family that allows it. Returns why writing would not be safe, if so. */
  async #prepare(): Promise<string | undefined> {
    // Only the partner family can create keys, so it comes first if there is a key for it.
    const families: Family[] =
      this.#target.partnerKey === undefined ? ["CurrentOrg", "Partner"] : ["Partner", "CurrentOrg"];
    for (const family of families) {
      const list = await this.#send(callOf(family, "list"), this.#interruption);
      if (list.status !== 200) continue;
      const data = dataOf(list);
      const users = usersIn(list);
      if (
        (data !== null && !Array.isArray(data)) ||
        users.some((user) => idOf(user) === undefined || addressOf(user) === undefined)
      ) {
        return "the list of users does not match the spec, so that this user could not be told from others";
      }
      if (users.some((user) => addressOf(user) === this.#email)) return "the address belongs to a user already";
      this.#family = family;
      this.#before = new Set(users.map(idOf));
      return undefined;
    }
    return "no key of the environment could list the users";
  }

  async #create(call: Partial<Call> & { readonly body: NewUser }): Promise<Reply> {
    this.#interruption.throwIfAborted();
    const earlier = this.#doubt;
    this.#doubt = "unknown"; // until the response says what happened
    const reply = await this.#send({ ...callOf(this.#family, "create"), ...call });
    const id = idOf(userIn(reply));
    if (id !== undefined && (this.#created.has(id) || (await this.#isOwn(id, userIn(reply))))) {
      this.#created.set(id, "exists");
      this.#doubt = earlier;
    } else if (earlier !== "unknown" && reply.status >= 400 && reply.status < 500) {
      this.#doubt = "refused";
    }
    return reply;
  }

  /** Whether a GET of the id returns a user with the address of this run, who did not exist before. */
  async #isOwn(id: string, user: ReceivedUser): Promise<boolean> {
    if (this.#before.has(id) || addressOf(user) !== this.#email) return false;
    const found = await this.#send(callOf(this.#family, "get", id));
    if (dataOf(found) === undefined) this.#possible.add(id);
    return idOf(userIn(found)) === id && addressOf(userIn(found)) === this.#email;
  }

  async #findInList(): Promise<void> {
    const list = await this.#send(callOf(this.#family, "list"));
    let isFound = false;
    for (const user of usersIn(list)) {
      const id = idOf(user);
      if (id === undefined || this.#before.has(id)) continue;
      if (addressOf(user) === this.#email) {
        this.#created.set(id, "exists");
        isFound = true;
      } else {
        this.#possible.add(id);
      }
    }
    if (isFound || (this.#doubt === "refused" && list.status === 200)) this.#doubt = "none";
  }

  #existing(): string[] {
    return [...this.#created].filter(([, state]) => state === "exists").map(([id]) => id);
  }

  async #send(call: Call, signal?: AbortSignal): Promise<Reply> {
    const reply = await request(this.#target, call, signal);
    // The tests send the same GET requests again.
    if (OPERATIONS[call.operation].method !== "get") reply.deviations.forEach((each) => this.deviations.add(each));
    return reply;
  }
}

function idOf({ id }: ReceivedUser): string | undefined {
  return isUuid(id) ? id.toLowerCase() : undefined;
}

/** The address of a user in lower case. */
function addressOf({ email }: ReceivedUser): string | undefined {
  return typeof email === "string" ? email.toLowerCase() : undefined;
}
