import { execFileSync, spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COPIED = [".changeset/config.json", "docs/surface.md", "package.json", "scripts", "spec", ".prettierrc.json"];

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A repository of its own with what a release needs, to change, commit and tag. */
export interface Repository {
  git(...args: string[]): string;
  commit(message: string): void;
  run(script: string, ...options: string[]): Ran;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  edit(file: string, from: string, to: string): Promise<void>;
  /** Announces a change, as `npm run changeset` does. */
  announce(impact: string, summary: string): Promise<void>;
}

/** One commit on `main`, nothing announced; its version is 0.1.0, whatever the next release is. */
export async function repository(): Promise<Repository> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  await writeFile(join(folder, ".gitignore"), "node_modules\n");
  const who = {
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@b.c",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@b.c",
  };
  const env = { ...process.env, ...who, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
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
    git,
    commit,
    read,
    write,
    run: (script, ...options) =>
      spawnSync(process.execPath, [`scripts/${script}.ts`, ...options], { cwd: folder, env, encoding: "utf8" }),
    async edit(file, from, to) {
      const text = await read(file);
      expect(text).toContain(from);
      await write(file, text.replace(from, to));
    },
    announce: (impact, summary) =>
      write(`.changeset/${summary.length}.md`, `---\n"polytomic-users": ${impact}\n---\n\n${summary}\n`),
  };
}
