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
 * The given ref. Without one, the last release, or the merge base with main if no version is tagged.
 *
 * @throws `Error` that says what to do if the commit does not exist.
 */
export function findBase(root: string, ref?: string): ReleaseBase {
  if (ref !== undefined) {
    if (!git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`)) {
      throw new Error(`This repository has no commit ${ref}. Fetch it, or pass another one: --base <git ref>.`);
    }
    return { ref, reason: "from --base" };
  }
  const release = lastRelease(root);
  if (release) return release;
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

/**
 * The highest version tag that HEAD descends from, or `undefined` if no version is tagged. Ignores pre-releases and tags
 * that are not versions.
 */
export function lastRelease(root: string): ReleaseBase | undefined {
  const tags = git(root, "tag", "--merged", "HEAD")?.split("\n") ?? [];
  const versions = tags.flatMap((tag) => {
    const version = VERSION_TAG.exec(tag)?.[1];
    return version === undefined ? [] : [{ tag, version }];
  });
  const [highest] = versions.toSorted((one, other) => rcompare(one.version, other.version));
  return highest && { ref: highest.tag, reason: "the highest version tag" };
}

/** The version in package.json at a ref, or `undefined` if the file did not exist. */
export function versionAt(root: string, base: ReleaseBase): string | undefined {
  const text = fileAt(root, base, "package.json");
  return text === undefined ? undefined : (JSON.parse(text) as { version?: string }).version;
}

/** The contents of a file at a ref. */
export function readAt(root: string, base: ReleaseBase, file: string): string {
  const text = fileAt(root, base, file);
  if (text === undefined) throw new Error(`${base.ref} has no ${file}. Pass another commit: --base <git ref>.`);
  return text;
}

/** The contents of a file at a ref, or `undefined` if the file did not exist. */
export function fileAt(root: string, { ref }: ReleaseBase, file: string): string | undefined {
  return git(root, "show", `${ref}:${file}`);
}

/** What git prints, or `undefined` when it fails. */
function git(root: string, ...args: string[]): string | undefined {
  try {
    const printed = execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return args[0] === "show" ? printed : printed.trim();
  } catch {
    return undefined;
  }
}
