/**
 * Builds and packs once, for everything that looks at the package afterwards.
 *
 *     node scripts/release/pack.ts <folder>
 *
 * writes the tarball into the folder and prints name, version, size, files, integrity and where it is.
 */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { npm } from "./npm.ts";

/** A packed package. */
export interface Tarball {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** Bytes, packed. */
  readonly size: number;
  /** Bytes, unpacked. */
  readonly unpackedSize: number;
  /** The paths in it, sorted. */
  readonly files: readonly string[];
  /** The hash that registry and lockfiles know it by. */
  readonly integrity: string;
}

type Packed = Omit<Tarball, "path" | "files"> & {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
};

/** Builds the package and packs it into a folder. */
export async function pack(folder: string): Promise<Tarball> {
  await mkdir(folder, { recursive: true });
  const tarball = await describe(["--pack-destination", folder]);
  return { ...tarball, path: resolve(folder, tarball.path) };
}

/** What is in a tarball that was packed before. */
export async function describeTarball(path: string): Promise<Tarball> {
  return { ...(await describe([resolve(path), "--dry-run"])), path: resolve(path) };
}

/** The tarball that the variable `TARBALL` names, as it is; without one, a new one in the folder. */
export function givenOrPacked(folder: string): Promise<Tarball> {
  const given = process.env["TARBALL"];
  return given ? describeTarball(given) : pack(folder);
}

async function describe(args: readonly string[]): Promise<Tarball> {
  const [{ filename, files, name, version, size, unpackedSize, integrity }] = JSON.parse(
    await npm(["pack", ...args, "--json"]),
  ) as [Packed];
  const paths = files.map(({ path }) => path).toSorted();
  return { path: filename, name, version, size, unpackedSize, files: paths, integrity };
}

/** What to print of a tarball. */
export function summarize({ path, name, version, size, unpackedSize, files, integrity }: Tarball): string {
  const facts = {
    name,
    version,
    size: `${size} bytes, ${unpackedSize} unpacked`,
    files: files.length,
    integrity,
    path,
  };
  const lines = Object.entries(facts).map(([fact, value]) => `${fact.padEnd(9)}  ${value}`);
  return [...files.map((file) => `  ${file}`), "", ...lines].join("\n");
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error("Say which folder to pack into.");
  console.log(summarize(await pack(folder)));
}
