/**
 * Builds and packs once, for everything that looks at the package afterwards.
 *
 *     node scripts/pack.ts <folder>
 *
 * writes the tarball into the folder and prints name, version, size, files, integrity and where it is.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
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
  const tarball = await describe(["pack", "--pack-destination", folder]);
  return { ...tarball, path: resolve(folder, tarball.path) };
}

/** The tarball that the variable `TARBALL` names, as it is; without one, a new one in the folder. */
export async function givenOrPacked(folder: string): Promise<Tarball> {
  const given = process.env["TARBALL"];
  return given ? { ...(await describe(["pack", resolve(given), "--dry-run"])), path: resolve(given) } : pack(folder);
}

/** What the build in dist/ would be packed to. Nothing is built or written. */
export function packed(): Promise<Tarball> {
  return describe(["pack", "--dry-run", "--ignore-scripts"]);
}

async function describe(args: readonly string[]): Promise<Tarball> {
  const [{ filename, files, name, version, size, unpackedSize, integrity }] = JSON.parse(
    await npm([...args, "--json"]),
  ) as [Packed];
  const paths = files.map(({ path }) => path).sort();
  return { path: filename, name, version, size, unpackedSize, files: paths, integrity };
}

if (import.meta.main) {
  const { name, version, size, unpackedSize, files, integrity, path } = await pack(
    process.argv[2] ?? join("dist", ".."),
  );
  console.log(`${name} ${version}\n${size} bytes, ${unpackedSize} unpacked, ${files.length} files\n${integrity}`);
  console.log(files.map((file) => `  ${file}`).join("\n"));
  console.log(path);
}
