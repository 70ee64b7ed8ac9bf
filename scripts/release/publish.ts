/**
 * Publishes an existing tarball, unchanged:
 *
 *     npx node scripts/release/publish.ts <tarball> [--tag <tag>] [--registry <url>] [--otp <code>] [--provenance] [--dry-run]
 *
 * Chooses the dist-tag, or checks the one from `--tag`. Succeeds without publishing if the registry already has the same
 * bytes, so that an interrupted release can run again.
 *
 * `prepublishOnly` runs it without a tarball, so that `npm publish` in a checkout fails with its message.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { gt, prerelease, SemVer, validRange } from "semver";
import { npm } from "../package/npm.ts";
import { describeTarball } from "../package/pack.ts";

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
  const published = await view([`${name}@${version}`, "dist.integrity"], options.registry);
  if (published === integrity) return `${name} ${version} is already published, ${integrity}`;
  if (published !== undefined) {
    throw new Error(`${name} ${version} is already published with different contents. Choose a higher version.`);
  }
  const tags = ((await view([name, "dist-tags"], options.registry)) ?? {}) as DistTags;
  const tag = asked ?? chooseDistTag(version, tags);
  checkDistTag(version, tag, tags);
  const forwarded = Object.entries(options).map(([option, value]) =>
    typeof value === "string" ? `--${option}=${value}` : `--${option}`,
  );
  // In this terminal, where npm can ask for a one-time password.
  const args = ["publish", tarball, "--access=public", `--tag=${tag}`, ...forwarded];
  const { status } = spawnSync("npm", args, { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) throw new Error("npm publish failed.");
  return `${options["dry-run"] ? "Would have published" : "Published"} ${name} ${version} as \`${tag}\`, ${integrity}`;
}

/** What `npm view` prints, or `undefined` if the registry has no such package or version. */
async function view(fields: readonly string[], registry: string | undefined): Promise<unknown> {
  try {
    const printed = await npm(["view", ...fields, "--json", ...(registry ? [`--registry=${registry}`] : [])]);
    return printed.trim() === "" ? undefined : JSON.parse(printed);
  } catch (error) {
    if ((error as Error).message.includes("E404")) return undefined;
    throw error;
  }
}

/** The version of each dist-tag in the registry. */
type DistTags = Readonly<Record<string, string>>;

/** `latest` for the highest version, `release-1.2` for a fix of an older line, and `beta` for 2.0.0-beta.1. */
function chooseDistTag(version: string, { latest }: DistTags): string {
  const { major, minor } = new SemVer(version);
  const named = prerelease(version);
  if (named) return typeof named[0] === "string" && !validRange(named[0]) ? named[0] : "next";
  return latest === undefined || gt(version, latest) ? "latest" : `release-${major}.${minor}`;
}

/** @throws `Error` when the tag would move to a lower version, or `latest` to a pre-release. */
function checkDistTag(version: string, tag: string, tags: DistTags): void {
  const problem = problemOf(version, tag, tags);
  if (!problem) return;
  const allowed = chooseDistTag(version, tags);
  const advice = problemOf(version, allowed, tags) ? "Choose a higher version." : `Use the tag \`${allowed}\`.`;
  throw new Error(`${problem} ${advice}`);
}

function problemOf(version: string, tag: string, tags: DistTags): string | undefined {
  const current = tags[tag];
  if (current !== undefined && !gt(version, current)) {
    return `${version} cannot be \`${tag}\`, because that tag is already on ${current}.`;
  }
  return tag === "latest" && prerelease(version) ? `${version} is a pre-release and cannot be \`latest\`.` : undefined;
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
    throw new Error(
      "Pass one tested tarball: `npm run release:dry`, then `npx node scripts/release/publish.ts packed/<tarball>`.",
    );
  }
  console.log(await publish(path, values));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
