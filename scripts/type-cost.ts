/** What type-checking one call costs over a bare fetch, with `skipLibCheck`, in the costlier of two compilers. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const COMPILERS = ["typescript", "typescript-7"];

const OURS = `
import { Polytomic } from "polytomic-users";
const users = await new Polytomic({ partnerKey: "" }).organization("").users.list();
export const emails: string[] = users.map(({ email }) => email);
`;

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

/** @param root The package, built. */
export async function typeCost(root: string): Promise<TypeCost> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-type-cost-"));
  try {
    await mkdir(join(folder, "node_modules"));
    await symlink(root, join(folder, "node_modules/polytomic-users"), "junction");
    await writeFile(join(folder, "ours.mts"), OURS);
    await writeFile(join(folder, "fetch.mts"), FETCH);
    const found = await Promise.all(COMPILERS.map((compiler) => costIn(join(root, "node_modules", compiler), folder)));
    return {
      files: Math.max(...found.map(({ files }) => files)),
      instantiations: Math.max(...found.map(({ instantiations }) => instantiations)),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function costIn(compiler: string, cwd: string): Promise<TypeCost> {
  const read = async (file: string): Promise<TypeCost> => {
    const check = [join(compiler, "bin/tsc"), ...OPTIONS, "--lib", "es2023,dom,dom.iterable", file];
    const { stdout } = await promisify(execFile)(process.execPath, check, { cwd });
    const count = (name: string): number => Number(new RegExp(`^${name}: +(\\d+)$`, "m").exec(stdout)?.[1]);
    return { files: count("Files"), instantiations: count("Instantiations") };
  };
  const [ours, fetch] = [await read("ours.mts"), await read("fetch.mts")];
  return { files: ours.files - fetch.files, instantiations: ours.instantiations - fetch.instantiations };
}
