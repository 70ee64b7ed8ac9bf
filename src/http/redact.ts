/** Replaces the key, in every form in which it was sent, in a text. */
export type Redact = (text: string) => string;

/** Shorter secrets are kept, because removing them would garble texts. */
const SHORTEST = 8;

/** How often a secret can be encoded, such as in a URL in JSON. */
const MOST_LAYERS = 3;

/** Creates the function that removes these secrets. Their forms are computed once, when they are first needed. */
export function redactor(secrets: readonly string[]): Redact {
  let forms: readonly string[] | undefined;
  return (text) => removeAll(text, (forms ??= secrets.flatMap(formsOf)));
}

/** Names of headers and hosts are in lower case. Forms of HTML have `+` for a space. A key can look encoded itself. */
function formsOf(secret: string): readonly string[] {
  const forms = new Set([secret, secret.toLowerCase(), secret.replaceAll(" ", "+")]);
  for (let [layers, form] = [0, secret]; layers < MOST_LAYERS; layers++) forms.add((form = decode(form)));
  return [...forms].filter((form) => form.length >= SHORTEST);
}

/** Removes secrets from a text and, if an encoded form contains them, from the decoded text, which is then returned. */
function removeAll(text: string, forms: readonly string[]): string {
  let redacted = text;
  let decoded = text;
  for (let layers = 0; layers <= MOST_LAYERS; layers++) {
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
  /(?:\\u00|\\x|%)([2-7][\da-f])|&#x0{0,6}([2-7][\da-f]);|&#0{0,6}(3[2-9]|[4-9]\d|1[01]\d|12[0-6]);|&(amp|apos|equals|gt|lt|plus|quot|sol);|\\(.)/gi;

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
