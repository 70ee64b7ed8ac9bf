import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { components } from "../../generated/schema.ts";
import { isUuid } from "../../src/formats.ts";
import {
  bodyOf,
  request,
  userIn,
  usersIn,
  type Call,
  type Received,
  type ReceivedUser,
  type Reply,
  type Target,
} from "./request.ts";

/** The two families of operations with users. */
export type Family = "CurrentOrg" | "Partner";

type NewUser = components["schemas"]["CreateUserRequest"];

/** The call of an operation in a family. */
export function callOf(family: Family, action: "list" | "create" | "get" | "update" | "delete", id?: string): Call {
  const operation = action === "list" ? (`list${family}Users` as const) : (`${action}${family}User` as const);
  return { operation, ...(id !== undefined && { path: { id } }) };
}

/** The responses to the creates. */
export type Creates = Partial<
  Record<"first" | "sameBody" | "otherBody" | "otherVersion" | "otherKey" | "malformedKey", Reply>
>;

/** What the tests know about the user. */
export interface CreatedUser {
  readonly family: Family;
  readonly id: string;
  /** In lower case. */
  readonly email: string;
}

/**
 * Creates a user and deletes it. Only the process that handles Ctrl-C does this, so that no create is cut off. Nobody else
 * is touched: the list did not have the address before, and a GET confirms the address of each id.
 */
export class ThrowawayUser {
  readonly creates: Creates = {};
  readonly #target: Target;
  readonly #email: string;
  readonly #interruption: AbortSignal;
  #family: Family = "CurrentOrg";
  #before: ReadonlySet<string> = new Set();
  /** The ids that a GET has confirmed. A test may change the address. */
  readonly #own: Set<string> = new Set();
  #found: readonly string[] = [];
  /** Whether a create may have created a user that no list has shown. */
  #isMissing = false;

  constructor(target: Target, email: string, interruption: AbortSignal) {
    this.#target = target;
    this.#email = email.toLowerCase();
    this.#interruption = interruption;
  }

  /** Creates the user, or returns the reason why there is none. Rejects if the run is interrupted. */
  async create(): Promise<CreatedUser | string> {
    // Only the partner family can create keys, so it comes first if there is a key for it.
    this.#family = this.#target.partnerKey === undefined ? "CurrentOrg" : "Partner";
    const before = await this.#list();
    if (!before) return "the users cannot be listed, so that this user could not be told from others";
    if (before.some(({ email }) => email === this.#email)) return "the address belongs to a user already";
    this.#before = new Set(before.map(({ id }) => id));
    const email = this.#email;
    const upper = { body: { email: email.toUpperCase() }, idempotencyKey: randomUUID() }; // to see what the API stores
    await this.#create("first", upper);
    const [id] = (await this.#find()) ?? [];
    if (id === undefined || !(await this.#isOwn(id))) return "no user was created that a list and a GET confirm";
    await this.#create("sameBody", upper);
    await this.#create("otherBody", { ...upper, body: { email, role: "user" } });
    await this.#create("otherVersion", { ...upper, version: "2024-02-08" });
    await this.#create("otherKey", { ...upper, idempotencyKey: randomUUID() });
    await this.#create("malformedKey", { ...upper, idempotencyKey: "short" });
    await this.#find(); // before a test deletes the user
    return { family: this.#family, id, email };
  }

  /** Deletes every user that has the address. If no list confirms that nobody is left, returns a sentence that says so. */
  async remove(pauses: readonly number[] = [0, 3000]): Promise<string | undefined> {
    if (!this.creates.first) return undefined;
    for (const pause of pauses) {
      await sleep(pause);
      for (const id of (await this.#find()) ?? []) {
        if (await this.#isOwn(id)) await this.#send(callOf(this.#family, "delete", id));
      }
      if ((await this.#find())?.length === 0 && !this.#isMissing) return undefined;
    }
    const known = this.#found.map((id) => ` Its id is ${id}.`).join("");
    return `A user with the address of --email may be left.${known} Delete it by hand.`;
  }

  async #create(name: keyof Creates, call: Partial<Call> & { readonly body: NewUser }): Promise<void> {
    this.#interruption.throwIfAborted();
    const reply = await this.#send({ ...callOf(this.#family, "create"), ...call });
    this.creates[name] = reply;
    this.#isMissing ||= reply.status < 400 || reply.status >= 500;
  }

  /** The ids of the users who have the address and did not exist before, or `undefined` if no list shows them. */
  async #find(): Promise<readonly string[] | undefined> {
    const users = await this.#list();
    if (!users) return undefined;
    this.#found = users
      .filter(({ id, email }) => (email === this.#email || this.#own.has(id)) && !this.#before.has(id))
      .map(({ id }) => id);
    if (this.#found.length > 0) this.#isMissing = false;
    return this.#found;
  }

  /** All users, or `undefined` if the API does not list them, or not all of them with an id and an address. */
  async #list(): Promise<{ id: string; email: string }[] | undefined> {
    const list = await this.#send(callOf(this.#family, "list"));
    const { data } = bodyOf(list) as Received<"UserListEnvelope">;
    if (list.status !== 200 || (data !== null && !Array.isArray(data))) return undefined;
    const users = usersIn(list).map(identify);
    return users.every((user) => user !== undefined) ? users : undefined;
  }

  /** Whether a GET has confirmed that the user with this id has the address. */
  async #isOwn(id: string): Promise<boolean> {
    if (this.#own.has(id)) return true;
    const user = identify(userIn(await this.#send(callOf(this.#family, "get", id))));
    if (user?.id === id && user.email === this.#email) this.#own.add(id);
    return this.#own.has(id);
  }

  #send(call: Call): Promise<Reply> {
    return request(this.#target, call);
  }
}

/** The id and the address in lower case, or `undefined` if the user does not have both. */
function identify({ id, email }: ReceivedUser): { id: string; email: string } | undefined {
  return isUuid(id) && typeof email === "string" ? { id: id.toLowerCase(), email: email.toLowerCase() } : undefined;
}
