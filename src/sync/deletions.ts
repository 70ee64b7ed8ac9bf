import { problemOf, show, skeletonOf } from "./address.ts";
import type { IsKept, Planned } from "./match.ts";
import { roleIdsOf } from "./roles.ts";
import type { ExistingUser } from "./types.ts";
import type { WantedList } from "./wanted.ts";

/** The users who are not on the list, each with a deletion or with the reason not to delete the user. */
export function planDeletions(users: readonly ExistingUser[], context: Unlisted): Planned[] {
  const listed = new Set(context.matches.map(({ user }) => user));
  const found = new Set(context.matches.flatMap(({ user }) => (user ? skeletonOf(user.email) : [])));
  const creates = context.matches.some(({ step }) => step?.action === "create");
  return users
    .filter((user) => !user.harbor_only && !listed.has(user))
    .map((user) => planDeletion(user, { ...context, found, creates }));
}

interface Unlisted {
  readonly list: WantedList;
  readonly matches: readonly Planned[];
  readonly isKept: IsKept;
}

function planDeletion(
  user: ExistingUser,
  { list, isKept, found, creates }: Unlisted & { readonly found: ReadonlySet<string>; readonly creates: boolean },
): Planned {
  const { id, email } = user;
  const skeleton = skeletonOf(email);
  if (found.has(skeleton)) {
    const message = `${show(email)} is not on the list, but looks like an address that is. Delete one of the two users by hand.`;
    return { objection: { kind: "similar-address", message } };
  }
  if (list.skeletons.has(skeleton)) return {}; // there is an objection to the entry that looks like this user
  if (isKept(user)) {
    const message = `${show(email)} is not on the list, but must not be deleted, because \`keep\` contains this user. Add the user to the list.`;
    return { objection: { kind: "kept-user", message } };
  }
  const problem = problemOf(email);
  if (problem && creates) {
    const { text, codePoint } = problem;
    const message = `${show(email)} is not on the list, but could be one of the people to create: the address ${text}. Delete this user by hand, or first apply a plan with \`delete: false\`.`;
    return { objection: { kind: "unclear-user", ...(codePoint && { codePoint }), message } };
  }
  return { step: { action: "delete", id, email, old_role_ids: roleIdsOf(user) } };
}
