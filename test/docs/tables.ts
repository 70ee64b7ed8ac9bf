import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The environment of programs that tests run: without keys, and with a cache of the TypeScript that Node has stripped. */
export const ENV = {
  PATH: process.env["PATH"],
  NO_COLOR: "1",
  NODE_COMPILE_CACHE: `${ROOT}/node_modules/.cache/polytomic-users`,
};

/** The rows of the table with this heading, without the heading and the line below it. */
export async function tableOf(page: string, heading: RegExp): Promise<string[][]> {
  const lines = (await readFile(`${ROOT}/${page}`, "utf8")).split("\n");
  const start = lines.findIndex((line) => heading.test(line));
  if (start < 0) throw new Error(`${page} has no table with the heading ${heading}.`);
  const rows = lines.slice(start + 2, lines.indexOf("", start));
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim())); // prettier-ignore
}

/** The statuses that the cell of a table names, such as those of "408, 5xx except 500 and 501". */
export function statusesOf(cell: string): number[] {
  const [named = "", except = ""] = cell.split(" except ");
  const statuses = (text: string): number[] => (text.match(/\b\d{3}\b/g) ?? []).map(Number);
  const serverErrors = /\b5xx\b/.test(named) ? Array.from({ length: 100 }, (_, index) => 500 + index) : [];
  return [...statuses(named), ...serverErrors].filter((status) => !statuses(except).includes(status));
}

/** The texts in backticks. */
export function quoted(cell = ""): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, inside = ""]) => inside);
}
