import type { CurrentOrganizationUsers, OrganizationUsers } from "../index.ts";
import { checkUsers } from "./check.ts";
import { peopleOf, type People } from "./people.ts";
import type { CreateStep, ExistingUser } from "./types.ts";

/** The users of one organization, of either family, and what was last seen of them. */
export interface Directory {
  /** The users when the run began. */
  readonly first: People;
  /** The users when they were last listed. */
  readonly people: People;
  /** Lists the users again. Calls that come while a list is on its way share the next one. */
  refresh(): Promise<void>;
  /** Lists the users again if this run has sent a change since the last list. */
  refreshIfChanged(): Promise<void>;
  create(person: Pick<CreateStep, "email" | "role_ids">): Promise<void>;
  changeRoles(user: ExistingUser, role_ids: readonly string[]): Promise<void>;
  delete(user: ExistingUser): Promise<void>;
}

/**
 * Changes are sent without the signal: aborting a request that is on its way would leave its outcome unknown. They have
 * no idempotency keys of their own: for 24 hours, the API would return the first response to such a key, even if the user
 * has been deleted since.
 */
export function directoryOf(
  users: CurrentOrganizationUsers | OrganizationUsers,
  signal: AbortSignal | undefined,
): Directory {
  let [first, people, isChanged] = [undefined as People | undefined, peopleOf([]), true];
  const refresh = sharing(async () => {
    isChanged = false;
    const listed = await users.list({ signal });
    checkUsers(listed, "users");
    people = peopleOf(listed);
    first ??= people;
  });
  const change = async (call: () => PromiseLike<unknown>): Promise<void> => {
    try {
      await call();
    } finally {
      isChanged = true; // a list that started in the meantime can be older than the change
    }
  };
  return {
    get first() {
      return first ?? people;
    },
    get people() {
      return people;
    },
    refresh,
    refreshIfChanged: async () => (isChanged ? refresh() : undefined),
    create: ({ email, role_ids }) =>
      change(() => users.create({ email, ...(role_ids && { role_ids: [...role_ids] }) })),
    changeRoles: ({ id, email }, role_ids) =>
      change(() => {
        // Only the users of a customer organization take the address, and require it.
        if ("createApiKey" in users) return users.update(id, { email, role_ids: [...role_ids] });
        return users.update(id, { role_ids: [...role_ids] });
      }),
    delete: ({ id }) => change(() => users.delete(id)),
  };
}

/** Calls that come while one is running wait for it, because it can be older than they need, and share the next one. */
function sharing(call: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const called = call();
      running = called.catch(() => {});
      return called;
    });
    return next;
  };
}
