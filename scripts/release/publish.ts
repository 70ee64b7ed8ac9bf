/**
 * Publishes a tarball that was packed and tested before, as it is, under the dist-tag that its version may have.
 *
 *     npm run release:publish -- <tarball> [--tag <tag>] [--registry <url>] [--otp <code>] [--provenance] [--dry-run]
 *
 * Without `--tag` the tag is chosen; with it, it is checked. A tarball that the registry has already, byte for byte, is
 * a success: a release that was stopped half-way can be run again.
 */
import { parseArgs } from "node:util";
import { checkDistTag, chooseDistTag, publishedIntegrity, readDistTags } from "./dist-tag.ts";
import { npmInTerminal } from "./npm.ts";
import { describeTarball } from "./pack.ts";

interface PublishOptions {
  readonly tag?: string;
  readonly registry?: string;
  readonly otp?: string;
  readonly provenance?: boolean;
  readonly "dry-run"?: boolean;
}

/** Publishes and returns what to print. */
async function publish(path: string, { tag: asked, ...options }: PublishOptions): Promise<string> {
  const { path: tarball, name, version, integrity } = await describeTarball(path);
  const published = await publishedIntegrity(name, version, options.registry);
  if (published === integrity) return `${name} ${version} is published already, ${integrity}`;
  if (published !== undefined)
    throw new Error(`${name} ${version} is published with other bytes. It needs a higher version.`);
  const tags = await readDistTags(name, options.registry);
  const tag = asked ?? chooseDistTag(version, tags);
  checkDistTag(version, tag, tags);
  const passedOn = Object.entries(options).map(([option, value]) =>
    typeof value === "string" ? `--${option}=${value}` : `--${option}`,
  );
  await npmInTerminal(["publish", tarball, "--access=public", `--tag=${tag}`, ...passedOn]);
  return `${options["dry-run"] ? "Would have published" : "Published"} ${name} ${version} as \`${tag}\`, ${integrity}`;
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tag: { type: "string" },
      registry: { type: "string" },
      otp: { type: "string" },
      provenance: { type: "boolean" },
      "dry-run": { type: "boolean" },
    },
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) {
    throw new Error("Say which tarball, and one: npm run release:publish -- polytomic-users-1.2.3.tgz");
  }
  console.log(await publish(path, values));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
