import { readFile } from "node:fs/promises";
import { decodeUtf8 } from "./decode.ts";
import { readCsv } from "./list-csv.ts";
import { readJson } from "./list-json.ts";
import type { List } from "./list.ts";
import { printable } from "./print.ts";
import { UsageError } from "./usage.ts";

/**
 * Reads a list of people: CSV, or a JSON array of objects, in UTF-8.
 *
 * @param file The path, or `-` for the standard input.
 * @throws `UsageError` that names the line or entry of each problem.
 */
export async function readList(file: string): Promise<List> {
  const name = file === "-" ? "The standard input" : file;
  const text = decodeUtf8(name, file === "-" ? await readStandardInput() : await readBytes(file));
  const { problems, ...list } = isJson(file, text) ? readJson(name, text) : readCsv(name, text);
  const all = list.people.length === 0 && problems.length === 0 ? ["It lists nobody."] : problems;
  if (all.length > 0) throw new UsageError(`${printable(name)} cannot be used:\n${describe(all)}`);
  return list;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "The file does not exist.",
  EISDIR: "It is a folder. Name a CSV or JSON file in it.",
};

async function readBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    const reason = REASONS[error.code!] ?? error.message;
    throw new UsageError(`Cannot read ${printable(file)}: ${reason}`, { cause: error });
  });
}

async function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY) process.stderr.write("Reading the list from the terminal. End it with Ctrl-D.\n");
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** The extension decides. Without a known one, JSON starts with a bracket. */
function isJson(file: string, text: string): boolean {
  if (/\.json$/i.test(file)) return true;
  return !/\.[ct]sv$/i.test(file) && /^\s*[[{]/.test(text);
}

/** Shows the first problems, each on a line. */
function describe(problems: readonly string[]): string {
  const rest = problems.length > 20 ? [`… and ${problems.length - 20} more problems.`] : [];
  return [...problems.slice(0, 20), ...rest].map((problem) => `  ${printable(problem)}`).join("\n");
}
