import type { CurrentOrganizationUsers, OrganizationUsers, Roles } from "../index.ts";
import type { List, ListedPerson } from "./list.ts";
import { printable } from "./print.ts";
import type { Session } from "./session.ts";
import { UsageError } from "./usage.ts";

/** An organization, and the people on the list who should be its users. */
export interface Target {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly users: CurrentOrganizationUsers | OrganizationUsers;
  readonly roles: Roles;
  readonly people: readonly ListedPerson[];
}

/** A mistake of the list. */
export interface ListObjection {
  readonly kind: "unknown-organization" | "ambiguous-organization";
  /** The first line, or entry of a JSON array, with this mistake. */
  readonly line: number;
  readonly message: string;
}

export interface Targets {
  readonly targets: readonly Target[];
  readonly objections: readonly ListObjection[];
}

/** An organization that the key can manage. */
type KnownOrganization = Pick<Target, "id" | "name" | "users" | "roles">;

interface Question {
  readonly list: List;
  /** The value of `--organization`. */
  readonly organization: string | undefined;
  readonly signal: AbortSignal;
}

/** Finds the organization of each person on the list. An id and a name of the same organization are one target. */
export async function findTargets(session: Session, { list, organization, signal }: Question): Promise<Targets> {
  const { people } = list;
  const known = session.isPartner ? await listOrganizations(session, signal) : [ownOrganization(session)];
  if (people[0]?.organization !== undefined) {
    if (organization !== undefined) {
      throw new UsageError("The list has a column organization. Remove it, or omit --organization.");
    }
    return groupPeople(list, known);
  }
  if (organization === undefined && session.isPartner) {
    throw new UsageError(
      `${session.variable} can manage several organizations. Add --organization <id or name>, or a column organization to the list.`,
    );
  }
  const found = organization === undefined ? known[0]! : findOrganization(organization, known);
  if ("kind" in found) throw new UsageError(`--organization: ${found.message}`);
  return { targets: [{ ...found, people }], objections: [] };
}

async function listOrganizations({ polytomic }: Session, signal: AbortSignal): Promise<KnownOrganization[]> {
  const organizations = await polytomic.organizations.list({ signal });
  return organizations.map(({ id, name }) => {
    const { users, roles } = polytomic.organization(id);
    return { id, name, users, roles };
  });
}

function ownOrganization({ polytomic, identity }: Session): KnownOrganization {
  const { organization_id: id, organization_name: name } = identity;
  return { id, name, users: polytomic.users, roles: polytomic.roles };
}

function groupPeople({ people, unit }: List, known: readonly KnownOrganization[]): Targets {
  const targets = new Map<KnownOrganization, ListedPerson[]>();
  const objections: ListObjection[] = [];
  for (const [value, group] of byOrganization(people)) {
    const found = findOrganization(value, known);
    if ("kind" in found)
      objections.push({ ...found, line: group[0]!.line, message: `${unit} ${describe(found, group)}` });
    else targets.set(found, [...(targets.get(found) ?? []), ...group]);
  }
  return { targets: [...targets].map(([organization, group]) => ({ ...organization, people: group })), objections };
}

function byOrganization(people: readonly ListedPerson[]): Map<string, ListedPerson[]> {
  const groups = new Map<string, ListedPerson[]>();
  for (const person of people) {
    const group = groups.get(person.organization!);
    if (group) group.push(person);
    else groups.set(person.organization!, [person]);
  }
  return groups;
}

function describe({ message }: Mistake, [first, ...others]: readonly ListedPerson[]): string {
  return `${first!.line}${others.length > 0 ? ` and ${others.length} more` : ""}: ${message}`;
}

type Mistake = Pick<ListObjection, "kind" | "message">;

/** Finds an organization by its id or its exact name. */
function findOrganization(value: string, known: readonly KnownOrganization[]): KnownOrganization | Mistake {
  const matches = known.filter(({ id, name }) => id?.toLowerCase() === value.toLowerCase() || name === value);
  const [match, second] = matches;
  const shown = JSON.stringify(printable(value));
  if (match && !second) return match;
  if (!match) {
    return {
      kind: "unknown-organization",
      message: `The key has no organization with the id or the exact name ${shown}. Correct it, or use a key that can access the organization.`,
    };
  }
  const ids = matches.map(({ id }) => id).join(" or ");
  return {
    kind: "ambiguous-organization",
    message: `${matches.length} organizations are called ${shown}. Use the id: ${ids}.`,
  };
}
