/** Runs publint and attw on the tarball, with all of their rules. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { givenOrPacked } from "./pack.ts";

const LINTERS: Record<string, (tarball: string) => string[]> = {
  publint: (tarball) => ["run", tarball, "--strict"],
  // The spec is a document and has no types.
  attw: (tarball) => [tarball, "--exclude-entrypoints", "./openapi.yaml"],
};

const folder = await mkdtemp(join(tmpdir(), "lint-package-"));
try {
  const { path } = await givenOrPacked(folder);
  for (const [linter, args] of Object.entries(LINTERS)) {
    const { status, stdout, stderr } = spawnSync(join("node_modules", ".bin", linter), args(path), {
      encoding: "utf8",
    });
    if (status === 0) continue;
    console.error(`${linter} found problems in the tarball:\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true });
}
