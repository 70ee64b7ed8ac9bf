import { existsSync, globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { sidebar, type SidebarItem } from "../../docs/.vitepress/sidebar.ts";
import { slugify } from "../../docs/.vitepress/slugify.ts";
import * as sandbox from "../../src/cli/sandbox.ts";
import * as sync from "../../src/cli/sync.ts";
import * as whoami from "../../src/cli/whoami.ts";
import { ROOT } from "./tables.ts";

const PAGES = globSync("docs/{start,guides,reference,project}/**/*.md", { cwd: ROOT })
  .filter((page) => !/\/(?:changelog|contributing)\.md$/.test(page)) // copies that `npm run docs` makes
  .toSorted();
const OTHERS = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/index.md",
  "docs/README.md",
  "examples/README.md",
  "src/testing/README.md",
];
test("the navigation of the site lists every page, and no others", () => {
  const linksOf = (items: readonly SidebarItem[]): string[] => items.flatMap(({ link, items: below = [] }) => [...(link ? [link] : []), ...linksOf(below)]); // prettier-ignore
  const copies = ["/project/changelog", "/project/contributing"];
  const pages = PAGES.map((page) => page.slice(4, -3));
  expect(new Set(Object.values(sidebar).flatMap(linksOf))).toEqual(new Set([...pages, ...copies]));
});

test.each([...OTHERS, ...PAGES])("every relative link in %s leads to a file and a heading that exist", async (page) => {
  const text = await readFile(`${ROOT}/${page}`, "utf8");
  for (const [, link = ""] of withoutCode(text).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    expect(existsSync(`${ROOT}/${target}`), link).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(await readFile(`${ROOT}/${target}`, "utf8")), link).toContain(anchor);
  }
});

test("every command of this package on a page has a verb, and options that the help of the verb lists", async () => {
  const verbs: Record<string, { HELP: string }> = { sandbox, sync, whoami };
  const listed = ({ HELP }: { HELP: string }): string[] => [...(HELP.match(/--[a-z-]+/g) ?? []), "--help"];
  const found: string[] = [];
  for (const page of [...OTHERS, ...PAGES, "SECURITY.md"]) {
    const text = await readFile(`${ROOT}/${page}`, "utf8");
    const commands = text.matchAll(/npx (?:--yes )?(polytomic[a-z-]*) ?([a-z-]*)([^`\n]*)/g);
    for (const [command, name, verb = "", rest = ""] of commands) {
      found.push(command);
      expect([name, Object.keys(verbs)], page).toEqual(["polytomic-users", expect.arrayContaining([verb])]);
      expect(listed(verbs[verb]!), command).toEqual(expect.arrayContaining(rest.match(/--[a-z-]+/g) ?? []));
    }
  }
  expect(found.length).toBeGreaterThan(10);
});

/** The anchors of all headings. */
function anchorsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => slugify(heading));
}

function withoutCode(text: string): string {
  return text.replaceAll(/^ *```.*?^ *```$/gms, "");
}
