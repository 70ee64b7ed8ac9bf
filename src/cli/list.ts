/** A person on the list. */
export interface ListedPerson {
  /** The line of the file, from 1. */
  readonly line: number;
  readonly email: string;
  /** The names or ids of roles. `undefined` leaves the roles of the person as they are. */
  readonly roles: readonly string[] | undefined;
  /** The id or the exact name of an organization. */
  readonly organization: string | undefined;
}

export interface List {
  readonly people: readonly ListedPerson[];
  /** The names of the columns that are not read, as they are in the file. */
  readonly ignored: readonly string[];
}

export const COLUMNS = ["email", "roles", "organization"] as const;
export type Column = (typeof COLUMNS)[number];

/** A list with everything that is wrong with it. Each problem starts with its line. */
export interface ReadList extends List {
  readonly problems: readonly string[];
}

const SIMILAR: readonly (readonly [pattern: RegExp, column: Column])[] = [
  [/^roles?[ _-]?(?:ids?|names?)?$/i, "roles"],
  [/^org(?:ani[sz]ations?)?[ _-]?(?:id|name)?$/i, "organization"],
];

/** What is wrong with the names of columns that are not read: one that was probably meant to be read must not be ignored. */
export function findMisnamed(ignored: readonly string[]): string | undefined {
  for (const [pattern, column] of SIMILAR) {
    const name = ignored.find((each) => pattern.test(each) && each.toLowerCase() !== column);
    if (name !== undefined) return `${JSON.stringify(name)} is not read. Rename it to ${column}, or remove it.`;
  }
  return undefined;
}
