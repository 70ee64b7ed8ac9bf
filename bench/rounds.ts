export type Measured = ReadonlyMap<string, readonly number[]>;

/** Measures all names in every round, so that a ratio compares measurements of the same round. */
export async function inRounds<T = number>(
  names: readonly string[],
  measure: (name: string) => Promise<T>,
  rounds: number,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const measured = new Map<string, T[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Start each round with another name, because the first measurement of a round is at a disadvantage.
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round) % names.length]!;
      measured.get(name)!.push(await measure(name));
    }
  }
  return measured;
}

/** Takes one figure out of measurements that have several. */
export function pick<Name extends string>(
  measured: ReadonlyMap<string, readonly Readonly<Record<Name, number>>[]>,
  figure: Name,
): Measured {
  return new Map([...measured].map(([name, values]) => [name, values.map((value) => value[figure])]));
}

/** The median and the quartiles. */
export interface Spread {
  readonly median: number;
  readonly from: number;
  readonly to: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)]!;
  return { median: at(0.5), from: at(0.25), to: at(0.75) };
}

/** The ratio of `name` to `base`, from the ratios of all rounds. */
export function ratio(measured: Measured, name: string, base: string): Spread {
  return spread(measured.get(name)!.map((value, round) => value / measured.get(base)![round]!));
}
