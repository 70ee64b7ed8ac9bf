/**
 * Publishes an existing tarball, unchanged:
 *
 *     npx node scripts/release/publish.ts <tarball> [--tag <tag>] [--registry <url>] [--otp <code>] [--provenance] [--dry-run]
 *
 * Chooses the dist-tag, or checks the one from `--tag`. Succeeds without publishing if the registry already has the same
 * bytes, so that an interrupted release can run again.
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

/** Returns a sentence that says what was published. */
async function publish(path: string, { tag: asked, ...options }: PublishOptions): Promise<string> {
  const { path: tarball, name, version, integrity } = await describeTarball(path);
  const published = await publishedIntegrity(name, version, options.registry);
  if (published === integrity) return `${name} ${version} is already published, ${integrity}`;
  if (published !== undefined)
    throw new Error(`${name} ${version} is already published with different contents. Choose a higher version.`);
  const tags = await readDistTags(name, options.registry);
  const tag = asked ?? chooseDistTag(version, tags);
  checkDistTag(version, tag, tags);
  const forwarded = Object.entries(options).map(([option, value]) =>
    typeof value === "string" ? `--${option}=${value}` : `--${option}`,
  );
  npmInTerminal(["publish", tarball, "--access=public", `--tag=${tag}`, ...forwarded]);
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
    throw new Error("Pass one tarball: npx node scripts/release/publish.ts packed/polytomic-users-1.2.3.tgz");
  }
  console.log(await publish(path, values));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
