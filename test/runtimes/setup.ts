import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { npm } from "../../scripts/package/npm.ts";
import { tarballToTest } from "../../scripts/package/pack.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of a project with the smoke program and the installed tarball. */
    installed: string;
  }
}

const PROGRAMS = ["smoke.js", "main.js", "worker.js", "proxied.js"];

/** Packs once, and installs the tarball in a project outside of this repository. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "test-runtimes-"));
  const { path } = await tarballToTest(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await npm(["install", "--offline", "--no-audit", "--no-fund", path], { cwd: folder });
  for (const program of PROGRAMS) await cp(fileURLToPath(new URL(program, import.meta.url)), join(folder, program));
  project.provide("installed", folder);
  return () => rm(folder, { recursive: true });
}
