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
  /** The names of the columns that are read, such as `email`. */
  readonly columns: readonly Column[];
  /** The names of all others, as they are in the file. */
  readonly ignored: readonly string[];
}

export const COLUMNS = ["email", "roles", "organization"] as const;
export type Column = (typeof COLUMNS)[number];

/** A list with everything that is wrong with it. Each problem starts with its line. */
export interface ReadList extends List {
  readonly problems: readonly string[];
}
