/** Whole numbers below 2³² that are the same for the same seed, so that ids in tests repeat (mulberry32). */
export class Numbers {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
  }

  /** What makes numbers that go on from here. */
  get seed(): number {
    return this.#seed;
  }

  next(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), this.#seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

/** A version 4 UUID (RFC 9562) made of the next four numbers. */
export function uuid(numbers: Numbers): string {
  const [a, b, c, d] = [hex(numbers), hex(numbers), hex(numbers), hex(numbers)];
  const variant = "89ab"[Number.parseInt(c[0]!, 16) & 0x3];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

function hex(numbers: Numbers): string {
  return numbers.next().toString(16).padStart(8, "0");
}
