import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readChangesets } from "@changesets/read";
import { diff } from "semver";
import { greatest, type Impact } from "../spec/impact.ts";
import { versionAt, type ReleaseBase } from "./base.ts";

/** What users are told about the changes since a base. */
export interface Announced {
  /** The greatest impact of `made` and the pending changesets. */
  readonly impact: Impact;
  /** The impact of the version in package.json, which `npx changeset version` made from earlier changesets. */
  readonly made: Impact;
  /** The changesets that no version includes yet. */
  readonly pending: readonly { readonly file: string; readonly impact: Impact }[];
}

/** @throws `Error` when a changeset names another package. */
export async function announcedSince(root: string, base: ReleaseBase): Promise<Announced> {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { name: string; version: string };
  const made = (diff(versionAt(root, base) ?? manifest.version, manifest.version) ?? "none") as Impact;
  const pending = (await readChangesets(root)).map(({ id, releases }) => {
    const file = `.changeset/${id}.md`;
    const other = releases.find(({ name }) => name !== manifest.name);
    if (other) throw new Error(`${file} names the package ${other.name}. Change it to ${manifest.name}.`);
    return { file, impact: greatest(releases.map(({ type }) => type)) };
  });
  return { impact: greatest([made, ...pending.map(({ impact }) => impact)]), made, pending };
}
