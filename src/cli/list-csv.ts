import { parse } from "csv-parse/sync";
import { COLUMNS, findMisnamed, type Column, type ListedPerson, type ReadList } from "./list.ts";
import { printable } from "./print.ts";
import { UsageError } from "./usage.ts";

/** A row of the file, with the line on which it starts. */
interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads CSV. The first row names the columns; commas, semicolons or tabs separate the cells.
 *
 * @throws `UsageError` if the quotes or the columns are wrong.
 */
export function readCsv(name: string, text: string): ReadList {
  const fail = (problem: string): never => {
    throw new UsageError(`${printable(name)} cannot be used: ${printable(problem)}`);
  };
  const [first, ...rows] = parseRows(text, fail);
  if (!first) return fail("It is empty.");
  const header = { ...first, cells: first.cells.map(trim) };
  if (header.cells.some(hasSwallowed)) fail(`Line ${header.line} ${SWALLOWED}`);
  const indexes = findColumns(header, rows, fail);
  const isRead = (index: number): boolean => Object.values(indexes).includes(index);
  const ignored = header.cells.filter((cell, index) => cell !== "" && !isRead(index));
  const misnamed = findMisnamed(ignored.filter((cell) => !isColumn(cell)));
  if (misnamed !== undefined) fail(`The column ${misnamed}`);
  const problems = rows.flatMap((row) => problemsOf(row, header, indexes));
  return { unit: "Line", people: rows.map((row) => toPerson(row, indexes)), ignored, problems };
}

/** Returns the rows that are not empty. */
function parseRows(withAnyLineBreaks: string, fail: (problem: string) => never): Row[] {
  const text = withAnyLineBreaks.replaceAll(/\r\n?/g, "\n"); // csv-parse counts `\r\n` in quotes as two lines
  const headerLine = /^\s*(.*)/.exec(text)![1]!;
  if (/^"?sep=/i.test(headerLine)) fail(`Remove the line ${JSON.stringify(headerLine)}, which only Excel understands.`);
  if (/^"?version:/i.test(headerLine))
    fail(`Remove the line ${JSON.stringify(headerLine)}, which only Entra understands.`);
  try {
    const records = parse(text, {
      delimiter: /[,;\t]/.exec(headerLine.replaceAll(/"[^"]*"/g, ""))?.[0] ?? ",",
      info: true,
      record_delimiter: "\n",
      relax_column_count: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const endOfPrevious = (index: number): number => records[index - 1]?.info.lines ?? 0;
    const rows = records.map(({ record }, index) => ({ line: endOfPrevious(index) + 1, cells: record }));
    return rows.filter(({ cells }) => cells.some((cell) => trim(cell) !== ""));
  } catch (error) {
    return fail(`${(error as Error).message}.`);
  }
}

type Indexes = Readonly<Record<Column, number>>;

function isColumn(name: string): boolean {
  return COLUMNS.some((column) => column === name.toLowerCase());
}

/** The index of each column, or -1. The case of their names does not matter. */
function findColumns(header: Row, rows: readonly Row[], fail: (problem: string) => never): Indexes {
  const names = header.cells.map((cell) => cell.toLowerCase());
  const twice = COLUMNS.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) fail(`It has the column ${twice} twice.`);
  const [email, roles, organization] = COLUMNS.map((column) => names.indexOf(column)) as [number, number, number];
  if (email === -1) fail(noEmail(header, rows[0]));
  const isUsed = rows.some(({ cells }) => trim(cells[organization] ?? "") !== ""); // exports of Okta have it, often empty
  return { email, roles, organization: isUsed ? organization : -1 };
}

function noEmail({ line, cells }: Row, first: Row | undefined): string {
  const address = cells.find((cell) => cell.includes("@"));
  if (address !== undefined) {
    const missing = cells.length === 1 ? "the line email" : "a line that names all columns, one of them email,";
    return `Line ${line} must name the columns, but it contains ${JSON.stringify(address)}. Insert ${missing} above line ${line}.`;
  }
  const quoted = cells.map((name) => JSON.stringify(name)).join(", ");
  const withAddress = cells.filter((_name, index) => first?.cells[index]?.includes("@"));
  return `Line ${line} must name the columns, and one of them must be email. It has: ${quoted}. ${adviseOnEmail(cells, withAddress)}`;
}

const IS_PRINCIPAL = /(?:^|\[)user ?principal ?name\]?$/i;
const IS_MAIL = /(?:^|\[)mail\]?$/i; // in templates of Entra, the name is in brackets: Email [mail]
const ABOUT_GUESTS = "the userPrincipalName of a guest (…#EXT#@…) is not an address.";

function adviseOnEmail(names: readonly string[], withAddress: readonly string[]): string {
  const mail = names.find((name) => IS_MAIL.test(name));
  const principal = withAddress.find((name) => IS_PRINCIPAL.test(name));
  if (principal !== undefined && mail !== undefined) return `Rename ${JSON.stringify(mail)} to email: ${ABOUT_GUESTS}`;
  const choices = withAddress.map((name) => JSON.stringify(name)).join(" or ") || "a column";
  return `Rename ${choices} to email${principal === undefined ? "." : `, if nobody is a guest: ${ABOUT_GUESTS}`}`;
}

function problemsOf({ line, cells }: Row, header: Row, indexes: Indexes): string[] {
  const [found, expected] = [cells.length, header.cells.length];
  if (found !== expected) {
    const advice = found > expected ? " Put quotes around a cell that contains the delimiter." : "";
    return [`Line ${line} has ${found} cells, but the first row has ${expected}.${advice}`];
  }
  if (cells.some((cell, index) => index !== indexes.email && hasSwallowed(cell))) {
    return [`Line ${line} ${SWALLOWED}`];
  }
  if (trim(cells[indexes.email]!) === "") return [`Line ${line} has no email.`];
  return trim(cells[indexes.organization] ?? "-") === "" ? [`Line ${line} has no organization.`] : [];
}

/** Two stray quotes make one cell of all lines between them, and the people on them would be missing from the list. */
function hasSwallowed(cell: string): boolean {
  return cell.includes("\n") && cell.includes("@");
}

const SWALLOWED = "has a cell of several lines with an address. Is there a stray quote? If not, leave the column out.";

/**
 * Semicolons separate the roles. Without any, the roles of the person stay as they are. An address or an organization
 * with spaces around it is not cleaned: it gets an objection, as in JSON.
 */
function toPerson({ line, cells }: Row, indexes: Indexes): ListedPerson {
  const roles = (cells[indexes.roles] ?? "").split(";").map(trim).filter(Boolean);
  return {
    line,
    email: cells[indexes.email] ?? "",
    roles: roles.length > 0 ? roles : undefined,
    organization: cells[indexes.organization],
  };
}

/** Removes spaces, but no other white space, which is a mistake. */
function trim(text: string): string {
  return text.replaceAll(/^ +| +$/g, "");
}
