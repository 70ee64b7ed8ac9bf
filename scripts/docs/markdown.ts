/** What the generated pages of docs/ have in common. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as prettier from "prettier";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Formats a page as `npx prettier --write` does. */
export async function format(page: string, file: string): Promise<string> {
  return prettier.format(page, { ...(await prettier.resolveConfig(join(ROOT, file))), parser: "markdown" });
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

/** `NotFoundError` as the name of a file: `not-found-error`. */
export function kebabCase(name: string): string {
  return name.replaceAll(/(?!^)[A-Z]/g, "-$&").toLowerCase();
}
