import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readChangesets } from "@changesets/read";
import { diff } from "semver";
import { greatest, type Impact } from "../spec/impact.ts";
import { versionAt, type ReleaseBase } from "./base.ts";

/** What users are told about the changes since a base. */
export interface Announced {
  /** The greater of `made` and `pending`. */
  readonly impact: Impact;
  /** The impact of the changesets that no version includes yet. */
  readonly pending: Impact;
  readonly changesets: readonly PendingChangeset[];
  /** The impact of the version in package.json, which `npm run release:version` made from earlier changesets. */
  readonly made: Impact;
}

export interface PendingChangeset {
  readonly file: string;
  /** The first line of the message to users. */
  readonly summary: string;
  readonly impact: Impact;
}

/** What the pending changesets and the version in package.json announce. */
export async function announcedSince(root: string, base: ReleaseBase): Promise<Announced> {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { name: string; version: string };
  const changesets = await pendingChangesets(root, manifest.name);
  const pending = greatest(changesets.map(({ impact }) => impact));
  const made = (diff(versionAt(root, base) ?? manifest.version, manifest.version) ?? "none") as Impact;
  return { impact: greatest([made, pending]), pending, changesets, made };
}

/** @throws `Error` when a changeset names another package. */
async function pendingChangesets(root: string, name: string): Promise<PendingChangeset[]> {
  return (await readChangesets(root)).map(({ id, summary, releases }) => {
    const file = `.changeset/${id}.md`;
    const other = releases.find((release) => release.name !== name);
    if (other) throw new Error(`${file} names the package ${other.name}. Change it to ${name}.`);
    return { file, summary: summary.split("\n")[0]!, impact: greatest(releases.map(({ type }) => type)) };
  });
}
