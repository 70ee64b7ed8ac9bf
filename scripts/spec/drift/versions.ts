import type { OpenApiDocument } from "./documents.ts";

export interface Selection {
  /** Those of one version. */
  readonly documents: readonly OpenApiDocument[];
  /** The other versions that are not older than ours. */
  readonly newer: readonly string[];
}

/**
 * Returns the documents of our API version. If there are none, it returns those of the newest version. Versions without a
 * date in them are the last to be chosen, and never older than ours.
 */
export function selectVersion(documents: readonly OpenApiDocument[], ours: string): Selection {
  const versions = [...new Set(documents.map(({ version }) => version))];
  const newest = versions.toSorted((one, other) => (dateIn(one) < dateIn(other) ? 1 : -1))[0];
  const selected = versions.includes(ours) ? ours : newest;
  const isOlder = (version: string): boolean => dateIn(version) !== "" && dateIn(version) < dateIn(ours);
  return {
    documents: documents.filter(({ version }) => version === selected),
    newer: versions.filter((version) => version !== selected && !isOlder(version)),
  };
}

function dateIn(version: string): string {
  return /\d{4}-\d\d-\d\d/.exec(version)?.[0] ?? "";
}
