import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inject, onTestFinished } from "vitest";
import { npm } from "../../scripts/package/npm.ts";

const CONSUMERS = fileURLToPath(new URL("consumers/", import.meta.url));
const run = promisify(execFile);

/** The folder with the compilers and bundlers. */
export const TOOLS: string = fileURLToPath(new URL("node_modules/", import.meta.url));

/** A user's project, outside of this repository. */
export interface Project {
  readonly folder: string;
  /** Runs a JavaScript file with Node, and returns what it prints. */
  run(...command: readonly string[]): Promise<string>;
}

/** Makes npm in a folder use the given registry, and no cache or configuration of this machine. */
export async function useRegistry(folder: string, registry: string): Promise<void> {
  const { host } = new URL(registry);
  const lines = [`registry=${registry}`, `//${host}/:_authToken=anybody`, "audit=false", "fund=false"];
  await writeFile(join(folder, ".npmrc"), [...lines, `cache=${join(folder, "npm-cache")}`, ""].join("\n"));
}

/** Creates a project with some files of consumers/, and installs the package from the registry. */
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
    return (await run(process.execPath, [...command], { cwd, timeout: 120_000 })).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`node ${command.join(" ")} failed.\n${stdout}${stderr}`, { cause });
  }
}

/** The packages in the lockfile of a project, by path. */
export async function lockedPackages(project: Project): Promise<Record<string, { integrity?: string }>> {
  const lockfile = await readFile(join(project.folder, "package-lock.json"), "utf8");
  return (JSON.parse(lockfile) as { packages: Record<string, { integrity?: string }> }).packages;
}
