/**
 * dist/THIRD-PARTY-NOTICES.txt: the licence of every package that the build has taken code from. Which those are is
 * read from the source maps, and the text from the installed package, so that neither can differ from what is shipped.
 */
import { glob, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

const DIST = "dist";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const notices: string[] = [];
for (const folder of await bundledPackages()) notices.push(await notice(folder));
const heading = "polytomic-users contains code of the packages below, under these licences.";
await writeFile(join(DIST, "THIRD-PARTY-NOTICES.txt"), [heading, ...notices].join(`\n\n${"-".repeat(80)}\n\n`));

/** The folders of the packages that a source map of the build names, sorted. */
async function bundledPackages(): Promise<string[]> {
  const folders = new Set<string>();
  for await (const map of glob(join(DIST, "**/*.map"))) {
    const { sources } = JSON.parse(await readFile(map, "utf8")) as { sources: string[] };
    for (const source of sources) {
      const [folder] = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(resolve(dirname(map), source)) ?? [];
      if (folder) folders.add(folder);
    }
  }
  return [...folders].toSorted();
}

/** Name, version and licence of a package. One without a licence text of its own must not be shipped. */
async function notice(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ${version} has no licence text, so its code must not be part of the package.`);
  return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
}
