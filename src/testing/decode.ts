/** Decodes ASCII characters, once, from URLs, from strings of JSON and JavaScript, and from HTML. */
export function decode(text: string): string {
  return text.replaceAll(ENCODED, (_match, hex?: string, delimitedHex?: string, decimal?: string, escaped?: string) => {
    if (escaped) return /[bfnrt]/.test(escaped) ? " " : escaped;
    return String.fromCharCode(decimal ? Number(decimal) : Number.parseInt(hex ?? delimitedHex!, 16));
  });
}

/** `%2B`, `%u002b`, `\u002b` and `\x2b`; `\u{2b}` and `&#x2b;`; `&#43;`; `\/`. */
const ENCODED = /(?:[%\\]u00|%|\\x)([0-7][\da-f])|(?:\\u\{|&#x)0*([0-7][\da-f])[};]|&#0*(\d{2,3});|\\(["'/\\bfnrt])/gi;

/** Decodes Base64 with either alphabet. Returns an empty string if the text is not Base64. */
export function decodeBase64(text: string): string {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  try {
    return atob(standard.length % 4 === 1 ? standard.slice(0, -1) : standard);
  } catch {
    return "";
  }
}
