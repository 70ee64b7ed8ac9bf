/**
 * What the next version will be, and why: the spec's verdict, the public surface, the pending changesets.
 *
 *     npm run release:status                      since the latest version tag, else the merge base with main
 *     npm run release:status -- --base <git ref>  since another commit
 *
 * Exit 1 when users would be told too little, 2 when there is nothing to compare with.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { diffLines } from "diff";
import { announcedSince } from "./announced.ts";
import { isGreater, type Impact } from "../spec/impact.ts";
import { announcedBy } from "./pending-changesets.ts";
import { findBase, git, type ReleaseBase } from "./base.ts";
import { specChangesSince, verdictOf } from "../spec/diff.ts";
import { PAGE } from "../package/surface.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Lines of the page on the public surface. */
interface SurfaceChange {
  readonly added: number;
  readonly removed: number;
}

/** How docs/surface.md differs from the one of a base; not at all when that had none. */
async function surfaceChange({ ref }: ReleaseBase): Promise<SurfaceChange> {
  const now = await readFile(join(ROOT, PAGE), "utf8");
  const parts = diffLines(git(ROOT, "show", `${ref}:${PAGE}`) ?? now, now);
  const lines = (kind: "added" | "removed"): number =>
    parts.reduce((sum, part) => sum + (part[kind] ? part.count : 0), 0);
  return { added: lines("added"), removed: lines("removed") };
}

/** What a version becomes; the packages of this repository have no pre-releases. */
export function nextVersion(version: string, impact: Impact): string {
  const [major, minor, patch] = version.split(".").map(Number) as [number, number, number];
  if (impact === "major") return `${major + 1}.0.0`;
  if (impact === "minor") return `${major}.${minor + 1}.0`;
  return impact === "patch" ? `${major}.${minor}.${patch + 1}` : version;
}

/** What stands in the way of a release; empty when nothing does. */
function objections(verdict: Impact, surface: SurfaceChange, announced: Impact): string[] {
  const found = [];
  if (isGreater(verdict, announced)) {
    found.push(`The spec asks for ${verdict}: run \`npm run changeset\`, and say what users have to do.`);
  }
  const changed = surface.added + surface.removed > 0;
  if (changed && !isGreater(announced, "none")) {
    found.push("The public surface has changed, and no changeset says so: run `npm run changeset`.");
  }
  return found;
}

function describeSurface({ added, removed }: SurfaceChange): string {
  if (added + removed === 0) return "no change";
  const weight = removed > 0 ? "removed or changed lines can break a build: look at them" : "additions only";
  return `+${added} -${removed} lines in ${PAGE} (${weight})`;
}

function describeNext(version: string, pending: Impact, made: Impact): string {
  if (pending !== "none") return `${nextVersion(version, pending)}, because the changesets announce ${pending}`;
  return made === "none" ? "no release, because the changesets announce none" : `${version}, which is not tagged yet`;
}

async function run(given: string | undefined): Promise<number> {
  const base = findBase(ROOT, given);
  const { name, version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<string, string>;
  const changes = await specChangesSince(base);
  const verdict = verdictOf(changes);
  const surface = await surfaceChange(base);
  const { impact: announced, changesets, made } = await announcedSince(ROOT, base);
  const pending = announcedBy(changesets);
  console.log(`${name} ${version}, since ${base.ref} (${base.reason}):\n`);
  console.log(
    `spec        ${verdict}, ${changes.length === 1 ? "1 change" : `${changes.length} changes`} (npm run spec:diff)`,
  );
  console.log(`surface     ${describeSurface(surface)}`);
  console.log(`changesets  ${pending}`);
  for (const { file, impact, summary } of changesets) console.log(`            ${impact}  ${file}  ${summary}`);
  console.log(`\nnext        ${describeNext(version!, pending, made)}`);
  const against = objections(verdict, surface, announced);
  for (const objection of against) console.error(`\n${objection}`);
  return against.length > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { base: { type: "string" } } });
    process.exitCode = await run(values.base);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
