import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inject, onTestFinished } from "vitest";
import { npm } from "../../scripts/release/npm.ts";

const CONSUMERS = fileURLToPath(new URL("consumers/", import.meta.url));
const run = promisify(execFile);

/** The folder of the tools that consumers are made with. */
export const TOOLS: string = fileURLToPath(new URL("node_modules/", import.meta.url));

/** A project of a user, outside of this repository. */
export interface Project {
  readonly folder: string;
  /** Runs a program of the project with Node, or a command of the tools; gives what it prints. */
  run(...command: readonly string[]): Promise<string>;
}

/** Lets npm in a folder use a registry, and nothing of what else is on this machine. */
export async function useRegistry(folder: string, registry: string): Promise<void> {
  const { host } = new URL(registry);
  const lines = [`registry=${registry}`, `//${host}/:_authToken=anybody`, "audit=false", "fund=false"];
  await writeFile(join(folder, ".npmrc"), [...lines, `cache=${join(folder, "npm-cache")}`, ""].join("\n"));
}

/** A fresh project with some of the consumers in it, and the package installed from the registry. */
export async function createProject(manifest: object, ...files: readonly string[]): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "consumer-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await useRegistry(folder, inject("registry"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, ...manifest }));
  for (const file of files) await cp(join(CONSUMERS, file), join(folder, file));
  await npm(["install", `polytomic-users@${inject("tarball").version}`], { cwd: folder });
  return { folder, run: (...command) => runIn(folder, command) };
}

async function runIn(cwd: string, command: readonly string[]): Promise<string> {
  try {
    return (await run(process.execPath, [...command], { cwd, timeout: 50_000 })).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`node ${command.join(" ")} failed.\n${stdout}${stderr}`, { cause });
  }
}

/** What npm wrote down of an installed package. */
export async function lockedPackages(project: Project): Promise<Record<string, { integrity?: string }>> {
  const lockfile = await readFile(join(project.folder, "package-lock.json"), "utf8");
  return (JSON.parse(lockfile) as { packages: Record<string, { integrity?: string }> }).packages;
}
