import * as fc from "fast-check";
import { expect, test } from "vitest";
import { problemOf, show, skeletonOf } from "../../src/sync/address.ts";
import { isEmail } from "../../src/testing/email.ts";

test.each([
  ["a zero width space", "\u{200b}john@acmecorp.com", "U+200B", "contains U+200B (zero width space)"],
  ["a soft hyphen", "jo\u{ad}hn@acmecorp.com", "U+00AD", "contains U+00AD (soft hyphen)"],
  ["a byte order mark", "\u{feff}john@acmecorp.com", "U+FEFF", "contains U+FEFF (byte order mark)"],
  ["a no-break space", "john@acmecorp.com\u{a0}", "U+00A0", "contains U+00A0 (no-break space)"],
  ["a space at the end", "john@acmecorp.com ", "U+0020", "contains U+0020 (space)"],
  ["a tab", "\tjohn@acmecorp.com", "U+0009", "contains U+0009 (tab)"],
  ["a line break", "john@acmecorp.com\r", "U+000D", "contains U+000D (a control character)"],
  ["a right-to-left override", "john@\u{202e}acmecorp.com", "U+202E", "contains U+202E (right-to-left override)"],
  ["a bidirectional isolate", "john\u{2068}@acmecorp.com", "U+2068", "contains U+2068 (an invisible character)"],
  ["a variation selector", "john\u{fe0f}@acmecorp.com", "U+FE0F", "contains U+FE0F (an invisible character)"],
  ["a tag", "john\u{e0041}@acmecorp.com", "U+E0041", "contains U+E0041 (an invisible character)"],
  ["a Hangul filler", "john\u{3164}@acmecorp.com", "U+3164", "contains U+3164 (an invisible character)"],
  ["a blank Braille pattern", "john\u{2800}@acmecorp.com", "U+2800", "contains U+2800 (an invisible character)"],
  ["an ideographic space", "john\u{3000}@acmecorp.com", "U+3000", "contains U+3000 (a space)"],
  ["a combining mark", "jo\u{308}hn@acmecorp.com", "U+0308", "contains U+0308 (a combining mark)"],
  ["half of a surrogate pair", "john\ud83d@acmecorp.com", "U+D83D", "contains U+D83D (half of a character)"],
  ["a letter outside of ASCII", "jörg@acmecorp.com", "U+00F6", "contains U+00F6 (ö)"],
  ["a letter that looks like an ASCII one", "j\u{43e}hn@acmecorp.com", "U+043E", "contains U+043E (о)"],
  ["a full-width letter", "ｊohn@acmecorp.com", "U+FF4A", "contains U+FF4A (ｊ)"],
  ["an international domain", "john@acmé.com", "U+00E9", "contains U+00E9 (é)"],
  ["a file that is not UTF-8", "j\u{fffd}rg@acmecorp.com", "U+FFFD", "is not UTF-8"],
  ["a display name", "John Smith <john@acmecorp.com>", "U+0020", "contains U+0020 (space)"],
  ["angle brackets", "<john@acmecorp.com>", "U+003C", "contains U+003C (<)"],
  ["a quoted local part", '"john.smith"@acmecorp.com', "U+0022", 'contains U+0022 (")'],
  ["a comment", "john(work)@acmecorp.com", "U+0028", "contains U+0028 (()"],
  ["two addresses", "john@acmecorp.com;jane@acmecorp.com", "U+003B", "contains U+003B (;)"],
  ["an IP address as the domain", "john@[127.0.0.1]", "U+005B", "contains U+005B ([)"],
])("an address with %s has a problem that names the code point", (_what, address, codePoint, text) => {
  expect(problemOf(address)).toEqual({ codePoint, text: expect.stringContaining(text) as string });
});

test.each([
  ["nothing", "", "is empty"],
  ["no @", "acmecorp.com", "does not have exactly one @"],
  ["two @", "john@smith@acmecorp.com", "does not have exactly one @"],
  ["nothing before the @", "@acmecorp.com", "has nothing before the @"],
  ["a dot at the start", ".john@acmecorp.com", "has a dot (U+002E) at the start"],
  ["a dot before the @", "john.smith.@acmecorp.com", "has a dot (U+002E) before the @"],
  ["two dots in a row", "john..smith@acmecorp.com", "has two dots (U+002E) in a row"],
  [
    "a guest of Entra",
    "ada_gmail.com#EXT#@acme.onmicrosoft.com",
    "is the name with which a guest signs in; use the guest's own address",
  ],
  ["a prefix of a spreadsheet", "=john@acmecorp.com", "starts with =, as a cell of a spreadsheet can"],
  ["an encoded dot", "john%2Esmith@acmecorp.com", "is percent-encoded"],
  ["a dot at the end", "john@acmecorp.com.", "has a dot (U+002E) at the end"],
  ["no dot in the domain", "john@acmecorp", "has no valid domain after the @"],
  ["a hyphen at the end of a label", "john@acmecorp-.com", "has no valid domain after the @"],
  ["an underscore in the domain", "john@acme_corp.com", "has no valid domain after the @"],
  ["255 characters", `${"a".repeat(242)}@acmecorp.com`, "has more than 254 characters"],
])("an address with %s has a problem", (_what, address, text) => {
  expect(problemOf(address)).toEqual({ text, ...(text.includes("dot") && { codePoint: "U+002E" }) });
});

const PART = fc.constantFrom(
  "a",
  "Z",
  "9",
  ".",
  "-",
  "_",
  "+",
  "'",
  "@",
  " ",
  "é",
  "\u{200b}",
  "acmecorp.com",
  ".com",
  '"',
  "xn--",
);
const ADDRESS = fc.oneof(
  fc.emailAddress(),
  fc.array(PART, { maxLength: 8 }).map((parts) => parts.join("")),
  fc.array(PART, { maxLength: 5 }).map((parts) => `${parts.join("")}@acmecorp.com`),
  fc.string({ unit: "binary" }),
);

test("an address has a problem exactly if the sandbox refuses it, or if it looks like a mistake of an export", () => {
  const isMistake = (address: string): boolean => /^[=+']|#EXT#|%[0-9a-f]{2}/i.test(address);
  fc.assert(
    fc.property(ADDRESS, (address) => (problemOf(address) === undefined) === (isEmail(address) && !isMistake(address))),
  );
});

test("an address without a problem is its own skeleton in lower case", () => {
  fc.assert(fc.property(fc.emailAddress(), (address) => problemOf(address) !== undefined || skeletonOf(address) === address.toLowerCase())); // prettier-ignore
});

test.each([
  ["case", "John.Smith@AcmeCorp.com"],
  ["an invisible character", "john\u{200b}.smith@acmecorp.com"],
  ["a soft hyphen in the domain", "john.smith@acme\u{ad}corp.com"],
  ["a variation selector", "john.smith\u{fe0f}@acmecorp.com"],
  ["a tag", "john.smith\u{e0041}@acmecorp.com"],
  ["a Hangul filler", "\u{3164}john.smith@acmecorp.com"],
  ["a bidirectional mark", "\u{202a}john.smith@acmecorp.com\u{202c}"],
  ["full-width letters", "ｊｏｈｎ．ｓｍｉｔｈ＠ａｃｍｅｃｏｒｐ．ｃｏｍ"],
  ["mathematical letters", "𝐣𝐨𝐡𝐧.smith@acmecorp.com"],
  ["an ideographic full stop", "john.smith@acmecorp\u{3002}com"],
  ["accents", "jóhn.smïth@acmecorp.com"],
  ["combining marks", "jo\u{301}hn.smi\u{308}th@acmecorp.com"],
  ["a dotless i", "john.smıth@acmecorp.com"],
  ["a capital I with a dot", "JOHN.SM\u{130}TH@ACMECORP.COM"],
  ["a long s", "john.\u{17f}mith@acmecorp.com"],
  ["spaces", " john.smith @ acmecorp.com\u{a0}"],
  ["a dot before the @", "john.smith.@acmecorp.com"],
  ["a dot at the start", ".john.smith@acmecorp.com"],
  ["two dots in a row", "john..smith@acmecorp.com"],
  ["a dot after the domain", "john.smith@acmecorp.com."],
  ["a display name", "John Smith <john.smith@acmecorp.com>"],
  ["a quoted local part", '"john.smith"@acmecorp.com'],
])("an address that differs only by %s has the same skeleton", (_what, address) => {
  expect(skeletonOf(address)).toBe("john.smith@acmecorp.com");
});

test.each([
  ["ß and ss", "strauß@acmecorp.com", "STRAUSS@acmecorp.com"],
  ["ß and ẞ", "strauß@acmecorp.com", "STRAUẞ@acmecorp.com"],
  ["the composed and the decomposed form", "jos\u{e9}@acmecorp.com", "jose\u{301}@acmecorp.com"],
  ["the two forms of an international domain", "ada@müller.de", "ada@XN--MLLER-KVA.de"],
  ["the decomposed form of an international domain", "ada@mu\u{308}ller.de", "ada@xn--mller-kva.de"],
  ["a final sigma", "ΝΙΚΟΣ@acmecorp.com", "νικος@acmecorp.com"],
])("addresses that differ only by %s have the same skeleton", (_what, one, other) => {
  expect(skeletonOf(one)).toBe(skeletonOf(other));
});

test.each([
  ["another name", "john@acmecorp.com", "jon@acmecorp.com"],
  ["a tag after a plus", "john@acmecorp.com", "john+1@acmecorp.com"],
  ["a dot", "johnsmith@acmecorp.com", "john.smith@acmecorp.com"],
  ["an accent in the domain", "ada@muller.de", "ada@müller.de"],
])("addresses that differ by %s have different skeletons", (_what, one, other) => {
  expect(skeletonOf(one)).not.toBe(skeletonOf(other));
});

const INVISIBLE = fc.constantFrom(...Array.from("\u{200b}\u{200d}\u{ad}\u{feff}\u{2060}\u{fe0f}\u{e0041}\u{202e}\u{7f}\u{3164}\u{34f}\u{61c}\u{180e}\u{301} \u{a0}\t")); // prettier-ignore

test("invisible characters, marks and spaces anywhere in an address do not change its skeleton", () => {
  fc.assert(
    fc.property(fc.array(INVISIBLE, { minLength: 1, maxLength: 3 }), fc.nat(14), (added, at) => {
      const address = "john.smith@acmecorp.com";
      const changed = address.slice(0, at) + added.join("") + address.slice(at);
      expect(problemOf(changed)).toHaveProperty("codePoint");
      if (at <= 10) expect(skeletonOf(changed), show(changed)).toBe(address);
    }),
  );
});

test("a message shows only the start of a very long text", () => {
  expect(show("a".repeat(5_000_000))).toBe(`"${"a".repeat(300)}…"`);
});

test("a message shows invisible characters as code points", () => {
  expect(show("\u{200b}john\u{202e}@acme corp\u{a0}.com\u{e0041}")).toBe('"<U+200B>john<U+202E>@acme corp<U+00A0>.com<U+E0041>"'); // prettier-ignore
});
