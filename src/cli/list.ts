/** A person on the list. */
export interface ListedPerson {
  /** The line of a CSV file, or the number of the entry of a JSON array, from 1. */
  readonly line: number;
  readonly email: string;
  /** The names or ids of roles. `undefined` leaves the roles of the person as they are. */
  readonly roles: readonly string[] | undefined;
  /** The id or the exact name of an organization. */
  readonly organization: string | undefined;
}

export interface List {
  /** What the numbers of `line` count. */
  readonly unit: "Line" | "Entry";
  readonly people: readonly ListedPerson[];
  /** The names of the columns that are not read, as they are in the file. */
  readonly ignored: readonly string[];
}

export const COLUMNS = ["email", "roles", "organization"] as const;
export type Column = (typeof COLUMNS)[number];

/** A list with everything that is wrong with it. Each problem starts with its place. */
export interface ReadList extends List {
  readonly problems: readonly string[];
}

/** The names, without anything but letters, that people give to these columns; also with the qualifiers of exports. */
const SIMILAR: readonly (readonly [pattern: RegExp, column: Column])[] = [
  [/^(?:user)?roles?(?:ids?|names?)?(?:required|optional)?$/, "roles"],
  [/^(?:user)?org(?:ani[sz]ations?)?(?:ids?|names?)?(?:required|optional)?$/, "organization"],
];

/** What is wrong with the names of columns that are not read: one that was probably meant to be read must not be ignored. */
export function findMisnamed(ignored: readonly string[]): string | undefined {
  for (const [pattern, column] of SIMILAR) {
    const name = ignored.find((each) => {
      const letters = each.normalize("NFKD").replaceAll(/\P{L}/gu, "").toLowerCase();
      return pattern.test(letters) || isTypo(letters, column);
    });
    if (name !== undefined) return `${JSON.stringify(name)} is not read. Rename it to ${column}, or remove it.`;
  }
  return undefined;
}

/** Whether one letter is missing, superfluous or wrong, or two neighbors are swapped. */
function isTypo(found: string, expected: string): boolean {
  const longest = Math.max(found.length, expected.length);
  let [start, end] = [0, 0];
  while (start < longest && found[start] === expected[start]) start++;
  while (end < longest - start && found.at(-1 - end) === expected.at(-1 - end)) end++;
  const [a, b] = [found, expected].map((text) => text.slice(start, text.length - end));
  return longest - start - end <= 1 || (a!.length === 2 && `${a![1]}${a![0]}` === b);
}
