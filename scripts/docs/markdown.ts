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
 * @throws `Error` if the page has an unknown kind of part, or a marker without its counterpart.
 */
export function replaceParts(
  page: string,
  file: string,
  parts: Readonly<Record<string, (argument: string) => string>>,
): string {
  return page
    .split(/(<!-- \w+: .+? -->.*?<!-- \/ -->)/s)
    .map((text) => {
      const [marker, kind = "", argument = ""] = /<!-- (?:(\w+): (.+?)|\/) -->/.exec(text) ?? [];
      if (!marker) return text;
      if (text.match(/<!-- (?:\w+: .+?|\/) -->/g)!.length !== 2)
        throw new Error(`${file} has a marker without its counterpart: ${marker}`);
      const render = parts[kind];
      if (!render) throw new Error(`${file}: unknown part \`${kind}\`. Valid parts: ${Object.keys(parts).join(", ")}.`);
      return `${marker}\n\n${render(argument)}\n\n<!-- / -->`;
    })
    .join("");
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
