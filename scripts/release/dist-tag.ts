/**
 * Under which dist-tag a version may be published. A tag that is already on a higher version is not moved back.
 *
 * `prepublishOnly` runs this file, so that `npm publish` in this folder is stopped as well.
 */
import { readFile } from "node:fs/promises";
import { gt, prerelease, SemVer, validRange } from "semver";
import { npm } from "./npm.ts";

/** Dist-tag → version, as the registry has them. */
export type DistTags = Readonly<Record<string, string>>;

/**
 * The tag for a version: `latest` when there is no higher one, `release-1.2` for a correction of an older line, and for
 * a pre-release its own name, such as `beta`.
 */
export function chooseDistTag(version: string, { latest }: DistTags): string {
  const { major, minor } = new SemVer(version);
  const named = prerelease(version);
  if (named) return typeof named[0] === "string" && !validRange(named[0]) ? named[0] : "next";
  return latest === undefined || gt(version, latest) ? "latest" : `release-${major}.${minor}`;
}

/** @throws `Error` that says what to do when the tag would go back, or `latest` would become a pre-release. */
export function checkDistTag(version: string, tag: string, tags: DistTags): void {
  const fault = faultOf(version, tag, tags);
  if (!fault) return;
  const right = chooseDistTag(version, tags);
  const advice = faultOf(version, right, tags)
    ? "It needs a higher version."
    : `\`npm run release:publish\` gives it the tag \`${right}\`.`;
  throw new Error(`${fault} ${advice}`);
}

function faultOf(version: string, tag: string, tags: DistTags): string | undefined {
  const current = tags[tag];
  if (current !== undefined && !gt(version, current)) {
    return `${version} cannot be \`${tag}\`, which is on ${current} already.`;
  }
  return tag === "latest" && prerelease(version) ? `${version} is a pre-release and cannot be \`latest\`.` : undefined;
}

/**
 * The tags of a package; none while nothing of it is published.
 *
 * @param registry Default: the one that npm is set to.
 * @throws `Error` when the registry does not say.
 */
export async function readDistTags(name: string, registry?: string): Promise<DistTags> {
  return ((await view([name, "dist-tags"], registry)) as DistTags | undefined) ?? {};
}

/** What the registry has under a version; `undefined` while there is none. */
export async function publishedIntegrity(
  name: string,
  version: string,
  registry?: string,
): Promise<string | undefined> {
  return (await view([`${name}@${version}`, "dist.integrity"], registry)) as string | undefined;
}

async function view(what: readonly string[], registry: string | undefined): Promise<unknown> {
  try {
    const said = await npm(["view", ...what, "--json", ...(registry === undefined ? [] : [`--registry=${registry}`])]);
    return said.trim() === "" ? undefined : JSON.parse(said);
  } catch (error) {
    if ((error as Error).message.includes("E404")) return undefined;
    throw error;
  }
}

if (import.meta.main) {
  try {
    const { name, version } = JSON.parse(await readFile("package.json", "utf8")) as { name: string; version: string };
    checkDistTag(version, process.env["npm_config_tag"] ?? "latest", await readDistTags(name));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
