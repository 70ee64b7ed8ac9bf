/** A plugin of the build that writes dist/THIRD-PARTY-NOTICES.txt: the licence of every package whose code is bundled. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Rolldown } from "tsdown";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Folders of the bundled packages. All builds of one run share it, so the last one to finish writes all of them. */
const folders = new Set<string>();

export const thirdPartyNotices: Rolldown.Plugin = {
  name: "third-party-notices",
  async writeBundle({ dir }, bundle) {
    for (const output of Object.values(bundle)) {
      for (const id of output.type === "chunk" ? output.moduleIds : []) {
        const [folder] = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(id) ?? [];
        if (folder) folders.add(folder);
      }
    }
    const heading = "polytomic-users contains code from the packages below, under these licences.";
    const notices = await Promise.all([...folders].toSorted().map(notice));
    await writeFile(join(dir!, "THIRD-PARTY-NOTICES.txt"), [heading, ...notices].join(`\n\n${"-".repeat(80)}\n\n`));
  },
};

/** Name, version and licence of a package. A package without a licence text must not be shipped. */
async function notice(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ${version} has no licence text, so its code must not be part of the package.`);
  return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
}
