import { expect, test } from "vitest";
import { replaceParts } from "../../scripts/docs/markdown.ts";

const parts = { fields: (name: string) => `The fields of ${name}.` };

test("a generated part of a page is replaced, and the text around it stays", () => {
  const page = "# A\n\n<!-- fields: User -->\nold\n<!-- / -->\n\n<!-- a comment -->\n";
  const replaced = "# A\n\n<!-- fields: User -->\n\nThe fields of User.\n\n<!-- / -->\n\n<!-- a comment -->\n";
  expect(replaceParts(page, "a.md", parts)).toBe(replaced);
  expect(replaceParts(replaced, "a.md", parts)).toBe(replaced);
});

test.each([
  ["an unknown kind of part", "<!-- field: User -->\n<!-- / -->\n", "a.md: unknown part `field`. Valid parts: fields."],
  ["a part without an end", "<!-- fields: User -->\n", "a.md has a marker without its counterpart"],
  ["an end without a part", "old\n<!-- / -->\n", "a.md has a marker without its counterpart"],
  ["a part within a part", "<!-- fields: A -->\n<!-- fields: B -->\n<!-- / -->\n", "a.md has a marker without its counterpart"], // prettier-ignore
])("a page with %s is an error that names the file", (_what, page, message) => {
  expect(() => replaceParts(page, "a.md", parts)).toThrow(message);
});
