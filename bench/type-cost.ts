import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const COMPILERS = ["typescript", "typescript-7"].map((name) =>
  fileURLToPath(new URL(`../node_modules/${name}/bin/tsc`, import.meta.url)),
);

const FETCH = `
const response = await fetch("https://app.polytomic.com/api/organizations/x/users");
const { data } = (await response.json()) as { data: { email: string }[] };
export const emails: string[] = data.map(({ email }) => email);
`;

const OPTIONS = ["--noEmit", "--strict", "--skipLibCheck", "--extendedDiagnostics", "--module", "nodenext"];

export interface TypeCost {
  readonly files: number;
  readonly instantiations: number;
}

/**
 * What type-checking a program costs in addition to a program with a bare fetch, in the more expensive compiler.
 *
 * @param program TypeScript code.
 * @param packages The folders of the packages that it imports, by name.
 */
export async function typeCost(
  program: string,
  packages: Readonly<Record<string, string>>,
  compilers: readonly string[] = COMPILERS,
): Promise<TypeCost> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-type-cost-"));
  try {
    for (const [name, from] of Object.entries(packages)) {
      const link = join(folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(from, link, "junction");
    }
    await writeFile(join(folder, "program.mts"), program);
    await writeFile(join(folder, "fetch.mts"), FETCH);
    const costs = await Promise.all(compilers.map((compiler) => costIn(compiler, folder)));
    return {
      files: Math.max(...costs.map(({ files }) => files)),
      instantiations: Math.max(...costs.map(({ instantiations }) => instantiations)),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function costIn(compiler: string, cwd: string): Promise<TypeCost> {
  const read = async (file: string): Promise<TypeCost> => {
    const args = [compiler, ...OPTIONS, "--lib", "es2023,dom,dom.iterable", file];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
    const count = (name: string): number => {
      const [, found] = new RegExp(`^${name}: +(\\d+)$`, "m").exec(stdout) ?? [];
      if (found === undefined) throw new Error(`${compiler} did not print the number of ${name}:\n${stdout}`);
      return Number(found);
    };
    return { files: count("Files"), instantiations: count("Instantiations") };
  };
  const [program, fetch] = [await read("program.mts"), await read("fetch.mts")];
  return { files: program.files - fetch.files, instantiations: program.instantiations - fetch.instantiations };
}
