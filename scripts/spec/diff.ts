/**
 * Shows how the changes of the spec since the last release affect users.
 *
 *     npm run spec:diff                      compares with the latest version tag, or with the merge base with main
 *     npm run spec:diff -- --base <git ref>  compares with another commit
 *
 * The last line is the verdict: `major`, `minor`, `patch` or `none`. The exit code is 0 if the pending changesets
 * announce at least this impact, 1 if they announce less, and 2 if there is nothing to compare with.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { announcedSince } from "../release/announced.ts";
import { findBase, readAt, type ReleaseBase } from "../release/base.ts";
import { compareSpecs, type SpecChange } from "./changes.ts";
import { greatest, isGreater, type Impact } from "./impact.ts";
import { segmentsOf } from "./pointer.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = "spec/openapi.yaml";

/** Returns the changes between the spec of a commit and the one in the working tree. */
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

/** Runs the program, and returns its exit code. */
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
  console.log(changes.length === 0 ? "no changes" : changes.map((change) => format(change, base)).join("\n"));
  const announcing = made === "none" ? "pending changesets announce" : "new version and pending changesets announce";
  console.log(`\nThe ${announcing}: ${announced}. The spec requires:\n${verdict}`);
  if (!isGreater(verdict, announced)) return 0;
  console.error(`\nUsers need to know. Run \`npx changeset\`, choose ${verdict}, and describe the change for users.`);
  return 1;
}

/** The impact and location on one line, in a form that editors and `git show` accept, and the message below. */
function format({ impact, message, side, line, pointer }: SpecChange, { ref }: ReleaseBase): string {
  const file = side === "base" ? `${ref}:${SPEC}` : SPEC;
  const path = segmentsOf(pointer).join(" › ") || "the whole document";
  return `${impact.padEnd(5)}  ${file}:${line}  ${path}\n       ${message}`;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
