/**
 * Updates the list of the public surface, and the parts of docs/reference/ that follow from the code.
 *
 *     npm run docs:update              builds, and writes the pages
 *     npm run docs:update -- --check   builds, and compares; exit code 1 and a diff when a page is out of date
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createTwoFilesPatch } from "diff";
import { SURFACE, surfacePage } from "../package/surface.ts";
import { ROOT } from "./markdown.ts";
import { REFERENCE_PAGES } from "./reference.ts";

/** The function that makes each page, by the path of the page. */
type Pages = Readonly<Record<string, (root: string) => Promise<string>>>;

const PAGES: Pages = { [SURFACE]: surfacePage, ...REFERENCE_PAGES };

/** Writes the pages, or only compares them. Returns the exit code. */
export async function update(args: string[], root: string = ROOT, pages: Pages = PAGES): Promise<number> {
  const { values } = parseArgs({ args, options: { check: { type: "boolean" } } });
  const entries = Object.entries(pages);
  let [current, exitCode] = [0, 0];
  for (const [file, make] of entries) {
    const committed = await readFile(join(root, file), "utf8").catch(() => "");
    const built = await make(root);
    if (built === committed) {
      current++;
    } else if (!values.check) {
      await writeFile(join(root, file), built);
      console.log(`Updated ${file}.`);
    } else {
      console.error(createTwoFilesPatch(file, file, committed, built, "committed", "as built"));
      console.error(
        `${file} is out of date. If you intended this change, run \`npm run docs:update\` and commit the page.`,
      );
      exitCode = 1;
    }
  }
  if (current > 0) console.log(`${current} of ${entries.length} pages are up to date.`);
  return exitCode;
}

if (import.meta.main) process.exitCode = await update(process.argv.slice(2));
