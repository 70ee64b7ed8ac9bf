import { setTimeout as sleep } from "node:timers/promises";
import { INTERRUPTED, type Reply } from "./exchange.ts";
import { dataOf, fieldOf } from "./finding.ts";
import type { Call, Lab } from "./lab.ts";
import { callOf, usersIn, type Family } from "./reads.ts";
import { isUuid } from "../../../src/formats.ts";

export interface Leftovers {
  /** The ids of created users that are not known to be deleted. */
  readonly ids: readonly string[];
  /** Whether a create may have created a user that this run could not identify. */
  readonly mayHaveMore: boolean;
  /** The ids of users who may be that one: new in the list, or in the response to a create that could not be confirmed. */
  readonly possibleIds: readonly string[];
}

export const NOTHING_LEFT: Leftovers = { ids: [], mayHaveMore: false, possibleIds: [] };

interface Options {
  /** The family in which users are created and deleted. */
  readonly family: Family;
  readonly email: string;
  /** How long to wait before it lists the users again, in milliseconds. */
  readonly pauses: readonly number[];
}

/**
 * The users that this run created. Nothing else is ever changed: every request that changes a user passes through
 * `change`, which refuses any other user.
 */
export class CreatedUsers {
  readonly #lab: Lab;
  readonly #options: Options;
  /** The ids in the list before the run. */
  readonly #before: ReadonlySet<string | undefined>;
  readonly #created: Map<string, "exists" | "deleted"> = new Map();
  readonly #unconfirmed: Set<string> = new Set();
  #newIds: readonly string[] = [];
  /** Whether a user may exist who is not in `#created`. After a create that was `refused`, a list has to confirm the 4xx. */
  #doubt: "none" | "refused" | "unknown" = "none";

  constructor(lab: Lab, options: Options) {
    this.#lab = lab;
    this.#options = options;
    this.#before = new Set(usersIn(options.family.list).map((user) => idOf(user)));
  }

  /** Sends a create, and returns the id of the new user. `undefined` if the response names no user of this run. */
  async create(call: Call): Promise<{ reply: Reply; id: string | undefined }> {
    if (this.#lab.interruption.aborted) return { reply: INTERRUPTED, id: undefined };
    const earlier = this.#doubt;
    this.#doubt = "unknown"; // until the response says what happened
    const reply = await this.#lab.sendAnyway(call);
    const id = await this.#identify(reply);
    if (id !== undefined) {
      this.#created.set(id, "exists");
      this.#doubt = earlier;
    } else if (earlier !== "unknown" && reply.failure === undefined && reply.status >= 400 && reply.status < 500) {
      this.#doubt = "refused";
    }
    return { reply, id };
  }

  /** Sends a request that changes a user. */
  change(call: Call): Promise<Reply> {
    return this.#change(call, this.#lab.send);
  }

  /** Deletes every created user, and returns what is left. */
  async removeAll(): Promise<Leftovers> {
    if (this.#created.size === 0 && this.#doubt === "none") return NOTHING_LEFT;
    for (const pause of this.#options.pauses) {
      await this.#look();
      const { ids } = this.leftovers;
      if (ids.length === 0 && this.#doubt === "none") return this.leftovers;
      for (const id of ids) await this.#change(callOf(this.#options.family, "delete", id), this.#lab.sendAnyway);
      await sleep(pause);
    }
    await this.#look();
    return this.leftovers;
  }

  /** What is left at the moment. */
  get leftovers(): Leftovers {
    const ids = [...this.#created].filter(([, state]) => state === "exists").map(([id]) => id);
    if (this.#doubt === "none") return { ids, mayHaveMore: false, possibleIds: [] };
    const possibleIds = [...new Set([...this.#unconfirmed, ...this.#newIds])].filter((id) => !this.#created.has(id));
    return { ids, mayHaveMore: true, possibleIds };
  }

  async #change(call: Call, send: Lab["send"]): Promise<Reply> {
    const id = (call.path?.["id"] ?? "").toLowerCase();
    if (!this.#created.has(id)) throw new Error("Refused to change a user that this run did not create.");
    const reply = await send(call);
    const isDelete = call.operation === "deletePartnerUser" || call.operation === "deleteCurrentOrgUser";
    if (isDelete && reply.failure === undefined && (reply.status < 300 || reply.status === 404)) {
      this.#created.set(id, "deleted");
    }
    return reply;
  }

  /** Asks the API who the user in the response to a create is, because everything else relies on that id. */
  async #identify(reply: Reply): Promise<string | undefined> {
    const id = this.#ownIdOf(dataOf(reply));
    if (id === undefined || this.#created.has(id)) return id;
    const user = dataOf(await this.#lab.sendAnyway(callOf(this.#options.family, "get", id)));
    if (user === undefined) this.#unconfirmed.add(id);
    return this.#ownIdOf(user) === id ? id : undefined;
  }

  /** The id of a user with the address of this run who was not in the list before. */
  #ownIdOf(user: unknown): string | undefined {
    const id = idOf(user);
    return id === undefined || this.#before.has(id) || addressOf(user) !== this.#options.email ? undefined : id;
  }

  /** Lists the users, to find those of this run. */
  async #look(): Promise<void> {
    const list = await this.#lab.sendAnyway(callOf(this.#options.family, "list"));
    const users = usersIn(list);
    const own = users.map((user) => this.#ownIdOf(user)).filter((id) => id !== undefined);
    for (const id of own) this.#created.set(id, "exists");
    this.#newIds = users
      .map((user) => idOf(user))
      .filter((id) => id !== undefined && !this.#before.has(id)) as string[];
    const isListed = list.failure === undefined && list.status === 200;
    if (own.length > 0 || (this.#doubt === "refused" && isListed)) this.#doubt = "none";
  }
}

function idOf(user: unknown): string | undefined {
  const id = fieldOf(user, "id");
  return isUuid(id) ? id.toLowerCase() : undefined;
}

/** The address of a user in lower case. */
export function addressOf(user: unknown): string | undefined {
  const email = fieldOf(user, "email");
  return typeof email === "string" ? email.toLowerCase() : undefined;
}
