import { setTimeout as sleep } from "node:timers/promises";
import type { Reply } from "./exchange.ts";
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
  /** Whether a create got no response, so that it may have created a user whose id is not known. */
  readonly mayHaveMore: boolean;
}

interface Options {
  /** The family in which users are created and deleted. */
  readonly family: Family;
  readonly email: string;
  /** How long to wait before each further look at the list, in milliseconds. */
  readonly pauses: readonly number[];
}

export function trackCreatedUsers(lab: Lab, { family, email, pauses }: Options): CreatedUsers {
  const before = new Set(usersIn(family.list).map((user) => idOf(user)));
  const created = new Map<string, "exists" | "deleted">();
  let mayHaveMore = false;

  /** A user with the address of this run who was not in the list before. */
  const note = (user: unknown): string | undefined => {
    const id = idOf(user);
    if (id === undefined || before.has(id) || addressOf(user) !== email.toLowerCase()) return undefined;
    created.set(id, "exists");
    return id;
  };
  const left = (): string[] => [...created].filter(([, state]) => state === "exists").map(([id]) => id);
  const change = async (call: Call): Promise<Reply> => {
    const id = call.path?.["id"] ?? "";
    if (!created.has(id.toLowerCase())) throw new Error("Refused to change a user that this run did not create.");
    const reply = await lab.send(call);
    const isDelete = call.operation === "deletePartnerUser" || call.operation === "deleteCurrentOrgUser";
    if (isDelete && reply.failure === undefined && (reply.status < 300 || reply.status === 404)) {
      created.set(id.toLowerCase(), "deleted");
    }
    return reply;
  };

  return {
    change,
    create: async (call) => {
      const wasUncertain = mayHaveMore;
      mayHaveMore = true; // until the response says what happened
      const reply = await lab.send(call);
      const id = note(dataOf(reply));
      const isCertain = id !== undefined || (reply.failure === undefined && reply.status >= 400 && reply.status < 500);
      mayHaveMore = wasUncertain || !isCertain;
      return { reply, id };
    },
    removeAll: async () => {
      for (const pause of [...pauses, undefined]) {
        const list = await lab.send(callOf(family, "list"));
        const found = usersIn(list).map((user) => note(user));
        if (found.some((id) => id !== undefined)) mayHaveMore = false;
        if (pause === undefined || (left().length === 0 && !mayHaveMore)) {
          const isListed = list.failure === undefined && list.status === 200;
          return { ids: left(), mayHaveMore: mayHaveMore && !isListed };
        }
        for (const id of left()) await change(callOf(family, "delete", id));
        await sleep(pause);
      }
      throw new Error("unreachable");
    },
    get leftovers() {
      return { ids: left(), mayHaveMore };
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
