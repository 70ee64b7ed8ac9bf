import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import llms from "vitepress-plugin-llms";
import { configureMarkdown, slugify } from "./markdown.ts";
import { search } from "./search.ts";
import { sidebar } from "./sidebar.ts";

const root = new URL("../../", import.meta.url);
const { name, version, description, repository } = JSON.parse(read("package.json")) as {
  name: string;
  version: string;
  description: string;
  repository: { url: string };
};
const [, apiVersion] = /API_VERSION = "(.+?)"/.exec(read("generated/contract.ts"))!;
const github = repository.url.replace(/^git\+|\.git$/g, "");

/** `DOCS_BASE` is the path of the site on its host, such as `/polytomic-users/`. */
// oxlint-disable-next-line import/no-default-export -- VitePress reads the default export
export default defineConfig({
  title: name,
  description,
  lang: "en",
  base: process.env["DOCS_BASE"] ?? "/",
  outDir: "../site",
  cacheDir: "node_modules/.cache/vitepress",
  srcExclude: ["README.md", "project/surface.md"],
  cleanUrls: true,
  head: [["link", { rel: "icon", href: `${process.env["DOCS_BASE"] ?? "/"}favicon.svg`, type: "image/svg+xml" }]],
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    languageAlias: { console: "sh" },
    anchor: { slugify },
    config: configureMarkdown,
  },
  vite: {
    plugins: [llms({ excludeIndexPage: false, ignoreFiles: ["README.md", "project/surface.md"] })],
    server: { fs: { allow: [".."] } },
  },
  themeConfig: {
    siteTitle: name,
    logo: "/favicon.svg",
    nav: [
      { text: "Start", link: "/start/install", activeMatch: "/start/" },
      { text: "Guides", link: "/guides/credentials", activeMatch: "/guides/" },
      { text: "Reference", link: "/reference/client", activeMatch: "/reference/" },
      { text: "HTTP API", link: "/http/overview", activeMatch: "/http/" },
      { text: `v${version} · API ${apiVersion}`, link: "/project/changelog", activeMatch: "/project/" },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search,
    socialLinks: [
      { icon: "npm", link: `https://www.npmjs.com/package/${name}`, ariaLabel: "npm" },
      { icon: "github", link: github, ariaLabel: "GitHub" },
    ],
    editLink: { pattern: `${github}/edit/main/docs/:path`, text: "Edit this page" },
    footer: { message: "MIT License" },
  },
});

function read(file: string): string {
  return readFileSync(new URL(file, root), "utf8");
}
