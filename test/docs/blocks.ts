import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { ROOT, tableOf } from "./tables.ts";

/** The pages whose code blocks are compiled and run. */
export const PAGES = globSync(
  ["README.md", "examples/README.md", "src/testing/README.md", "docs/{index.md,{start,guides,reference}/**/*.md}"],
  { cwd: ROOT },
).toSorted();

/** The sources whose `@example`s are compiled and run. */
export const SOURCES = globSync("src/**/*.ts", { cwd: ROOT }).toSorted();

/** A fenced block of a page, or an example in a docstring. */
export interface Block {
  /** Its location, such as `README.md:12`. */
  readonly place: string;
  readonly page: string;
  readonly language: string;
  readonly text: string;
  /** The number of its first line. */
  readonly line: number;
  /** Its output as the page shows it: the `text` block directly below, if any. `…` matches anything. */
  readonly prints: string | undefined;
  /** The block that it continues, if any. */
  readonly first?: Block;
}

export async function blocksOf(page: string): Promise<Block[]> {
  const text = withoutDocstrings(await readFile(`${ROOT}/${page}`, "utf8"));
  const found = [...text.matchAll(/^```(\w+)(?: \[[^\]\n]+\])?\n(.*?)^```\n/gms)];
  const blocks = found.map((match, index): Block => {
    const [fence, language = "", code = ""] = match;
    const next = found[index + 1];
    const follows = next?.[1] === "text" && text.slice(match.index + fence.length, next.index).trim() === "";
    const line = text.slice(0, match.index).split("\n").length + 1;
    return { place: `${page}:${line}`, page, language, text: code, line, prints: follows ? next[2] : undefined };
  });
  const first = blocks.find(({ language }) => language === "ts");
  return blocks.map((block) => (first && isContinuation(block) ? { ...block, first } : block));
}

/** The page with empty lines instead of the parts that `docs:update` copies from docstrings, whose examples run by themselves. */
function withoutDocstrings(page: string): string {
  return page.replaceAll(/<!-- (?:methods|function): .*?<!-- \/ -->/gs, (part) => part.replaceAll(/.+/g, ""));
}

/** A block that imports the client or the sandbox is self-contained; any other continues the first one of its page. */
function isContinuation({ language, text }: Block): boolean {
  return language === "ts" && !/^import [^;]*\b(?:Polytomic|createSandbox)\b[^;]* from "polytomic-users/m.test(text);
}

export async function examplesOf(source: string): Promise<Block[]> {
  const text = await readFile(`${ROOT}/${source}`, "utf8");
  return [...text.matchAll(/^ *\* @example\n((?: *\*(?! @|\/).*\n)+)/gm)].map(({ 0: whole, 1: code = "", index }) => {
    const line = text.slice(0, index).split("\n").length + whole.split("\n").length - code.split("\n").length;
    const lines = code.replace(/^ *\* ?/gm, "");
    return { place: `${source}:${line}`, page: source, language: "ts", text: lines, line, prints: undefined };
  });
}

/** The calls in a column of a table, one program per row. */
export async function callsOf(page: string, heading: RegExp, column: number): Promise<Block[]> {
  const rows = await tableOf(page, heading);
  const text = await readFile(`${ROOT}/${page}`, "utf8");
  return rows.map((row) => {
    const call = row[column]!.replaceAll("`", "");
    const line = text.slice(0, text.indexOf(`\`${call}\``)).split("\n").length;
    const code = `import { Polytomic } from "polytomic-users"; void Polytomic; await ${call};\n`;
    return { place: `${page}:${line}: ${call}`, page, language: "ts", text: code, line, prints: undefined };
  });
}
