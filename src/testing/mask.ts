import { decode, decodeBase64 } from "./decode.ts";

/** Replaces keys in a text by `***`. */
export type Mask = (text: string) => string;

/**
 * Creates a function that masks these keys, also if they are encoded. Where it finds an encoded key, it returns the decoded
 * text. It looks up parts of the text in a set, since there can be many keys.
 */
export function createMask(keys: Iterable<string>): Mask {
  const forms = new Set([...keys].flatMap((key) => [key, key.toLowerCase()]));
  const maskPlain = createPlainMask(forms);
  const maskBase64 = createBase64Mask(forms);
  return (text) => {
    let [masked, decoded] = [text, text];
    for (let layer = 0; layer <= MOST_LAYERS; layer++) {
      const found = maskBase64(maskPlain(decoded));
      if (found !== decoded) masked = found;
      decoded = decode(found);
      if (decoded === found) break;
    }
    return masked;
  };
}

/** How often a key can be encoded, such as in a URL in a URL. */
const MOST_LAYERS = 5;

/** A shorter key is only masked where it is a word, since it can be part of a longer one. */
const SHORTEST = 6;

function createPlainMask(keys: ReadonlySet<string>): Mask {
  const lengths = [...new Set(Array.from(keys, (key) => key.length))].toSorted((one, other) => other - one);
  const starts = new RegExp(`[${[...new Set(Array.from(keys, (key) => escape(key.slice(0, 1))))].join("")}]`, "g");
  const isKey = (text: string, start: number, end: number): boolean =>
    end <= text.length && keys.has(text.slice(start, end)) && (end - start >= SHORTEST || isWord(text, start, end));
  return (text) => {
    let [masked, rest] = ["", 0];
    for (const { index } of text.matchAll(starts)) {
      if (index < rest) continue;
      const length = lengths.find((each) => isKey(text, index, index + each));
      if (length === undefined) continue;
      masked += `${text.slice(rest, index)}***`;
      rest = index + length;
    }
    return masked + text.slice(rest);
  };
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function isWord(text: string, start: number, end: number): boolean {
  return !/[a-z\d]/i.test(text.charAt(start - 1) + text.charAt(end));
}

function createBase64Mask(keys: ReadonlySet<string>): Mask {
  const mask = createPlainMask(new Set([...keys].filter((key) => key.length >= SHORTEST_IN_BASE64)));
  const containsKey = (base64: string): boolean => {
    const text = decodeBase64(base64);
    return mask(text) !== text;
  };
  // The Base64 can follow other characters, such as those of a path.
  const isKey = (word: string): boolean => [0, 1, 2, 3].some((start) => containsKey(word.slice(start)));
  return (text) =>
    text.replaceAll(/[\w+/-]+/g, (word) => (word.length > SHORTEST_IN_BASE64 && isKey(word) ? "***" : word));
}

/** Random characters that are decoded as Base64 often contain a shorter key. */
const SHORTEST_IN_BASE64 = 4;
