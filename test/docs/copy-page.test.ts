import { expect, test } from "vitest";
import { copyPage } from "../../scripts/docs/copy-page.ts";

test("the changelog on the site has its own title, and shows markup outside of code as it is written", () => {
  const text =
    "# polytomic-users\n\nReturns Promise<string> and {{ id }}, or `Promise<string>`.\n\n```ts\nlet a: Set<{{}}>;\n```\n";
  expect(copyPage(text, "Changelog", "The changes.")).toBe(`---
description: The changes.
editLink: false
---

# Changelog

Returns Promise&lt;string> and &#123;&#123; id }}, or \`Promise<string>\`.

\`\`\`ts
let a: Set<{{}}>;
\`\`\`
`);
});

test("links of a copied page lead to pages of the site, and otherwise to the repository", () => {
  const repository = "https://github.com/polytomic-users/polytomic-users/blob/main";
  const links = {
    "docs/project/releasing.md#dist-tags": "releasing.md#dist-tags",
    "docs/guides/retries.md": "../guides/retries.md",
    "docs/": `${repository}/docs/`,
    "src/resources/users.ts": `${repository}/src/resources/users.ts`,
    "#new": "#new",
    "https://example.com/a": "https://example.com/a",
  };
  for (const [link, expected] of Object.entries(links)) {
    expect(copyPage(`[a](${link})\n[b]: ${link}\n`, "", "")).toContain(`[a](${expected})\n[b]: ${expected}\n`);
  }
});
