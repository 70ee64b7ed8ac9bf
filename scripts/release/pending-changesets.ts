import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readChangesets } from "@changesets/read";
import { greatest, type Impact } from "../spec/impact.ts";

export interface PendingChangeset {
  readonly file: string;
  /** The first line of what it tells users. */
  readonly summary: string;
  readonly impact: Impact;
}

/** The changesets in `.changeset/` that no version has taken in yet. One of a package that is not here is an error. */
export async function pendingChangesets(root: string): Promise<PendingChangeset[]> {
  const { name } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { name: string };
  return (await readChangesets(root)).map(({ id, summary, releases }) => {
    const file = `.changeset/${id}.md`;
    const stranger = releases.find((release) => release.name !== name);
    if (stranger) throw new Error(`${file} is about ${stranger.name}, but the package is ${name}: correct the name.`);
    return { file, summary: summary.split("\n")[0]!, impact: greatest(releases.map(({ type }) => type)) };
  });
}

/** What the pending changesets announce together. */
export function announcedBy(changesets: readonly PendingChangeset[]): Impact {
  return greatest(changesets.map(({ impact }) => impact));
}
