import { readdirSync, readFileSync } from "node:fs";
import type { DefaultTheme } from "vitepress";

/** The pages of the site, in the order in which users need them. The names are the headings of the pages. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  { text: "Start here", items: pages("start", ["install", "first-call", "get-a-key"]) },
  {
    text: "Guides",
    items: pages("guides", [
      "credentials",
      "errors",
      "retries",
      "idempotency",
      "observability",
      "testing",
      "onboarding",
      "syncing-users",
      "self-hosted",
      "runtimes",
      "migrating",
      "comparison",
      "speed",
    ]),
  },
  {
    text: "Reference",
    items: [
      ...pages("reference", ["client", "users"]),
      { ...page("reference/errors"), items: pages("reference/errors", namesIn("reference/errors")), collapsed: true },
      ...pages("reference", ["events", "options", "sandbox"]),
    ],
  },
  {
    text: "HTTP API",
    items: pages("http", ["overview", ...namesIn("http").filter((name) => name !== "overview")]),
  },
  {
    text: "Project",
    items: [
      ...pages("project", ["changelog", "how-a-call-works"]),
      {
        ...page("project/decisions/README"),
        items: pages(
          "project/decisions",
          namesIn("project/decisions").filter((name) => name !== "README"),
        ),
        collapsed: true,
      },
      ...pages("project", ["releasing", "contributing"]),
    ],
  },
];

function pages(folder: string, names: readonly string[]): DefaultTheme.SidebarItem[] {
  return names.map((name) => page(`${folder}/${name}`));
}

function page(path: string): DefaultTheme.SidebarItem {
  const text = readFileSync(new URL(`../${path}.md`, import.meta.url), "utf8");
  return { text: /^# (.+)$/m.exec(text)![1]!.replaceAll("`", ""), link: `/${path}` };
}

function namesIn(folder: string): string[] {
  const files = readdirSync(new URL(`../${folder}/`, import.meta.url));
  return files
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.slice(0, -".md".length))
    .toSorted();
}
