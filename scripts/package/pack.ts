import { join, resolve } from "node:path";
import { npm } from "./npm.ts";

/** A packed package. */
export interface Tarball {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** The paths of the files inside, sorted. */
  readonly files: readonly string[];
  /** The hash that the registry and lockfiles record. */
  readonly integrity: string;
}

/** The tarball that the environment variable `TARBALL` names. If it is not set, builds and packs one into the folder. */
export async function tarballToTest(folder: string): Promise<Tarball> {
  return describeTarball(process.env["TARBALL"] ?? (await pack(folder)));
}

async function pack(folder: string): Promise<string> {
  const [{ filename }] = JSON.parse(await npm(["pack", "--pack-destination", folder, "--json"])) as [
    { filename: string },
  ];
  return join(folder, filename);
}

/** Reads what npm records about a tarball. */
export async function describeTarball(path: string): Promise<Tarball> {
  const [{ files, ...facts }] = JSON.parse(await npm(["pack", resolve(path), "--dry-run", "--json"])) as [
    Omit<Tarball, "files"> & { files: { path: string }[] },
  ];
  return { ...facts, path: resolve(path), files: files.map((file) => file.path).toSorted() };
}
