/**
 * Publishes an existing tarball, unchanged:
 *
 *     npx node scripts/release/publish.ts <tarball>
 *
 * Chooses the dist-tag. Succeeds without publishing if the registry already has the same bytes, so that an interrupted
 * release can run again. npm reads all other options from its configuration, such as `npm_config_dry_run=true`.
 *
 * `prepublishOnly` runs it without a tarball, so that `npm publish` in a checkout fails with its message.
 */
import { spawnSync } from "node:child_process";
import { gt, prerelease, SemVer, validRange } from "semver";
import { npm } from "../package/npm.ts";
import { describeTarball } from "../package/pack.ts";

async function publish(path: string): Promise<void> {
  const { path: tarball, name, version, integrity } = await describeTarball(path);
  const published = await view(`${name}@${version}`, "dist.integrity");
  if (published === integrity) return console.log(`${name} ${version} is already published, ${integrity}`);
  if (published !== undefined) {
    throw new Error(`${name} ${version} is already published with different contents. Choose a higher version.`);
  }
  const tags = (await view(name, "dist-tags")) as { latest?: string } | undefined;
  const tag = distTag(version, tags?.latest);
  console.log(`Publishing ${name} ${version} as \`${tag}\`, ${integrity}`);
  // In this terminal, where npm can ask for a one-time password.
  const args = ["publish", tarball, "--access=public", `--tag=${tag}`];
  const { status } = spawnSync("npm", args, { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) throw new Error("npm publish failed.");
}

/** What the registry has in a field, or `undefined` if it has no such package or version. */
async function view(what: string, field: string): Promise<unknown> {
  try {
    const printed = await npm(["view", what, field, "--json"]);
    return printed.trim() === "" ? undefined : JSON.parse(printed);
  } catch (error) {
    if ((error as Error).message.includes("E404")) return undefined;
    throw error;
  }
}

/**
 * The dist-tag of a version: `latest` for the highest version, `release-1.2` for a fix of an older line, and `beta` for
 * 2.0.0-beta.1. A pre-release without a name that npm accepts is `next`.
 *
 * @param latest The version that is `latest` in the registry.
 */
export function distTag(version: string, latest: string | undefined): string {
  const [name] = prerelease(version) ?? [];
  if (name !== undefined) return name === "latest" || validRange(String(name)) ? "next" : String(name);
  const { major, minor } = new SemVer(version);
  return latest === undefined || gt(version, latest) ? "latest" : `release-${major}.${minor}`;
}

if (import.meta.main) {
  const [tarball, ...more] = process.argv.slice(2);
  try {
    if (tarball === undefined || more.length > 0) {
      throw new Error("Pass one tested tarball: `npm pack`, then `npx node scripts/release/publish.ts <tarball>`.");
    }
    await publish(tarball);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
