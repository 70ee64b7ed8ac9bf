/** Decodes ASCII characters, once, from URLs, from strings of JSON and JavaScript, and from HTML. */
export function decode(text: string): string {
  return text.replaceAll(
    ENCODED,
    (_match, hex: string | undefined, htmlHex: string | undefined, html: string | undefined, escaped: string) => {
      if (escaped) return /[bfnrt]/.test(escaped) ? " " : escaped;
      return String.fromCharCode(html ? Number(html) : Number.parseInt(hex ?? htmlHex!, 16));
    },
  );
}

/** `%2B`, `\u002b`, `\u{2b}` and `\x2b`; `&#x2b;`; `&#43;`; `\/`. */
const ENCODED = /(?:%|\\u00|\\u\{|\\x)([0-7][\da-f])\}?|&#x0*([0-7][\da-f]);|&#0*(\d{2,3});|\\([^])/gi;

/** Decodes Base64 with either alphabet. Returns an empty string if the text is not Base64. */
export function decodeBase64(text: string): string {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  try {
    return atob(standard.length % 4 === 1 ? standard.slice(0, -1) : standard);
  } catch {
    return "";
  }
}
