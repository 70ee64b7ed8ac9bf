import { readFileSync } from "node:fs";
import { icons } from "@iconify-json/simple-icons";
import { defineConfig } from "vitepress";
import llms from "vitepress-plugin-llms";
import { configureMarkdown } from "./markdown.ts";
import { search } from "./search.ts";
import { sidebar } from "./sidebar.ts";
import { slugify } from "./slugify.ts";

const root = new URL("../../", import.meta.url);
const { name, version, description, repository } = JSON.parse(read("package.json")) as {
  name: string;
  version: string;
  description: string;
  repository: { url: string };
};
const [, apiVersion] = /API_VERSION = "(.+?)"/.exec(read("generated/contract.ts"))!;
const base = (process.env["DOCS_BASE"] ?? "").replace(/\/?$/, "/");
const github = repository.url.replace(/^git\+|\.git$/g, "");

/** `DOCS_BASE` is the path of the site on its host, such as `/polytomic-users/`. */
export default defineConfig({
  title: name,
  description,
  lang: "en",
  base,
  outDir: "../site",
  cacheDir: "node_modules/.cache/vitepress",
  srcExclude: ["README.md"],
  cleanUrls: true,
  head: [["link", { rel: "icon", href: `${base}favicon.svg`, type: "image/svg+xml" }]],
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    languageAlias: { console: "sh" },
    anchor: { slugify },
    config: configureMarkdown,
  },
  vite: {
    plugins: [llms({ excludeIndexPage: false })],
  },
  themeConfig: {
    siteTitle: name,
    logo: "/favicon.svg",
    nav: [
      { text: "Start", link: "/start/install", activeMatch: "/start/" },
      { text: "Guides", link: "/guides/onboarding", activeMatch: "/guides/" },
      { text: "Reference", link: "/reference/client", activeMatch: "/reference/" },
      {
        text: `v${version}`,
        activeMatch: "/project/",
        items: [
          { text: `API version ${apiVersion}`, link: "/reference/operations" },
          { text: "Changelog", link: "/project/changelog" },
          { text: "Decisions", link: "/project/decisions" },
          { text: "Releasing", link: "/project/releasing" },
          { text: "Contributing", link: "/project/contributing" },
        ],
      },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search,
    socialLinks: [
      { icon: { svg: svgOf("npm") }, link: `https://www.npmjs.com/package/${name}`, ariaLabel: "npm" },
      { icon: { svg: svgOf("github") }, link: github, ariaLabel: "GitHub" },
    ],
    editLink: { pattern: `${github}/edit/main/docs/:path`, text: "Edit this page" },
    footer: { message: `polytomic-users ${version} for API version ${apiVersion}, MIT license` },
  },
});

/** An icon as part of the page. While editing, VitePress would load it from another host. */
function svgOf(brand: string): string {
  return `<svg viewBox="0 0 24 24">${icons.icons[brand]!.body}</svg>`;
}

function read(file: string): string {
  return readFileSync(new URL(file, root), "utf8");
}
