/**
 * `npm run docs` builds the site in site/. Its pages open from the file system and load nothing from the network.
 *
 * TypeDoc builds the landing page, the guides, the TypeScript reference and the search, as typedoc.json configures.
 * Redocly builds the HTTP reference. This program adds the names and groups of the guides, the diagrams, llms.txt and
 * llms-full.md.
 */
import { glob, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { renderMermaidSVG } from "beautiful-mermaid";
import {
  Application,
  Converter,
  IndexedAccessType,
  LiteralType,
  MarkdownEvent,
  PageEvent,
  type DeclarationReflection,
  type DocumentReflection,
  type ProjectReflection,
  ReflectionKind,
  type SomeType,
} from "typedoc";
import { parse, stringify } from "yaml";
import { redocly } from "../spec/redocly.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SITE = join(ROOT, "site");
const PACKAGE = "polytomic-users";

/** The groups of documents in the navigation. */
const GROUPS = ["Guides", "The project", "Decisions"] as const;
const PROJECT = new Set(["Contributing", "Releasing", "The public surface", "Speed and size, measured"]);

/** The URL of each page, by its model. */
const urls = new Map<unknown, string>();

/** Replaces the Redoc logo, which the page would load from the network. */
const LOGO = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 12"><text y="10" font-size="11" font-family="sans-serif" fill="#0044d4">Redoc</text></svg>',
)}`;

const app = await Application.bootstrapWithPlugins({ options: join(ROOT, "typedoc.json") });
app.options.setValue("markdownItLoader", (parser: { linkify: { set(options: object): void } }) => {
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false }); // do not turn the names of hosts into links
});
app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => nameAfterHeading(document));
app.renderer.on(MarkdownEvent.PARSE, drawDiagrams, 1_000);
app.renderer.on(PageEvent.END, fixPage);

const project = await app.convert();
if (!project) throw new Error("TypeDoc cannot read the package.");
nameAfterEntries(project);
showSchemas(project);
await app.generateDocs(project, SITE);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;

await buildHttpReference();
await writeTextsForMachines(project);

/** Names a document after its heading, and assigns it to a group. */
function nameAfterHeading(document: DocumentReflection): void {
  document.name = headingOf(textOf(document)) ?? document.name;
  const isDecision = document.name === "Decisions" || /^\d+\./.test(document.name);
  document.frontmatter["group"] = isDecision ? GROUPS[2] : PROJECT.has(document.name) ? GROUPS[1] : GROUPS[0];
}

function headingOf(text: string): string | undefined {
  return /^# (.+)$/m.exec(text)?.[1];
}

/** Names a module after its import specifier. */
function nameAfterEntries({ children = [] }: ProjectReflection): void {
  for (const module of children) module.name = module.name === "index" ? PACKAGE : `${PACKAGE}/${module.name}`;
}

/** Shows the fields of `User` instead of `components["schemas"]["User"]`. */
function showSchemas(everything: ProjectReflection): void {
  const fieldsOf = (type: SomeType | undefined, name: string): SomeType | undefined =>
    type?.type === "reflection" ? type.declaration.getChildByName([name])?.["type" as never] : undefined;
  const schemas = (everything.getChildByName([PACKAGE, "components", "schemas"]) as DeclarationReflection).type;
  for (const alias of everything.getReflectionsByKind(ReflectionKind.TypeAlias) as DeclarationReflection[]) {
    const { type } = alias;
    if (!(type instanceof IndexedAccessType && type.indexType instanceof LiteralType)) continue;
    alias.type = fieldsOf(schemas, String(type.indexType.value)) ?? type;
  }
}

function textOf({ content }: DocumentReflection): string {
  return content.map(({ text }) => text).join("");
}

/** Renders Mermaid as SVG in the colours and the font of the page. Its own font would be loaded from the network. */
function drawDiagrams(event: MarkdownEvent): void {
  event.parsedText = event.parsedText.replaceAll(/^```mermaid\n(.*?)^```$/gms, (_fence, diagram: string) => {
    const colours = { bg: "var(--color-background)", fg: "var(--color-text)", transparent: true };
    const svg = renderMermaidSVG(diagram, colours)
      .replace(/ *@import url\([^)]*\);/, "")
      .replace(/font-family: [^;]*;/, "font-family: inherit;")
      .replaceAll(/\n\s*\n/g, "\n");
    return `<figure class="diagram" role="img" aria-label="Diagram">${svg}</figure>`;
  });
}

/**
 * Fixes a page of TypeDoc. Links in the header are relative to the root. A page on the file system cannot load the icons
 * file. For screen readers and keyboards: landmarks get names, headings do not skip levels, a summary contains no link,
 * and wide tables scroll. The landing page has the heading of the README only.
 */
function fixPage(page: PageEvent): void {
  urls.set(page.model, page.url);
  const up = "../".repeat(page.url.split("/").length - 1);
  const html = (page.contents ?? "")
    .replaceAll(/href="(http-api|modules)\.html"/g, `href="${up}$1.html"`)
    .replaceAll(/href="[./]*assets\/icons\.svg#/g, 'href="#')
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replace('<nav id="tsd-sidebar-links"', '<nav id="tsd-sidebar-links" aria-label="Other references"')
    .replace('<nav class="tsd-navigation">', '<nav class="tsd-navigation" aria-label="All pages">')
    .replaceAll(/<summary.*?<\/summary>/gs, (summary) => summary.replace(/<a [^>]*tsd-anchor-icon.*?<\/a>/s, ""))
    .replace('<div class="page-menu">', '<div class="page-menu" role="complementary" aria-label="This page">')
    .replaceAll(/<th((?: [^>]*)?)><\/th>/g, "<td$1></td>")
    .replaceAll("<table>", '<div class="table" role="group" aria-label="Table" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>");
  page.contents = fixHeadings(
    page.url === "index.html" ? html.replace(/<div class="tsd-page-title">.*?<\/div>/s, "") : html,
  );
}

/** Makes every heading at most one level lower than the heading before it. */
function fixHeadings(html: string): string {
  let before = 0;
  return html.replaceAll(
    /<h([1-6])([^>]*)>(.*?)<\/h\1>/gs,
    (_heading, rank: string, attributes: string, text: string) => {
      const wanted = Number(rank);
      const level = Math.min(wanted, before + 1);
      before = level;
      const named = attributes.includes('class="')
        ? attributes.replace('class="', `class="level-${wanted} `)
        : `${attributes} class="level-${wanted}"`;
      return `<h${level}${level === wanted ? attributes : named}>${text}</h${level}>`;
    },
  );
}

/** Builds the page of Redoc, with a link to the rest of the site and without requests to the network. */
async function buildHttpReference(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-docs-"));
  try {
    const text = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");
    await writeFile(join(SITE, "openapi.yaml"), text);
    const spec = parse(text) as { info: { description: string } };
    const ways = "[polytomic-users: the client](index.html) · [openapi.yaml](openapi.yaml)";
    spec.info.description = `${ways}\n\n${spec.info.description}`;
    await writeFile(join(folder, "openapi.yaml"), stringify(spec));
    const page = join(SITE, "http-api.html");
    const { status, stderr } = await redocly("build-docs", join(folder, "openapi.yaml"), "--inlineBundle", "-o", page);
    if (status !== 0) throw new Error(`\`redocly build-docs\` failed.\n${stderr}`);
    const html = await readFile(page, "utf8");
    const style = `<style>\n${await readFile(new URL("http-api.css", import.meta.url), "utf8")}</style>\n</head>`;
    await writeFile(
      page,
      html
        // The script of the page makes the same change: routes are in the hash, which works on the file system.
        .replaceAll(/(?<=<a [^>]*href=")\/(?=[a-z"])/g, "#/")
        .replaceAll(/https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(?:-full)?\.svg/g, LOGO)
        .replace("</head>", () => style),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A page that is made from a Markdown file. */
interface Page {
  readonly file: string;
  readonly name: string;
  readonly url: string;
  readonly text: string;
  readonly group: string;
}

/** The README and the documents, in the order of the navigation. */
async function pagesOf({ documents = [] }: ProjectReflection): Promise<Page[]> {
  const { projectDocuments } = JSON.parse(await readFile(join(ROOT, "typedoc.json"), "utf8")) as Record<
    string,
    string[]
  >;
  const pages = new Map<string, Page>();
  for await (const file of glob(["README.md", ...(projectDocuments ?? [])], { cwd: ROOT })) {
    const text = await readFile(join(ROOT, file), "utf8");
    const document = documents.find(({ name }) => name === headingOf(text));
    const [name, url, group] = document
      ? [document.name, urls.get(document)!, String(document.frontmatter["group"])]
      : ["README", "index.html", "Reference"];
    pages.set(name, { file, name, url, text, group });
  }
  return ["README", ...documents.map(({ name }) => name)].map((name) => pages.get(name)!);
}

/** A description of a page: its first sentence of some length. */
function sentenceOf(text: string): string {
  const paragraph = text.split("\n\n").find((each) => /^[A-Z`]/.test(each) && each.length > 40) ?? "";
  const plain = paragraph.replaceAll("\n", " ").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return /^.+?\.(?= |$)/.exec(plain)?.[0] ?? plain;
}

/** Links lead to pages of the site, or to the repository if the site does not have the file. */
function relink({ file, text }: Page, pages: readonly Page[], repository: string): string {
  const outside = /(^```.*?^```$)/ms;
  const parts = text.split(outside).map((part) =>
    part.startsWith("```")
      ? part
      : part.replaceAll(/\]\((?!https:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (_link, path: string, hash = "") => {
          const target = posix.join(posix.dirname(file), path);
          const page = pages.find((each) => each.file === target);
          return `](${page ? `${page.url}${hash}` : `${repository}/blob/main/${target}`})`;
        }),
  );
  return parts.join("");
}

/** llms.txt is an index. llms-full.md contains everything, including the TypeScript declarations. */
async function writeTextsForMachines(everything: ProjectReflection): Promise<void> {
  const pages = await pagesOf(everything);
  await writeFile(join(SITE, "llms.txt"), indexOf(pages));
  await writeFile(join(SITE, "llms-full.md"), await wholeOf(pages));
}

function indexOf(pages: readonly Page[]): string {
  const [, title = "", summary = ""] = /^# (\S+)\n\n(.+?)\n\n/s.exec(pages[0]!.text) ?? [];
  const linesOf = (group: string): string =>
    pages
      .filter((page) => page.group === group)
      .map(({ name, url, text }) => `- [${name}](${url}): ${sentenceOf(text)}`)
      .join("\n");
  return `# ${title}

> ${summary.replaceAll("\n", " ")}

## All of it

- [llms-full.md](llms-full.md): README, guides, TypeScript declarations and OpenAPI spec in one file
- [openapi.yaml](openapi.yaml): the HTTP API, in OpenAPI 3.1

## Reference

${linesOf("Reference")}
- [TypeScript reference](modules.html): every export of the package, with errors and an example of each method.
- [HTTP API](http-api.html): every operation, with its parameters, bodies and statuses.
${GROUPS.map((group) => `\n## ${group}\n\n${linesOf(group)}\n`).join("")}`;
}

async function wholeOf(pages: readonly Page[]): Promise<string> {
  const { exports, repository } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, string | { require: { types: string } }>;
    repository: { url: string };
  };
  const declarations = Object.entries(exports).map(async ([entry, target]) => {
    if (typeof target === "string") return "";
    const text = await readFile(join(ROOT, target.require.types), "utf8");
    return `# TypeScript: ${PACKAGE}${entry.slice(1)}\n\n\`\`\`ts\n${text.trimEnd()}\n\`\`\`\n`;
  });
  const spec = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");
  const host = repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
  const texts = pages
    .filter(({ name }) => name !== "The public surface") // the declarations below have the same contents
    .map((page) => `<!-- ${page.file} -->\n\n${relink(page, pages, host)}`);
  const http = `<!-- spec/openapi.yaml -->\n\n# The HTTP API\n\n\`\`\`yaml\n${spec}\`\`\`\n`;
  return [...texts, ...(await Promise.all(declarations)), http].filter(Boolean).join("\n\n---\n\n");
}
