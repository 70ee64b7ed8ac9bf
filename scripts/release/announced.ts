import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readChangesets } from "@changesets/read";
import { diff } from "semver";
import { greatest, IMPACTS, type Impact } from "../spec/impact.ts";
import { fileAt, versionAt, type ReleaseBase } from "./base.ts";

/** What users are told about the changes since a base. */
export interface Announced {
  /** The greatest impact of the new version and the new changesets. */
  readonly impact: Impact;
  /** The impact of the version in package.json, which `npx changeset version` made from earlier changesets. */
  readonly made: Impact;
}

/**
 * Changesets that the base already has announce nothing.
 *
 * @throws `Error` when a changeset names another package.
 */
export async function announcedSince(root: string, base: ReleaseBase): Promise<Announced> {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { name: string; version: string };
  const made = impactOfVersion(versionAt(root, base) ?? manifest.version, manifest.version);
  const impacts = (await readChangesets(root)).flatMap(({ id, releases }) => {
    const file = `.changeset/${id}.md`;
    const other = releases.find(({ name }) => name !== manifest.name);
    if (other) throw new Error(`${file} names the package ${other.name}. Change it to ${manifest.name}.`);
    return fileAt(root, base, file) === undefined ? releases.map(({ type }) => type) : [];
  });
  return { impact: greatest([made, ...impacts]), made };
}

/** A pre-release of a major version is major. */
function impactOfVersion(from: string, to: string): Impact {
  const change = diff(from, to)?.replace(/^pre(?!release)/, "");
  return IMPACTS.find((impact) => impact === change) ?? "none";
}
