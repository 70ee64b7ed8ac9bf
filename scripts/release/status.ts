/**
 * Prints what the next version will be, and why: the impact of the spec changes, the public surface and the pending
 * changesets.
 *
 *     npm run release:status                      since the highest version tag, or the merge base with main
 *     npm run release:status -- --base <git ref>  since another commit
 *
 * Exit code 1 when the changesets announce too little, 2 when there is nothing to compare with.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { diffLines } from "diff";
import { inc } from "semver";
import { SURFACE } from "../package/surface.ts";
import { specChangesSince, verdictOf } from "../spec/diff.ts";
import { isGreater, type Impact } from "../spec/impact.ts";
import { announcedSince } from "./announced.ts";
import { findBase, git, type ReleaseBase } from "./base.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Numbers of lines in docs/project/surface.md. */
interface SurfaceChange {
  readonly added: number;
  readonly removed: number;
}

/** Runs the program, and returns its exit code. */
export async function main(args: string[], root: string = ROOT): Promise<number> {
  try {
    const { values } = parseArgs({ args, options: { base: { type: "string" } } });
    return await printStatus(root, findBase(root, values.base));
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

async function printStatus(root: string, base: ReleaseBase): Promise<number> {
  const { name, version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Record<string, string>;
  const changes = await specChangesSince(base, root);
  const verdict = verdictOf(changes);
  const surface = await surfaceChange(root, base);
  const { impact: announced, pending, changesets, made } = await announcedSince(root, base);
  console.log(`${name} ${version}, since ${base.ref} (${base.reason}):\n`);
  console.log(
    `spec        ${verdict}, ${changes.length === 1 ? "1 change" : `${changes.length} changes`} (npm run spec:diff)`,
  );
  console.log(`surface     ${describeSurface(surface)}`);
  console.log(`changesets  ${pending}`);
  for (const { file, impact, summary } of changesets) console.log(`            ${impact}  ${file}  ${summary}`);
  console.log(`\nnext        ${describeNext(version!, pending, made)}`);
  const problems = problemsOf(verdict, surface, announced);
  for (const problem of problems) console.error(`\n${problem}`);
  return problems.length > 0 ? 1 : 0;
}

/** How docs/project/surface.md differs from the one at the base. No difference if the base had none. */
async function surfaceChange(root: string, { ref }: ReleaseBase): Promise<SurfaceChange> {
  const now = await readFile(join(root, SURFACE), "utf8");
  const parts = diffLines(git(root, "show", `${ref}:${SURFACE}`) ?? now, now);
  const lines = (kind: "added" | "removed"): number =>
    parts.reduce((sum, part) => sum + (part[kind] ? part.count : 0), 0);
  return { added: lines("added"), removed: lines("removed") };
}

function describeSurface({ added, removed }: SurfaceChange): string {
  if (added + removed === 0) return "no change";
  const advice = removed > 0 ? "review the removed and changed lines: they can break a build" : "additions only";
  return `+${added} -${removed} lines in ${SURFACE} (${advice})`;
}

function describeNext(version: string, pending: Impact, made: Impact): string {
  if (pending !== "none") return `${nextVersion(version, pending)}, because the changesets announce ${pending}`;
  return made === "none" ? "no release, because no changeset asks for one" : `${version}, which is not tagged yet`;
}

export function nextVersion(version: string, impact: Impact): string {
  return impact === "none" ? version : inc(version, impact)!;
}

/** The reasons why this cannot be released yet. */
function problemsOf(verdict: Impact, surface: SurfaceChange, announced: Impact): string[] {
  const problems = [];
  if (isGreater(verdict, announced)) {
    problems.push(
      `The spec changes need a ${verdict} changeset. Run \`npx changeset\`, and describe the change for users.`,
    );
  }
  const changed = surface.added + surface.removed > 0;
  if (changed && !isGreater(announced, "none")) {
    problems.push("The public surface has changed, but no changeset announces it. Run `npx changeset`.");
  }
  return problems;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
