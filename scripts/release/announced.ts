import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { greatest, type Impact } from "../spec/impact.ts";
import { announcedBy, pendingChangesets, type PendingChangeset } from "./pending-changesets.ts";
import { versionAt, type ReleaseBase } from "./base.ts";

/** What users are told of since a base. */
export interface Announced {
  readonly impact: Impact;
  /** What is pending of that. */
  readonly changesets: readonly PendingChangeset[];
  /** What the version in package.json announces, which `release:version` makes of changesets. */
  readonly made: Impact;
}

/** What the pending changesets announce, and what the version does that was made of earlier ones. */
export async function announcedSince(root: string, base: ReleaseBase): Promise<Announced> {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const changesets = await pendingChangesets(root);
  const made = step(versionAt(root, base) ?? version, version);
  return { impact: greatest([made, announcedBy(changesets)]), changesets, made };
}

/** What a version announces to those who have an earlier one. */
export function step(from: string, to: string): Impact {
  const [before, after] = [from.split("."), to.split(".")];
  const changed = before.findIndex((number, index) => number !== after[index]);
  return (["major", "minor", "patch"] as const)[changed] ?? "none";
}
