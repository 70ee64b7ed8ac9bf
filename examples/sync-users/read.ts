import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { UsageError } from "../shared/program.ts";

/** A user on the list. Without `role_ids`, an existing user keeps their roles, and a new user gets the default role. */
export interface ListedUser {
  readonly email: string;
  readonly role_ids: string[] | undefined;
}

/**
 * Reads and checks a list of users: a `.json` file with an array of `{ "email", "role_ids" }`, or a CSV file with these
 * two columns, in which spaces or semicolons separate the role ids. Other fields and columns are ignored.
 *
 * @throws `UsageError` that names the line of each problem.
 */
export async function readList(file: string): Promise<ListedUser[]> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new UsageError(`Cannot read ${file}: ${error.message}`);
  });
  const text = new TextDecoder().decode(bytes); // without the byte order mark, if any
  const rows = /\.json$/i.test(file) ? rowsOfJson(file, text) : rowsOfCsv(file, text);
  const problems = rows.length === 0 ? ["it lists no users"] : problemsOf(rows);
  if (problems.length > 0) throw new UsageError(`Cannot use ${file}:\n${describe(problems)}`);
  return (rows as ValidRow[]).map(({ email, role_ids }) => ({ email, role_ids: role_ids ?? undefined }));
}

/** An entry of the file, unchecked. */
interface Row {
  /** Such as `line 2`. */
  readonly place: string;
  readonly email: unknown;
  readonly role_ids: unknown;
}

type ValidRow = Row & { readonly email: string; readonly role_ids: string[] | null };

function rowsOfCsv(file: string, text: string): Row[] {
  const [header = ""] = text.trimStart().split(/[\r\n]/, 1);
  const columns = (names: string[]): string[] => {
    const lowerCase = names.map((name) => name.trim().toLowerCase());
    const isUnique = (column: string): boolean => lowerCase.filter((each) => each === column).length === 1;
    if (isUnique("email") && isUnique("role_ids")) return lowerCase;
    throw new UsageError(`Cannot use ${file}: its first line must have the columns email and role_ids, each once.`);
  };
  const delimiter = header.includes(",") ? "," : ";";
  try {
    const records = parse<{ record: Record<string, string>; info: { lines: number } }>(text, {
      columns,
      delimiter,
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
    return records.map(({ record: { email = "", role_ids = "" }, info }) => {
      const ids = role_ids.split(/[\s;]+/).filter(Boolean);
      return { place: `line ${info.lines}`, email: email.trim(), role_ids: ids.length > 0 ? ids : null };
    });
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`Cannot use ${file}: ${(error as Error).message}`);
  }
}

function rowsOfJson(file: string, text: string): Row[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Cannot use ${file}: ${(error as Error).message}`);
  }
  if (!Array.isArray(entries)) throw new UsageError(`Cannot use ${file}: it must contain an array of users.`);
  return entries.map((entry: Partial<Row> | null, index) => {
    const { email, role_ids } = entry ?? {};
    return { place: `entry ${index + 1}`, email: typeof email === "string" ? email.trim() : email, role_ids };
  });
}

const EMAIL = /^[^\s@,;<>"]+@[^\s@.,;<>"]+(?:\.[^\s@.,;<>"]+)+$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

function problemsOf(rows: readonly Row[]): string[] {
  const places = new Map<string, string>();
  return rows.flatMap(({ place, email, role_ids }) => {
    const problems = problemsOfRoles(role_ids);
    if (typeof email !== "string" || !EMAIL.test(email)) {
      problems.unshift(`${JSON.stringify(email)} is not an email address`);
    } else if (email.includes("\u{fffd}")) {
      problems.unshift(`${email} has a character that is not UTF-8; save the file as UTF-8`);
    } else {
      const address = email.toLowerCase();
      const other = places.get(address);
      if (other === undefined) places.set(address, place);
      else problems.unshift(`${email} is also on ${other}`);
    }
    return problems.map((problem) => `${place}: ${problem}`);
  });
}

function problemsOfRoles(ids: unknown): string[] {
  if (ids === null) return [];
  if (!Array.isArray(ids) || ids.length === 0) {
    return ["role_ids must be an array of role ids, or null to leave the roles as they are"];
  }
  return ids.filter((id) => !isUuid(id)).map((id) => `${JSON.stringify(id)} is not a role id, which is a UUID`);
}

export function isUuid(id: unknown): boolean {
  return typeof id === "string" && UUID.test(id);
}

/** Lists the first problems. */
function describe(problems: readonly string[]): string {
  const rest = problems.length > 20 ? [`… and ${problems.length - 20} more problems`] : [];
  return [...problems.slice(0, 20), ...rest].map((line) => `  ${line}`).join("\n");
}
