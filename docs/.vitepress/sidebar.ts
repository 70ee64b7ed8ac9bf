import { readdirSync, readFileSync } from "node:fs";

/** An entry of the navigation, as VitePress expects it. */
export interface SidebarItem {
  text: string;
  link?: string;
  items?: SidebarItem[];
  collapsed?: boolean;
}

/** The guides by task. */
const GUIDES = {
  Users: ["onboarding", "syncing-users", "scim"],
  "Your application": ["nextjs", "frameworks", "containers", "runtimes", "self-hosted"],
  Calls: ["credentials", "errors", "retries", "idempotency", "observability"],
  Tests: ["testing", "testing-other-languages"],
  "Choosing and upgrading": ["comparison", "migrating", "upgrading", "speed"],
};

/** The sections, in the order in which users need them. The names of pages are their headings. */
const sections: readonly SidebarItem[] = [
  { text: "Start here", items: pages("start", ["install", "first-call", "get-a-key"]) },
  { text: "Guides", items: Object.entries(GUIDES).map(([text, names]) => ({ text, items: pages("guides", names) })) },
  {
    text: "Reference",
    items: pages("reference", [
      "client",
      "users",
      "roles",
      "organizations",
      "identity",
      "operations",
      "errors",
      "events",
      "options",
      "sync",
      "sandbox",
    ]),
  },
  {
    text: "Project",
    items: [
      { text: "Changelog", link: "/project/changelog" },
      page("project/how-a-call-works"),
      {
        ...page("project/decisions"),
        items: pages("project/decisions", decisions()),
        collapsed: true,
      },
      page("project/releasing"),
      { text: "Contributing", link: "/project/contributing" },
    ],
  },
];

/** The section of the page with its pages, and a link to each other section. Readers who start see the guides, too. */
export const sidebar: Record<string, SidebarItem[]> = {
  "/start/": show("Start here", "Guides"),
  "/guides/": show("Start here", "Guides"),
  "/reference/": show("Reference"),
  "/project/": show("Project"),
};

function show(...names: readonly string[]): SidebarItem[] {
  return sections.map(({ text, items = [] }) =>
    names.includes(text) ? { text, items } : { text, link: firstLink(items)! },
  );
}

function firstLink([first]: readonly SidebarItem[]): string | undefined {
  return first?.link ?? firstLink(first?.items ?? []);
}

function pages(folder: string, names: readonly string[]): SidebarItem[] {
  return names.map((name) => page(`${folder}/${name}`));
}

function page(path: string): SidebarItem {
  return { text: /^# (.+)$/m.exec(read(path))![1]!.replaceAll("`", ""), link: `/${path}` };
}

/** The names of the decision records, in the order of their numbers. */
function decisions(): string[] {
  const files = readdirSync(new URL("../project/decisions/", import.meta.url));
  return files.filter((file) => file.endsWith(".md")).map((file) => file.slice(0, -".md".length)).toSorted(); // prettier-ignore
}

function read(path: string): string {
  return readFileSync(new URL(`../${path}.md`, import.meta.url), "utf8");
}
