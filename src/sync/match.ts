import { problemOf, show } from "./address.ts";
import { find, type People } from "./people.ts";
import { hasRoles, roleIdsOf } from "./roles.ts";
import type { CreateStep, ExistingUser, Objection, SyncStep } from "./types.ts";
import type { Entry } from "./wanted.ts";

/** What a plan does about one person. Neither a step nor an objection means that nothing has to change. */
export interface Planned {
  /** The user who has the address of the entry. */
  readonly user?: ExistingUser;
  readonly step?: SyncStep;
  readonly objection?: Objection;
}

export function isUnchanged({ step, objection }: Planned): boolean {
  return !step && !objection;
}

export type IsKept = (user: ExistingUser) => boolean;

/** What the plan does about each person on the list. */
export function matchEntries(entries: readonly Entry[], people: People, isKept: IsKept): Planned[] {
  return entries.map((entry) => {
    const { user, unclear } = find(people, entry.email);
    if (unclear) return { objection: similarAddress(entry, unclear) };
    return user ? { user, ...planUser(entry, user, isKept) } : { step: creation(entry) };
  });
}

function creation({ email, role_ids, line }: Entry): CreateStep {
  return { action: "create", email, ...(role_ids && { role_ids }), line };
}

function planUser({ role_ids, line, place }: Entry, user: ExistingUser, isKept: IsKept): Planned {
  const { id, email } = user;
  if (!role_ids || (!user.harbor_only && hasRoles(user, role_ids))) return {};
  const object = (kind: Objection["kind"], message: string): Planned => ({
    objection: { kind, line, message: `${place}: ${message}` },
  });
  if (user.harbor_only) {
    return object("harbor-only-user", `${show(email)} can access only harbors, so their roles cannot be changed. Leave out the roles.`); // prettier-ignore
  }
  if (isKept(user)) {
    return object("kept-user", `the roles of ${show(email)} must not be changed, because \`keep\` contains this user. Leave out the roles.`); // prettier-ignore
  }
  return { step: { action: "update", id, email, role_ids, old_role_ids: roleIdsOf(user), line } };
}

/** Objects to an entry that could be an existing user with another spelling of the address, or one of several users. */
function similarAddress({ email, line, place }: Entry, users: readonly ExistingUser[]): Objection {
  const names = users.map((user) => `${show(user.email)} (${user.id})`).join(" or ");
  const codePoint = users.map((user) => problemOf(user.email)?.codePoint).find(Boolean);
  const message = `${place}: ${show(email)} could be the existing user ${names}. Use the address of the user, or delete the user by hand.`;
  return { kind: "similar-address", line, ...(codePoint && { codePoint }), message };
}
