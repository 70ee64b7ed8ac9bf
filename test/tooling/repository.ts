import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COPIED = [".changeset/config.json", "docs/project/surface.md", "package.json", "spec", ".prettierrc.json"];

/** A temporary copy of the files that a release reads, in a git repository of its own. */
export interface Repository {
  readonly folder: string;
  git(...args: string[]): string;
  commit(message: string): void;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  edit(file: string, from: string, to: string): Promise<void>;
  /** Adds a changeset, as `npx changeset` does. */
  announce(impact: string, summary: string): Promise<void>;
}

/** Has one commit on `main`, the version 0.1.0 and no changesets. */
export async function repository(): Promise<Repository> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await writeFile(join(folder, ".gitignore"), "node_modules\n");
  const env = {
    ...process.env,
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@b.c",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@b.c",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: folder, env, encoding: "utf8" });
  const read = (file: string): Promise<string> => readFile(join(folder, file), "utf8");
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  const commit = (message: string): void => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
  };
  await write("package.json", (await read("package.json")).replace(/"version": ".*"/, '"version": "0.1.0"'));
  git("init", "--quiet", "--initial-branch", "main");
  commit("start");
  return {
    folder,
    git,
    commit,
    read,
    write,
    async edit(file, from, to) {
      const text = await read(file);
      expect(text).toContain(from);
      await write(file, text.replace(from, to));
    },
    announce: (impact, summary) =>
      write(`.changeset/${summary.length}.md`, `---\n"polytomic-users": ${impact}\n---\n\n${summary}\n`),
  };
}
