/** `npm run check:package`: what the linters of packages say about the tarball, with every rule on. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { givenOrPacked } from "../release/pack.ts";

const BIN = join("node_modules", ".bin");

/** node16 is also what nodenext and bundlers resolve by. The spec is a document, so it has no types to look for. */
const LINTERS: Record<string, (tarball: string) => string[]> = {
  publint: (tarball) => ["run", tarball, "--strict"],
  attw: (tarball) => [tarball, "--profile", "node16", "--exclude-entrypoints", "./openapi.yaml"],
};

const folder = await mkdtemp(join(tmpdir(), "check-package-"));
try {
  const { path } = await givenOrPacked(folder);
  for (const [linter, args] of Object.entries(LINTERS)) {
    const { status, stdout, stderr } = spawnSync(join(BIN, linter), args(path), { encoding: "utf8" });
    if (status === 0) continue;
    console.error(`${linter} refuses the tarball:\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true });
}
