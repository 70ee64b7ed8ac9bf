import { execFileSync } from "node:child_process";

/** What the working tree is compared with. */
export interface ReleaseBase {
  /** Anything that git resolves. */
  readonly ref: string;
  /** Why this one. */
  readonly reason: string;
}

/** There is nothing to compare with. The message says what to do. */
export class NoBaseError extends Error {}

const VERSION_TAG = /^(?:v|polytomic-users@)(\d+)\.(\d+)\.(\d+)$/;

/** The given ref; else the tag of the highest version that HEAD descends from; else where HEAD left main. */
export function findBase(root: string, given?: string): ReleaseBase {
  if (given !== undefined) {
    if (!git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${given}^{commit}`)) {
      throw new NoBaseError(`There is no commit ${given} here. Fetch it, or pass another as --base <git ref>.`);
    }
    return { ref: given, reason: "as asked" };
  }
  const tag = highestVersionTag(git(root, "tag", "--merged", "HEAD")?.split("\n") ?? []);
  if (tag) return { ref: tag, reason: "the highest version tag" };
  for (const main of ["main", "origin/main"]) {
    const commit = git(root, "merge-base", "HEAD", main);
    if (commit) return { ref: commit.slice(0, 12), reason: `the merge base with ${main}, as no version is tagged` };
  }
  throw new NoBaseError(
    "There is no version tag and no main branch to compare with. Fetch them (`git fetch --tags origin main`), or pass " +
      "--base <git ref>.",
  );
}

/** Drafts and pre-releases are no versions that users have. */
function highestVersionTag(tags: readonly string[]): string | undefined {
  const versions = tags.flatMap((tag) => {
    const numbers = VERSION_TAG.exec(tag)?.slice(1).map(Number);
    return numbers ? [{ tag, numbers }] : [];
  });
  return versions.toSorted((one, other) => compare(other.numbers, one.numbers))[0]?.tag;
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((number, at) => number !== other[at]);
  return index < 0 ? 0 : one[index]! - other[index]!;
}

/** The version that package.json had at a ref; `undefined` where there was none. */
export function versionAt(root: string, { ref }: ReleaseBase): string | undefined {
  const text = git(root, "show", `${ref}:package.json`);
  return text === undefined ? undefined : (JSON.parse(text) as { version?: string }).version;
}

/** A file as it was at a ref. */
export function readAt(root: string, { ref }: ReleaseBase, file: string): string {
  const text = git(root, "show", `${ref}:${file}`);
  if (text === undefined) throw new NoBaseError(`There is no ${file} at ${ref}. Pass another --base <git ref>.`);
  return text;
}

/** What git prints, or `undefined` when it fails. */
export function git(root: string, ...args: string[]): string | undefined {
  try {
    const printed = execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return args[0] === "show" ? printed : printed.trim();
  } catch {
    return undefined;
  }
}
