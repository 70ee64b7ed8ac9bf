/** Which email addresses the API accepts, and which ones look like the same address. */

/** Why the API would refuse an address, or why it is probably a mistake of an export. */
export interface AddressProblem {
  /** Such as `contains U+200B (zero width space)`. */
  readonly text: string;
  readonly codePoint?: string;
}

/**
 * Returns why the API would refuse an address, if it would. An address is plain ASCII, without quotes, of at most 254
 * characters, and its domain has a dot. The API does not document its rules; these are those of the spec and the sandbox.
 * Also names mistakes of exports: the API may accept them, and the person would then be created again and deleted.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
 */
export function problemOf(address: string): AddressProblem | undefined {
  if (address === "") return { text: "is empty" };
  const [forbidden] = /[^\w!#$%&'*+/=?^`{|}~.@-]/u.exec(address) ?? [];
  if (forbidden !== undefined) {
    const codePoint = codePointOf(forbidden);
    return { text: `contains ${codePoint} (${nameOf(forbidden)})`, codePoint };
  }
  const text = malformation(address);
  if (text === undefined) return undefined;
  return text.includes(DOT) ? { text, codePoint: DOT } : { text };
}

const DOT = "U+002E";

function malformation(address: string): string | undefined {
  const [local = "", domain, ...others] = address.split("@");
  if (domain === undefined || others.length > 0) return "does not have exactly one @";
  if (local === "") return "has nothing before the @";
  if (local.startsWith(".")) return `has a dot (${DOT}) at the start`;
  if (local.endsWith(".")) return `has a dot (${DOT}) before the @`;
  if (/#EXT#/i.test(local)) return "is the name with which a guest signs in; use the guest's own address";
  if (/^[=+']/.test(local)) return `starts with ${local[0]}, as a cell of a spreadsheet can`;
  if (/%[0-9a-f]{2}/i.test(local)) return "is percent-encoded";
  if (address.includes("..")) return `has two dots (${DOT}) in a row`;
  if (address.endsWith(".")) return `has a dot (${DOT}) at the end`;
  if (address.length > 254) return "has more than 254 characters";
  if (!DOMAIN.test(domain)) return "has no valid domain after the @";
  return undefined;
}

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/** Shows text in a message, with invisible characters as `<U+200B>`. Of a very long one, only the start. */
export function show(whole: string): string {
  const text = whole.length > 400 ? `${whole.slice(0, 300)}…` : whole;
  return `"${text.replaceAll(INVISIBLE, (each) => (each === " " ? each : `<${codePointOf(each)}>`))}"`;
}

/** Such as `U+200B`. */
function codePointOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

function nameOf(character: string): string {
  const name = NAMES[codePointOf(character)] ?? KINDS.find(([kind]) => kind.test(character))?.[1];
  return name ?? character;
}

/** The names of the characters that exports contain most often. */
const NAMES: Readonly<Record<string, string>> = {
  "U+0009": "tab",
  "U+0020": "space",
  "U+00A0": "no-break space",
  "U+00AD": "soft hyphen",
  "U+200B": "zero width space",
  "U+200C": "zero width non-joiner",
  "U+200D": "zero width joiner",
  "U+200E": "left-to-right mark",
  "U+200F": "right-to-left mark",
  "U+202E": "right-to-left override",
  "U+2060": "word joiner",
  "U+FEFF": "byte order mark",
  "U+FFFD": "replacement character: the file is not UTF-8",
};

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}/u, "a control character"],
  [/\p{Cs}/u, "half of a character"],
  [/\p{Z}/u, "a space"],
  [/\p{Default_Ignorable_Code_Point}|\p{C}|\u2800/u, "an invisible character"],
  [/\p{M}/u, "a combining mark"],
];

const INVISIBLE = /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The address as the API compares it. */
export function keyOf(address: string): string {
  return address.toLowerCase();
}

/**
 * What remains of an address without everything that people do not see or that programs change on the way: case, width,
 * accents, spaces, invisible characters, quotes, superfluous dots, a display name, the two forms of an international
 * domain. Two addresses with the same skeleton are probably one person.
 *
 * @see https://unicode.org/reports/tr15/ and https://unicode.org/reports/tr46/
 */
export function skeletonOf(address: string): string {
  if (PLAIN.test(address)) return address.toLowerCase();
  const visible = address.normalize("NFKC").replaceAll(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\s\u2800"\\]/gu, "");
  const bare = /<([^<>]+)>$/.exec(visible)?.[1] ?? visible;
  const at = bare.lastIndexOf("@");
  const local = withoutAccents(
    withoutAccents(bare.slice(0, Math.max(at, 0)))
      .toLowerCase()
      .toUpperCase(),
  ).toLowerCase();
  return `${withoutSuperfluousDots(local)}@${withoutSuperfluousDots(asciiDomain(bare.slice(at + 1)))}`;
}

/** Almost every address, which has nothing to leave out. */
const PLAIN = /^[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)*$/;

function withoutAccents(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
}

function withoutSuperfluousDots(text: string): string {
  return text.replaceAll(/\.{2,}/g, ".").replaceAll(/^\.|\.$/g, "");
}

/** The domain with `xn--` labels, as the web's URLs have it. */
function asciiDomain(domain: string): string {
  const lower = domain.toLowerCase();
  if (/^[\x21-\x7e]*$/.test(lower)) return lower;
  try {
    return new URL(`https://${lower}`).hostname;
  } catch {
    return lower;
  }
}
