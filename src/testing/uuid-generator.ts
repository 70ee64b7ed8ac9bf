/**
 * Generates version 4 UUIDs from a seed number, so that ids in tests repeat. The random numbers are those of mulberry32.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4
 */
export class UuidGenerator {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
  }

  /** The seed of a generator that continues where this one is. */
  get seed(): number {
    return this.#seed;
  }

  next(): string {
    const [a, b, c, d] = [this.#hex(), this.#hex(), this.#hex(), this.#hex()];
    const variant = "89ab"[Number.parseInt(c[0]!, 16) & 0x3];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }

  /** The next 32 bits. */
  #hex(): string {
    this.#seed = (this.#seed + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), this.#seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0).toString(16).padStart(8, "0");
  }
}
