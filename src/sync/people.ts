import { keyOf, skeletonOf } from "./address.ts";
import type { ExistingUser } from "./types.ts";

/** The users of an organization, by address. */
export interface People {
  readonly users: readonly ExistingUser[];
  readonly byId: ReadonlyMap<string, ExistingUser>;
  /** By `skeletonOf()` their addresses. */
  readonly alike: ReadonlyMap<string, readonly ExistingUser[]>;
}

export function peopleOf(users: readonly ExistingUser[]): People {
  const alike = new Map<string, ExistingUser[]>();
  for (const user of users) {
    const skeleton = skeletonOf(user.email);
    const others = alike.get(skeleton);
    if (others) others.push(user);
    else alike.set(skeleton, [user]);
  }
  return { users, byId: new Map(users.map((user) => [user.id.toLowerCase(), user])), alike };
}

/** The user who has an address; or several who may be meant, of which none may be changed or deleted. */
export interface Found {
  readonly user?: ExistingUser;
  readonly unclear?: readonly ExistingUser[];
}

/** Finds the user with an address. A user whose address only looks like it is not taken for the same person. */
export function find({ alike }: People, email: string): Found {
  const candidates = alike.get(skeletonOf(email)) ?? [];
  const [user, ...others] = candidates.filter((each) => keyOf(each.email) === keyOf(email));
  if (user && others.length === 0) return { user };
  return candidates.length > 0 ? { unclear: candidates } : {};
}

/** Returns whether the id or the address of a user is in the option `keep`. */
export function isIn(keep: readonly string[]): (user: ExistingUser) => boolean {
  const [ids, skeletons] = [new Set(keep.map((each) => each.toLowerCase())), new Set(keep.map(skeletonOf))];
  return ({ id, email }) => ids.has(id.toLowerCase()) || skeletons.has(skeletonOf(email));
}
