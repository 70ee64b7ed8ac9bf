/**
 * Shows how the changes of the spec since the last release affect users.
 *
 *     npm run spec:diff                      compares with the latest version tag, or with the merge base with main
 *     npm run spec:diff -- --base <git ref>  compares with another commit
 *
 * The last line is the verdict: `major`, `minor`, `patch` or `none`. The exit code is 0 if the pending changesets
 * announce at least this impact, 1 if they announce less, and 2 if there is nothing to compare with.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { announcedSince } from "../release/announced.ts";
import { findBase, readAt, type ReleaseBase } from "../release/base.ts";
import { describeChanges } from "./describe.ts";
import { operationsIn, parseOpenApi, UnreadableError, UnsupportedError, type Document } from "./document.ts";
import { changesBetween, greatest, isGreater, type Change, type Impact } from "./impact.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = "spec/openapi.yaml";

/** Returns the changes between the spec of a commit and the one in the working tree. */
export async function specChangesSince(base: ReleaseBase, root: string = ROOT): Promise<Change[]> {
  return compareSpecs(base, await readSpecs(base, root));
}

function compareSpecs(base: ReleaseBase, [before, after]: Specs): Change[] {
  try {
    return changesBetween(before, after);
  } catch (error) {
    if (!(error instanceof UnsupportedError && error.document === before)) throw error;
    throw new UnreadableError(
      `The base ${base.ref} cannot be compared: its spec has ${error.construct}, which is not supported. ` +
        "Pass a later commit, whose spec does not have it: --base <git ref>.",
    );
  }
}

type Specs = readonly [before: Document, after: Document];

async function readSpecs(base: ReleaseBase, root: string): Promise<Specs> {
  const before = parseOpenApi(`${base.ref}:${SPEC}`, readAt(root, base, SPEC));
  return [before, parseOpenApi(SPEC, await readFile(join(root, SPEC), "utf8"))];
}

/** The impact that a release with these changes must have. */
export function verdictOf(changes: readonly Change[]): Impact {
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
  const specs = await readSpecs(base, root);
  const changes = compareSpecs(base, specs);
  const ids = new Set(specs.flatMap(operationsIn).map(({ node }) => node.operationId));
  const verdict = verdictOf(changes);
  const { impact: announced, made } = await announcedSince(root, base);
  console.log(`${SPEC}, compared with ${base.ref} (${base.reason}):\n`);
  for (const { impact, side, line, sentence } of describeChanges(changes, ids.size)) {
    console.log(`${impact.padEnd(5)}  ${side === "base" ? `${base.ref}:${SPEC}` : SPEC}:${line}  ${sentence}`);
  }
  if (changes.length === 0) console.log("no changes");
  const announcing = made === "none" ? "pending changesets announce" : "new version and pending changesets announce";
  console.log(`\nThe ${announcing}: ${announced}. The spec requires:\n${verdict}`);
  if (!isGreater(verdict, announced)) return 0;
  console.error(`\nUsers need to know. Run \`npx changeset\`, choose ${verdict}, and describe the change for users.`);
  return 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
