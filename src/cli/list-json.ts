import { COLUMNS, findMisnamed, type ListedPerson, type ReadList } from "./list.ts";
import { printable } from "./print.ts";
import { UsageError } from "./usage.ts";

/**
 * Reads a JSON array of objects, such as `{ "email": "jane.doe@acmecorp.com", "roles": ["Admin"] }`.
 *
 * @throws `UsageError` if the text is not an array.
 */
export function readJson(name: string, text: string): ReadList {
  const entries = parseArray(name, text);
  const lines = linesOfEntries(text);
  const names = new Set(entries.flatMap((entry) => (isObject(entry) ? Object.keys(entry) : [])));
  const ignored = [...names].filter((each) => !COLUMNS.some((column) => column === each));
  const misnamed = findMisnamed(ignored);
  if (misnamed !== undefined) {
    throw new UsageError(`${printable(name)} cannot be used: The field ${printable(misnamed)}`);
  }
  const rows = entries.map((entry, index) => ({ entry, line: lines[index]! }));
  const hasOrganizations = names.has("organization");
  const problems = rows.flatMap(({ entry, line }) =>
    problemsOf(entry, hasOrganizations).map((problem) => `Line ${line}: ${problem}`),
  );
  const people = rows.flatMap(({ entry, line }) => (isObject(entry) ? [toPerson(entry, line)] : []));
  return { people, ignored, problems };
}

type Entry = Readonly<Record<string, unknown>>;

function parseArray(name: string, text: string): unknown[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${printable(name)} is not valid JSON: ${printable((error as Error).message)}`, {
      cause: error,
    });
  }
  if (Array.isArray(entries)) return entries;
  throw new UsageError(`${printable(name)} must contain a JSON array of objects, each with an email.`);
}

function isObject(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function problemsOf(entry: unknown, needsOrganization: boolean): string[] {
  if (!isObject(entry)) return ["An entry must be an object with an email."];
  const { email, roles, organization } = entry;
  const areRoles = roles === undefined || roles === null || (Array.isArray(roles) && roles.every(isText));
  return [
    ...(isText(email) ? [] : ["`email` must be a text."]),
    ...(areRoles ? [] : ["`roles` must be an array of names or ids, or null to leave the roles as they are."]),
    ...(isText(organization) || !needsOrganization
      ? []
      : ["`organization` must be the id or the name of an organization."]),
  ];
}

function toPerson({ email, roles, organization }: Entry, line: number): ListedPerson {
  return {
    line,
    email: email as string,
    roles: (roles as string[] | null | undefined) ?? undefined,
    organization: organization as string | undefined,
  };
}

/** The line on which each entry of a valid JSON array starts. */
function linesOfEntries(text: string): number[] {
  const lines: number[] = [];
  let [line, depth, isBetween] = [1, 0, false];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},\n]|[^\s"[\]{},]+/g)) {
    if (token === "\n") {
      line++;
      continue;
    }
    if (isBetween && token !== "]") lines.push(line);
    if (token === "[" || token === "{") depth++;
    if (token === "]" || token === "}") depth--;
    isBetween = depth === 1 && (token === "[" ? lines.length === 0 : token === ",");
  }
  return lines;
}
