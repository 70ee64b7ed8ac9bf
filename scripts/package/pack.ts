/**
 * Builds the package, packs it into a folder and describes the tarball:
 *
 *     npx node scripts/package/pack.ts <folder>
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
  /** The paths of the files inside, sorted. */
  readonly files: readonly string[];
  /** The hash that the registry and lockfiles record. */
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

/** Describes an existing tarball. */
export async function describeTarball(path: string): Promise<Tarball> {
  return { ...(await describe([resolve(path), "--dry-run"])), path: resolve(path) };
}

/** The tarball that the environment variable `TARBALL` names, or a new one in the folder if it is not set. */
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

/** The files and facts of a tarball, for people. */
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
  if (!folder) throw new Error("Usage: npx node scripts/package/pack.ts <folder>");
  console.log(summarize(await pack(folder)));
}
