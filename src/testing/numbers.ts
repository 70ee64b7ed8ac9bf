/** Whole numbers below 2³² that are the same for the same seed, so that ids in tests repeat (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** A version 4 UUID (RFC 9562) made of the next four numbers. */
export function uuid(numbers: () => number): string {
  const [a, b, c, d] = [hex(numbers()), hex(numbers()), hex(numbers()), hex(numbers())];
  const variant = "89ab"[Number.parseInt(c[0]!, 16) & 0x3];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

function hex(number: number): string {
  return number.toString(16).padStart(8, "0");
}
