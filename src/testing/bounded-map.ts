/** A map that keeps its latest entries, up to a number of entries and of bytes. It always keeps the last one. */
export class BoundedMap<Key, Value> {
  readonly #limits: Limits;
  /** Oldest first. */
  readonly #entries: Map<Key, { readonly value: Value; readonly bytes: number }> = new Map();
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  values(): Value[] {
    return Array.from(this.#entries.values(), ({ value }) => value);
  }

  /** Adds an entry, and removes the oldest ones until the others are within the limits. */
  set(key: Key, value: Value, bytes: number): void {
    this.#delete(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      const isWithinLimits = this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes;
      if (isWithinLimits || oldest === key) return;
      this.#delete(oldest);
    }
  }

  #delete(key: Key): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}

export interface Limits {
  readonly entries: number;
  readonly bytes: number;
}

/** The limits of a sandbox. */
export const LIMITS: Limits = { entries: 10_000, bytes: 16 * 1024 ** 2 };

/** How many bytes these texts take, at two bytes per character. */
export function sizeOf(texts: readonly string[]): number {
  return texts.reduce((bytes, text) => bytes + 2 * text.length, 0);
}
