/** The version bump that a change requires, in ascending order. */
export const IMPACTS = ["none", "patch", "minor", "major"] as const;

export type Impact = (typeof IMPACTS)[number];

export function greatest(impacts: Iterable<Impact>): Impact {
  return IMPACTS[Math.max(0, ...[...impacts].map((impact) => IMPACTS.indexOf(impact)))]!;
}

export function isGreater(impact: Impact, than: Impact): boolean {
  return IMPACTS.indexOf(impact) > IMPACTS.indexOf(than);
}
