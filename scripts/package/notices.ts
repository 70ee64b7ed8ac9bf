import { readFile } from "node:fs/promises";
import type { Rolldown } from "tsdown";

/** A build plugin that writes dist/THIRD-PARTY-NOTICES.txt, the licenses of the bundled packages. */
export function thirdPartyNotices(packages: readonly string[]): Rolldown.Plugin {
  return {
    name: "third-party-notices",
    async generateBundle() {
      const heading = "polytomic-users contains code from the packages below, under the licenses below.";
      const notices = await Promise.all(packages.map(notice));
      const source = [heading, ...notices].join(`\n\n${"-".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "THIRD-PARTY-NOTICES.txt", source });
    },
  };
}

/** The name, version and license text of a package. */
async function notice(name: string): Promise<string> {
  const folder = `node_modules/${name}`;
  const manifest = JSON.parse(await readFile(`${folder}/package.json`, "utf8")) as Record<string, string>;
  const text = await readFile(`${folder}/LICENSE`, "utf8");
  return `${name} ${manifest["version"]} (${manifest["license"]})\n\n${text.trim()}\n`;
}
