/**
 * What the spec in the working tree means for users, compared with the last release.
 *
 *     npm run spec:diff                      base: the latest version tag, else the merge base with main
 *     npm run spec:diff -- --base <git ref>  another base
 *
 * The last line is the verdict: `major`, `minor`, `patch` or `none`. Exit 0 when the pending changesets announce at
 * least that, 1 when they do not, 2 when there is nothing to compare with.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { announcedSince } from "../release/announced.ts";
import { greatest, isGreater, type Impact } from "./impact.ts";
import { findBase, readAt, type ReleaseBase } from "../release/base.ts";
import { compareSpecs, readable, type SpecChange } from "./changes.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = "spec/openapi.yaml";

/** The changes of the spec since a base. */
export async function specChangesSince(base: ReleaseBase, root: string = ROOT): Promise<SpecChange[]> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  try {
    const before = join(folder, "openapi.yaml");
    await writeFile(before, readAt(root, base, SPEC));
    return await compareSpecs(before, join(root, SPEC));
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function verdictOf(changes: readonly SpecChange[]): Impact {
  return greatest(changes.map(({ impact }) => impact));
}

/** Impact and place on one line, in a form that editors and `git show` take; what changed below it. */
function line({ impact, message, side, line: number, pointer }: SpecChange, { ref }: ReleaseBase): string {
  const file = side === "base" ? `${ref}:${SPEC}` : SPEC;
  return `${impact.padEnd(5)}  ${file}:${number}  ${readable(pointer)}\n       ${message}`;
}

export async function main(args: string[], root: string = ROOT): Promise<number> {
  try {
    const { values } = parseArgs({ args, options: { base: { type: "string" } } });
    return await printDiff(root, findBase(root, values.base));
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

async function printDiff(root: string, base: ReleaseBase): Promise<number> {
  const changes = await specChangesSince(base, root);
  const verdict = verdictOf(changes);
  const { impact: announced, made } = await announcedSince(root, base);
  console.log(`${SPEC}, compared with ${base.ref} (${base.reason}):\n`);
  console.log(changes.length === 0 ? "no change" : changes.map((change) => line(change, base)).join("\n"));
  const announcing = made === "none" ? "pending changesets announce" : "new version and pending changesets announce";
  console.log(`\nThe ${announcing}: ${announced}. The spec asks for:\n${verdict}`);
  if (!isGreater(verdict, announced)) return 0;
  console.error(`\nUsers need to know. Run \`npx changeset\`, choose ${verdict}, and describe the change for users.`);
  return 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
