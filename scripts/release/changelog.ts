/**
 * The section of CHANGELOG.md for the version in package.json.
 *
 *     node scripts/release/changelog.ts           adds the API version and the spec digest below the heading
 *     node scripts/release/changelog.ts --notes   prints the section, for the GitHub release
 *
 * `npm run release:version` runs the first form after Changesets has written the section. The release workflow runs the
 * second without node_modules, so this file imports no packages.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { API_VERSION } from "../../generated/contract.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the program, and returns its exit code. */
export async function main(args: string[], root: string = ROOT): Promise<number> {
  try {
    const { values } = parseArgs({ args, options: { notes: { type: "boolean" } } });
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    const file = join(root, "CHANGELOG.md");
    const changelog = await readFile(file, "utf8");
    if (values.notes) console.log(notesOf(changelog, version));
    else await writeFile(file, annotate(changelog, version, await specNote(join(root, "spec/openapi.yaml"))));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

/** The digest is the one that `sha256sum node_modules/polytomic-users/spec/openapi.yaml` prints. */
async function specNote(spec: string): Promise<string> {
  const digest = createHash("sha256")
    .update(await readFile(spec))
    .digest("hex");
  return `API version \`${API_VERSION}\`, spec sha256 \`${digest}\``;
}

/** Adds the note below the heading of a version, or replaces the note that is already there. */
export function annotate(changelog: string, version: string, note: string): string {
  const heading = `## ${version}\n`;
  const [before, after] = changelog.split(heading);
  if (before === undefined || after === undefined) {
    throw new Error(`CHANGELOG.md has no heading for ${version}. Run \`npm run release:version\`, which writes it.`);
  }
  return `${before}${heading}\n${note}\n\n${after.replace(/^\nAPI version .*\n/, "").trimStart()}`;
}

/** The section of a version, without its heading. */
export function notesOf(changelog: string, version: string): string {
  const [, after] = changelog.split(`\n## ${version}\n`);
  if (after === undefined) throw new Error(`CHANGELOG.md has no section for ${version}.`);
  return after.split("\n## ")[0]!.trim();
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
