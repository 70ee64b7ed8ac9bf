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
  const names = new Set(entries.flatMap((entry) => (isObject(entry) ? Object.keys(entry) : [])));
  const ignored = [...names].filter((each) => !COLUMNS.some((column) => column === each));
  const misnamed = findMisnamed(ignored);
  if (misnamed !== undefined) {
    throw new UsageError(`${printable(name)} cannot be used: The field ${printable(misnamed)}`);
  }
  const hasOrganizations = names.has("organization");
  const problems = entries.flatMap((entry, index) =>
    problemsOf(entry, hasOrganizations).map((problem) => `Entry ${index + 1}: ${problem}`),
  );
  const people = entries.flatMap((entry, index) => (isObject(entry) ? [toPerson(entry, index + 1)] : []));
  return { unit: "Entry", people, ignored, problems };
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
  const twice = findRepeatedName(text);
  if (twice !== undefined) {
    throw new UsageError(
      `${printable(name)} cannot be used: Entry ${twice.entry} has the field ${JSON.stringify(printable(twice.name))} twice.`,
    );
  }
  if (Array.isArray(entries)) return entries;
  throw new UsageError(`${printable(name)} must contain a JSON array of objects, each with an email.`);
}

/** `JSON.parse()` keeps only the last of several fields with the same name: a person could be missing from the list. */
function findRepeatedName(json: string): { entry: number; name: string } | undefined {
  const objects: Set<string>[] = [];
  let entry = 0;
  let start = -1; // where the current string begins; -1 outside of strings
  for (const { 0: token, 1: colon, index } of json.matchAll(/\\.|"(?=(\s*:)?)|[{}]/g)) {
    const isEnd = token === '"' && start !== -1;
    if (isEnd && colon !== undefined) {
      const [names, name] = [objects.at(-1)!, JSON.parse(json.slice(start, index + 1)) as string];
      if (names.has(name)) return { entry, name };
      names.add(name);
    }
    if (token === '"') start = isEnd ? -1 : index;
    else if (start !== -1) continue;
    else if (token === "}") objects.pop();
    else if (token === "{" && objects.push(new Set()) === 1) entry++;
  }
  return undefined;
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
