/**
 * Chooses and checks the dist-tag of a version. A tag never moves to a lower version.
 *
 * As a program it checks the tag that `npm publish` is about to use (`prepublishOnly`).
 */
import { readFile } from "node:fs/promises";
import { gt, prerelease, SemVer, validRange } from "semver";
import { npm } from "./npm.ts";

/** The version of each dist-tag in the registry. */
export type DistTags = Readonly<Record<string, string>>;

/** `latest` for the highest version, `release-1.2` for a fix of an older line, and `beta` for 2.0.0-beta.1. */
export function chooseDistTag(version: string, { latest }: DistTags): string {
  const { major, minor } = new SemVer(version);
  const named = prerelease(version);
  if (named) return typeof named[0] === "string" && !validRange(named[0]) ? named[0] : "next";
  return latest === undefined || gt(version, latest) ? "latest" : `release-${major}.${minor}`;
}

/** @throws `Error` when the tag would move to a lower version, or `latest` to a pre-release. */
export function checkDistTag(version: string, tag: string, tags: DistTags): void {
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

/**
 * The dist-tags of a package. Empty if no version of it is published.
 *
 * @param registry Default: the registry in npm's configuration.
 * @throws `Error` when the registry cannot be read.
 */
export async function readDistTags(name: string, registry?: string): Promise<DistTags> {
  return ((await view([name, "dist-tags"], registry)) as DistTags | undefined) ?? {};
}

/** The integrity of a published version, or `undefined` if it is not published. */
export async function publishedIntegrity(
  name: string,
  version: string,
  registry?: string,
): Promise<string | undefined> {
  return (await view([`${name}@${version}`, "dist.integrity"], registry)) as string | undefined;
}

async function view(fields: readonly string[], registry: string | undefined): Promise<unknown> {
  try {
    const printed = await npm(["view", ...fields, "--json", ...(registry === undefined ? [] : [`--registry=${registry}`])]); // prettier-ignore
    return printed.trim() === "" ? undefined : JSON.parse(printed);
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
