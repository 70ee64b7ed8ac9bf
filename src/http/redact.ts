/**
 * Replaces the key, in every form in which it was sent, in a text. With a `length`, returns at most that many characters
 * from the start of the text, and reads little more of a long text.
 */
export type Redact = (text: string, length?: number) => string;

/** Shorter secrets are kept, because removing them would garble texts. */
const SHORTEST = 8;

/** One character of a secret takes at most this many characters in another encoding, such as `&#x0000002b;`. */
const LONGEST_CHARACTER = 16;

/** Creates the function that removes these secrets. Their forms are computed once, when they are first needed. */
export function redactor(secrets: readonly string[]): Redact {
  let forms: readonly string[] | undefined;
  let longest = 0;
  return (text, length = Infinity) => {
    forms ??= formsOf(secrets);
    longest ||= LONGEST_CHARACTER * Math.max(0, ...forms.map((form) => form.length));
    const start = text.slice(0, length + 2 * longest);
    const redacted = removeAll(start, forms);
    // The cut may have split a secret at the end.
    return redacted.slice(0, start === text ? length : Math.min(length, Math.max(0, redacted.length - longest)));
  };
}

/** Names of headers and hosts are in lower case. */
function formsOf(secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => [secret, secret.toLowerCase()]).filter((form) => form.length >= SHORTEST);
}

/** Removes secrets from a text and, if an encoded form contains them, from the decoded text, which is then returned. */
function removeAll(text: string, forms: readonly string[]): string {
  let redacted = text;
  let decoded = text;
  for (let layers = 0; layers <= 3; layers++) {
    if (forms.some((form) => decoded.includes(form))) {
      redacted = decoded = forms.reduce((rest, form) => rest.replaceAll(form, "[key]"), decoded);
    }
    if (!/[\\%&]/.test(decoded)) break;
    decoded = decode(decoded);
  }
  return redacted;
}

/** ASCII characters as JSON, JavaScript, URLs and HTML encode them: `\u002b`, `\x2b`, `%2B`, `&#x2b;`, `&#43;`, `&plus;`, `\/`. */
const ENCODED =
  /(?:\\u00|\\x|%)([2-7][\da-f])|&#x0{0,6}([2-7][\da-f]);|&#0{0,6}(\d{2,3});|&(amp|apos|equals|gt|lt|plus|quot|sol);|\\(.)/gi;

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  equals: "=",
  gt: ">",
  lt: "<",
  plus: "+",
  quot: '"',
  sol: "/",
};

function decode(text: string): string {
  return text.replace(
    ENCODED,
    (_match, hex1?: string, hex2?: string, decimal?: string, name?: string, escaped = "") => {
      const hex = hex1 ?? hex2;
      if (hex) return String.fromCharCode(Number.parseInt(hex, 16));
      if (decimal) return String.fromCharCode(Number(decimal));
      return name ? (NAMED[name.toLowerCase()] ?? "") : escaped;
    },
  );
}
