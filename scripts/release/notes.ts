/** Prints what CHANGELOG.md says about the version of package.json: the text of its GitHub release. */
import { readFile } from "node:fs/promises";

/** The section of a version, without its heading. */
export function notesOf(changelog: string, version: string): string {
  const [, after] = changelog.split(`\n## ${version}\n`);
  if (after === undefined) throw new Error(`CHANGELOG.md says nothing about ${version}.`);
  return `${after.split("\n## ")[0]!.trim()}\n`;
}

if (import.meta.main) {
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
  process.stdout.write(notesOf(await readFile("CHANGELOG.md", "utf8"), version));
}
