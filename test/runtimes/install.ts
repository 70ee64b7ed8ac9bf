import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "../../scripts/package/npm.ts";
import { tarballToTest } from "../../scripts/package/pack.ts";

const PROGRAMS = ["smoke.js", "main.js", "worker.js", "proxied.js"];

/** A project outside of this repository, with the smoke program and the installed tarball. */
export interface Installed {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** Packs, and installs the tarball in a new project. */
export async function installTarball(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), "test-runtimes-"));
  const { path } = await tarballToTest(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await npm(["install", "--offline", "--no-audit", "--no-fund", path], { cwd: folder });
  for (const program of PROGRAMS) await cp(fileURLToPath(new URL(program, import.meta.url)), join(folder, program));
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
