/** Copies of the project with other generated types. The compiler runs once for all: it spends most time on libraries. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMPILER = join(ROOT, "node_modules/typescript-7/bin/tsc");

/** Returns a temporary folder for the copies, which the compiler can run in. */
export async function folderForCopies(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  for (const name of ["package.json", "tsconfig.json"]) await cp(join(ROOT, name), join(folder, name));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  return folder;
}

/** Compiles some files of all copies. Returns a function that finds the errors of one copy, each with all its lines. */
export async function compile(folder: string, files: readonly string[]): Promise<(copy: string) => string[]> {
  const project = { extends: "./tsconfig.json", files, include: [] };
  await writeFile(join(folder, "tsconfig.copies.json"), JSON.stringify(project));
  const output = await new Promise<string>((resolve) => {
    const options = { cwd: folder, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [COMPILER, "-p", "tsconfig.copies.json"], options, (_error, errors) => resolve(errors));
  });
  const errors = output.split(/^(?=\S)/m).filter(Boolean); // the further lines of an error are indented
  const stray = errors.filter((error) => !files.some((file) => error.startsWith(`${file.split("/")[0]}/`)));
  if (stray.length > 0) throw new Error(`The compiler failed.\n\n${stray.join("")}`);
  return (copy) => errors.filter((error) => error.startsWith(`${copy}/`));
}
