/**
 * Notes in CHANGELOG.md, under the version that package.json has, which API version and which spec that version is
 * made for. `npm run release:version` runs it after the changesets have been taken in.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readContract } from "../spec/contract.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = join(ROOT, "spec/openapi.yaml");
const CHANGELOG = join(ROOT, "CHANGELOG.md");

/** The API version and the digest that `sha256sum node_modules/polytomic-users/spec/openapi.yaml` prints. */
async function specNote(): Promise<string> {
  const digest = createHash("sha256")
    .update(await readFile(SPEC))
    .digest("hex");
  return `API version \`${(await readContract(SPEC)).version}\`, spec sha256 \`${digest}\``;
}

/** The changelog with the note below the heading of a version, in the place of an earlier note. */
export function annotate(changelog: string, version: string, note: string): string {
  const heading = `## ${version}\n`;
  if (!changelog.includes(heading)) {
    throw new Error(`CHANGELOG.md has no heading for ${version}. Run \`npm run release:version\`, which writes it.`);
  }
  const [before, after] = changelog.split(heading) as [string, string];
  return `${before}${heading}\n${note}\n\n${after.replace(/^\nAPI version .*\n/, "").trimStart()}`;
}

if (import.meta.main) {
  try {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
    await writeFile(CHANGELOG, annotate(await readFile(CHANGELOG, "utf8"), version, await specNote()));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
