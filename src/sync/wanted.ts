import { keyOf, problemOf, show, skeletonOf } from "./address.ts";
import { resolveRoles } from "./roles.ts";
import type { ExistingRole, Objection, WantedUser } from "./types.ts";

/** An entry of the list, with the ids of its roles. */
export interface Entry {
  readonly email: string;
  /** `undefined` if the roles of the person are not managed. */
  readonly role_ids: readonly string[] | undefined;
  readonly line: number;
  /** `Line 3` of a file, or `Entry 3` of an array. */
  readonly place: string;
}

/** A list of people, checked. */
export interface WantedList {
  /** Every person once, without those whose address or roles are invalid. */
  readonly entries: readonly Entry[];
  /** The skeletons of all addresses, even of those that are invalid. */
  readonly skeletons: ReadonlySet<string>;
  readonly objections: readonly Objection[];
}

export function readWanted(wanted: readonly WantedUser[], roles: readonly ExistingRole[] | undefined): WantedList {
  const entries = new Map<string, Entry>();
  const skeletons = new Set<string>();
  const objections: Objection[] = [];
  for (const [index, person] of wanted.entries()) {
    const { email, place, line } = locate(person, index);
    const object = (kind: Objection["kind"], message: string, more = {}): unknown =>
      objections.push({ kind, line, ...more, message: `${place}: ${message}` });
    skeletons.add(skeletonOf(email));
    const problem = problemOf(email);
    if (problem) {
      const { text, codePoint } = problem;
      object("invalid-address", `the address ${show(email)} ${text}. Correct the entry.`, codePoint && { codePoint });
      continue;
    }
    const read = readRoles(person, roles);
    if (read.message !== undefined) {
      object(read.kind, read.message);
      continue;
    }
    const first = entries.get(keyOf(email));
    if (!first) entries.set(keyOf(email), { email, role_ids: read.ids, line, place });
    else if (!isSameChoice(first.role_ids, read.ids)) {
      object(
        "repeated-address",
        `${show(email)} is also ${first.place.toLowerCase()}, with other roles. Keep one of them.`,
      );
    }
  }
  return { entries: [...entries.values()], skeletons, objections };
}

function locate(person: WantedUser | null, index: number): Pick<Entry, "email" | "line" | "place"> {
  const { email, line } = person ?? ({} as Partial<WantedUser>);
  const isLine = typeof line === "number";
  return {
    email: typeof email === "string" ? email : "",
    line: isLine ? line : index + 1,
    place: isLine ? `Line ${line}` : `Entry ${index + 1}`,
  };
}

type ReadRoles =
  | { readonly ids: readonly string[] | undefined; readonly message?: undefined }
  | { readonly ids?: undefined; readonly kind: Objection["kind"]; readonly message: string };

function readRoles({ roles }: WantedUser, known: readonly ExistingRole[] | undefined): ReadRoles {
  if (roles === undefined || roles === null) return { ids: undefined };
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === "string")) {
    return { kind: "invalid-roles", message: "`roles` must be an array of names or ids." };
  }
  if (roles.length === 0) {
    const message = "a user has at least one role. To leave the roles as they are, leave out `roles`.";
    return { kind: "invalid-roles", message };
  }
  return resolveRoles(roles, known);
}

function isSameChoice(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a?.toSorted().join() === b?.toSorted().join();
}
