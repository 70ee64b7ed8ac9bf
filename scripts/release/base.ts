import { execFileSync } from "node:child_process";
import { rcompare } from "semver";

/** The commit that the working tree is compared with. */
export interface ReleaseBase {
  /** Anything that git resolves. */
  readonly ref: string;
  /** Why this commit was chosen, for people. */
  readonly reason: string;
}

const VERSION_TAG = /^(?:v|polytomic-users@)(\d+\.\d+\.\d+)$/;

/**
 * The given ref. Without one, the highest version tag that HEAD descends from, or the merge base with main if no version
 * is tagged.
 *
 * @throws `Error` that says what to do if the commit does not exist.
 */
export function findBase(root: string, given?: string): ReleaseBase {
  if (given !== undefined) {
    if (!git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${given}^{commit}`)) {
      throw new Error(`This repository has no commit ${given}. Fetch it, or pass another one: --base <git ref>.`);
    }
    return { ref: given, reason: "from --base" };
  }
  const tag = highestVersionTag(git(root, "tag", "--merged", "HEAD")?.split("\n") ?? []);
  if (tag) return { ref: tag, reason: "the highest version tag" };
  for (const main of ["main", "origin/main"]) {
    const commit = git(root, "merge-base", "HEAD", main);
    if (commit)
      return { ref: commit.slice(0, 12), reason: `the merge base with ${main}, because no version is tagged` };
  }
  throw new Error(
    "There is no version tag and no main branch to compare with. Fetch them (`git fetch --tags origin main`), or pass " +
      "--base <git ref>.",
  );
}

/** Ignores pre-releases and tags that are not versions. */
function highestVersionTag(tags: readonly string[]): string | undefined {
  const versions = tags.flatMap((tag) => {
    const version = VERSION_TAG.exec(tag)?.[1];
    return version === undefined ? [] : [{ tag, version }];
  });
  return versions.toSorted((one, other) => rcompare(one.version, other.version))[0]?.tag;
}

/** The version in package.json at a ref, or `undefined` if the file did not exist. */
export function versionAt(root: string, { ref }: ReleaseBase): string | undefined {
  const text = git(root, "show", `${ref}:package.json`);
  return text === undefined ? undefined : (JSON.parse(text) as { version?: string }).version;
}

/** The contents of a file at a ref. */
export function readAt(root: string, { ref }: ReleaseBase, file: string): string {
  const text = git(root, "show", `${ref}:${file}`);
  if (text === undefined) throw new Error(`${ref} has no ${file}. Pass another commit: --base <git ref>.`);
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
