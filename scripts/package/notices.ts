/** A build plugin that writes dist/THIRD-PARTY-NOTICES.txt, the licenses of all bundled packages. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Rolldown } from "tsdown";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The folders of the bundled packages. All builds share this set, so the last build to finish writes every license. */
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
    const heading = "polytomic-users contains code from the packages below, under the licenses below.";
    const notices = await Promise.all([...folders].toSorted().map(notice));
    await writeFile(join(dir!, "THIRD-PARTY-NOTICES.txt"), [heading, ...notices].join(`\n\n${"-".repeat(80)}\n\n`));
  },
};

/** The name, version and license text of a package. */
async function notice(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ${version} has no license file, so it must not be bundled.`);
  return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
}
