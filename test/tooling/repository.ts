import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { SURFACE } from "../../scripts/package/surface.ts";

const COPIED = [".changeset/config.json", ".prettierrc.json", "package.json", "spec", SURFACE];
const AUTHOR = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"];

/** A temporary copy of the files that a release reads, in a git repository of its own. */
export interface Repository {
  readonly folder: string;
  git(...args: string[]): string;
  commit(message: string): void;
  write(file: string, text: string): Promise<void>;
  edit(file: string, from: string | RegExp, to: string): Promise<void>;
  /** Adds a changeset, as `npx changeset` does. */
  announce(impact: string, summary: string): Promise<void>;
}

/** Has one commit on `main`, the version 0.1.0 and no changesets. */
export async function repository(): Promise<Repository> {
  const folder = await mkdtemp(join(tmpdir(), "repository-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of COPIED) await cp(name, join(folder, name), { recursive: true });
  const git = (...args: string[]): string =>
    execFileSync("git", [...AUTHOR, ...args], { cwd: folder, encoding: "utf8" });
  const to: Repository = {
    folder,
    git,
    commit(message) {
      git("add", "--all");
      git("commit", "--quiet", "--message", message);
    },
    async write(file, text) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    },
    async edit(file, from, replacement) {
      const text = await readFile(join(folder, file), "utf8");
      const edited = text.replace(from, replacement);
      expect(edited).not.toBe(text);
      await to.write(file, edited);
    },
    announce: (impact, summary) =>
      to.write(`.changeset/${impact}.md`, `---\n"polytomic-users": ${impact}\n---\n\n${summary}\n`),
  };
  await to.edit("package.json", /"version": ".*"/, '"version": "0.1.0"');
  git("init", "--quiet", "--initial-branch", "main");
  to.commit("start");
  return to;
}
