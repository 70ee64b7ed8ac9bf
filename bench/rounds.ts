/** Measures side by side: every round measures each in turn, and ratios are taken within a round. */
export const ROUNDS = 7;

export type Measured = ReadonlyMap<string, readonly number[]>;

export async function inRounds(
  names: readonly string[],
  measure: (name: string) => Promise<number>,
  rounds = ROUNDS,
): Promise<Measured> {
  const measured = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Whoever is first has the coldest machine, so that changes from round to round.
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round) % names.length]!;
      measured.get(name)!.push(await measure(name));
    }
  }
  return measured;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)]!, least: sorted[0]!, most: sorted.at(-1)! };
}

/** How many times as much as the first, round by round. */
export function ratio(measured: Measured, name: string, base: string): Spread {
  return spread(measured.get(name)!.map((value, round) => value / measured.get(base)![round]!));
}
