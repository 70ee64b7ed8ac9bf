import { setTimeout as sleep } from "node:timers/promises";
import { INTERRUPTED, type Reply } from "./exchange.ts";
import { dataOf, fieldOf } from "./finding.ts";
import type { Call, Lab } from "./lab.ts";
import { callOf, usersIn, type Family } from "./reads.ts";
import { isUuid } from "./target.ts";

/**
 * The users that this run created. Nothing else is ever changed: every request that changes a user passes through
 * `change`, which refuses any other user.
 */
export interface CreatedUsers {
  /** Sends a create, and returns the id of the new user. `undefined` if the response names no user of this run. */
  create(call: Call): Promise<{ reply: Reply; id: string | undefined }>;
  /** Sends a request that changes a user. */
  change(call: Call): Promise<Reply>;
  /** Deletes every created user, and returns what is left. */
  removeAll(): Promise<Leftovers>;
  /** What is left at the moment. */
  readonly leftovers: Leftovers;
}

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

export function trackCreatedUsers(lab: Lab, { family, email, pauses }: Options): CreatedUsers {
  const before = new Set(usersIn(family.list).map((user) => idOf(user)));
  const created = new Map<string, "exists" | "deleted">();
  const unconfirmed = new Set<string>();
  let newIds: string[] = [];
  /** Whether a user may exist who is not in `created`. After a create that was `refused`, a list has to confirm the 4xx. */
  let doubt: "none" | "refused" | "unknown" = "none";

  /** The id of a user with the address of this run who was not in the list before. */
  const ownIdOf = (user: unknown): string | undefined => {
    const id = idOf(user);
    return id === undefined || before.has(id) || addressOf(user) !== email ? undefined : id;
  };
  /** Asks the API who the user in the response to a create is, because everything else relies on that id. */
  const identify = async (reply: Reply): Promise<string | undefined> => {
    const id = ownIdOf(dataOf(reply));
    if (id === undefined || created.has(id)) return id;
    const user = dataOf(await lab.sendAnyway(callOf(family, "get", id)));
    if (user === undefined) unconfirmed.add(id);
    return ownIdOf(user) === id ? id : undefined;
  };
  const left = (): string[] => [...created].filter(([, state]) => state === "exists").map(([id]) => id);
  const leftovers = (): Leftovers => {
    const possibleIds = [...new Set([...unconfirmed, ...newIds])].filter((id) => !created.has(id));
    return { ids: left(), mayHaveMore: doubt !== "none", possibleIds: doubt === "none" ? [] : possibleIds };
  };
  const change = async (call: Call, send: Lab["send"]): Promise<Reply> => {
    const id = call.path?.["id"] ?? "";
    if (!created.has(id.toLowerCase())) throw new Error("Refused to change a user that this run did not create.");
    const reply = await send(call);
    const isDelete = call.operation === "deletePartnerUser" || call.operation === "deleteCurrentOrgUser";
    if (isDelete && reply.failure === undefined && (reply.status < 300 || reply.status === 404)) {
      created.set(id.toLowerCase(), "deleted");
    }
    return reply;
  };
  const look = async (): Promise<void> => {
    const list = await lab.sendAnyway(callOf(family, "list"));
    const own = usersIn(list).map((user) => ownIdOf(user));
    for (const id of own.filter((each) => each !== undefined)) created.set(id, "exists");
    const ids = usersIn(list).map((user) => idOf(user));
    newIds = ids.filter((id) => id !== undefined).filter((id) => !before.has(id));
    const isListed = list.failure === undefined && list.status === 200;
    if (own.some((id) => id !== undefined) || (doubt === "refused" && isListed)) doubt = "none";
  };

  return {
    change: (call) => change(call, lab.send),
    create: async (call) => {
      if (lab.interruption.aborted) return { reply: INTERRUPTED, id: undefined };
      const earlier = doubt;
      doubt = "unknown"; // until the response says what happened
      const reply = await lab.sendAnyway(call);
      const id = await identify(reply);
      if (id !== undefined) {
        created.set(id, "exists");
        doubt = earlier;
      } else if (earlier !== "unknown" && reply.failure === undefined && reply.status >= 400 && reply.status < 500) {
        doubt = "refused";
      }
      return { reply, id };
    },
    removeAll: async () => {
      if (created.size === 0 && doubt === "none") return NOTHING_LEFT;
      for (const pause of pauses) {
        await look();
        if (left().length === 0 && doubt === "none") return leftovers();
        for (const id of left()) await change(callOf(family, "delete", id), lab.sendAnyway);
        await sleep(pause);
      }
      await look();
      return leftovers();
    },
    get leftovers() {
      return leftovers();
    },
  };
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
