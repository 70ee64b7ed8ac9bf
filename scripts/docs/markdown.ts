/** What the generated pages of docs/ have in common. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as prettier from "prettier";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Formats a page as `npx prettier --write` does. */
export async function format(page: string, file: string): Promise<string> {
  return prettier.format(page, { ...(await prettier.resolveConfig(join(ROOT, file))), parser: "markdown" });
}

/**
 * Replaces the parts of a page between `<!-- kind: argument -->` and `<!-- / -->`.
 *
 * @param parts Returns the new text of a part, by its kind.
 * @throws `Error` if the page has no part, an unknown kind of part, or a marker without its counterpart.
 */
export function replaceParts(
  page: string,
  file: string,
  parts: Readonly<Record<string, (argument: string) => string>>,
): string {
  const [before = "", ...rest] = page.split(/<!-- (?=\w+: |\/ -->)/);
  if (rest.length === 0) throw new Error(`${file} has no part to update.`);
  let isOpen = false;
  const texts = rest.map((text) => {
    const [, kind = "", argument = "", after = ""] = /^(?:(\w+): (.+?)|\/) -->(.*)$/s.exec(text) ?? [];
    if (isOpen === (kind !== ""))
      throw new Error(`${file} has a marker without its counterpart: <!-- ${text.split("\n")[0]}`);
    isOpen = kind !== "";
    if (!isOpen) return `<!-- / -->${after}`;
    const render = parts[kind];
    if (!render)
      throw new Error(`${file} has a part of the unknown kind \`${kind}\`. Kinds: ${Object.keys(parts).join(", ")}.`);
    return `<!-- ${kind}: ${argument} -->\n\n${render(argument)}\n\n`;
  });
  if (isOpen) throw new Error(`${file} has a part that does not end with <!-- / -->.`);
  return before + texts.join("");
}

/** A table. `prettier` aligns its columns. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A text on one line, as a cell of a table needs it. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
