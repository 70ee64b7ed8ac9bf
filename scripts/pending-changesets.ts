import { readChangesets } from "@changesets/read";
import { greatest, type Impact } from "./impact.ts";

export interface PendingChangeset {
  readonly file: string;
  /** The first line of what it tells users. */
  readonly summary: string;
  readonly impact: Impact;
}

/** The changesets in `.changeset/` that no version has taken in yet. */
export async function pendingChangesets(root: string): Promise<PendingChangeset[]> {
  return (await readChangesets(root)).map(({ id, summary, releases }) => ({
    file: `.changeset/${id}.md`,
    summary: summary.split("\n")[0]!,
    impact: greatest(releases.map(({ type }) => type)),
  }));
}

/** What the pending changesets announce together. */
export function announcedBy(changesets: readonly PendingChangeset[]): Impact {
  return greatest(changesets.map(({ impact }) => impact));
}
