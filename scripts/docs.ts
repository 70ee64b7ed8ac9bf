/**
 * Makes the site: `npm run docs` → site/, which opens from the file system and asks nobody for anything.
 *
 * TypeDoc makes the landing page, the guides, the TypeScript reference and the search (typedoc.json says of what);
 * redocly the reference of the HTTP API; this program what lies between: names and groups of the guides, diagrams,
 * and the texts for machines.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import { redocly } from "./redocly.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SITE = join(ROOT, "site");
const PACKAGE = "polytomic-users";

/** Where each page of the site is. */
const urls = new Map<unknown, string>();

/** Stands for Redoc's logo. */
const LOGO = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 12"><text y="10" font-size="11" font-family="sans-serif" fill="#0044d4">Redoc</text></svg>',
)}`;

const app = await Application.bootstrapWithPlugins({ options: join(ROOT, "typedoc.json") });
app.options.setValue("markdownItLoader", (parser: { linkify: { set(options: object): void } }) => {
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false }); // a host that a text names is no link
});
app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => nameAfterHeading(document));
app.renderer.on(MarkdownEvent.PARSE, drawDiagrams, 1_000);
app.renderer.on(PageEvent.END, mend);

const project = await app.convert();
if (!project) throw new Error("TypeDoc could not read the package.");
nameAfterEntries(project);
putDescriptionsFirst(project);
showSchemas(project);
await app.generateDocs(project, SITE);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;

await buildHttpReference();
await writeTextsForMachines(project);

/** A document is called what its heading says, and stands in the navigation with its like. */
function nameAfterHeading(document: DocumentReflection): void {
  const text = textOf(document);
  document.name = /^# (.+)$/m.exec(text)?.[1] ?? document.name;
  document.frontmatter["group"] = /^\d+\.|decisions/.test(document.name) ? "Decisions" : "Guides";
}

/** A module is called what users import. */
function nameAfterEntries({ children = [] }: ProjectReflection): void {
  for (const module of children) module.name = module.name === "index" ? PACKAGE : `${PACKAGE}/${module.name}`;
}

/** In the generated types the description is a tag of its own; here it comes first, as everywhere else. */
function putDescriptionsFirst(everything: ProjectReflection): void {
  for (const { comment } of Object.values(everything.reflections)) {
    const description = comment?.getTag("@description");
    if (!comment || !description) continue;
    comment.removeTags("@description");
    comment.summary.unshift(...description.content, { kind: "text", text: "\n\n" });
  }
}

/** `User` shows its fields, not only that it is `components["schemas"]["User"]`. */
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

/** Mermaid becomes SVG in the colours of the page. Its font is the page's: the one that it would load is on the net. */
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
 * What TypeDoc leaves: links of the header that are written as from the root; icons that a page of a file system may
 * not load; and what a screen reader or a keyboard stumbles over: landmarks without a name, headings that skip a level,
 * links within what opens and closes, tables that are wider than the page. The README has a heading of its own.
 */
function mend(page: PageEvent): void {
  urls.set(page.model, page.url);
  const up = "../".repeat(page.url.split("/").length - 1);
  const html = (page.contents ?? "")
    .replaceAll('href="http-api.html"', `href="${up}http-api.html"`)
    .replaceAll(/href="[./]*assets\/icons\.svg#/g, 'href="#')
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replace('<nav id="tsd-sidebar-links"', '<nav id="tsd-sidebar-links" aria-label="Other references"')
    .replace('<nav class="tsd-navigation">', '<nav class="tsd-navigation" aria-label="All pages">')
    .replaceAll(/<summary.*?<\/summary>/gs, (summary) => summary.replace(/<a [^>]*tsd-anchor-icon.*?<\/a>/s, ""))
    .replace('<div class="page-menu">', '<div class="page-menu" role="complementary" aria-label="This page">')
    .replaceAll("<th></th>", "<td></td>")
    .replaceAll("<table>", '<div class="table" role="group" aria-label="Table" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>");
  page.contents = closeRanks(
    page.url === "index.html" ? html.replace(/<div class="tsd-page-title">.*?<\/div>/s, "") : html,
  );
}

/** No heading is more than one level below the one before it. */
function closeRanks(html: string): string {
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

/** Redoc's page, with a way back in it, and with no logo from the net. */
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
    if (status !== 0) throw new Error(`redocly build-docs failed.\n${stderr}`);
    const html = await readFile(page, "utf8");
    const style = `<style>\n${await readFile(new URL("http-api.css", import.meta.url), "utf8")}</style>\n</head>`;
    await writeFile(
      page,
      html
        // As it is once the page's program runs: routes in the hash, which a file system can do.
        .replaceAll(/(?<=<a [^>]*href=")\/(?=[a-z"])/g, "#/")
        .replaceAll(/https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(?:-full)?\.svg/g, LOGO)
        .replace("</head>", () => style),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** llms.txt says what there is; llms-full.md is all of it, the TypeScript surface as the compiler sees it. */
async function writeTextsForMachines({ documents = [] }: ProjectReflection): Promise<void> {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, title = "", summary = ""] = /^# (\S+)\n\n(.+?)\n\n/s.exec(readme) ?? [];
  const links = documents.map((document) => `- [${document.name}](${urls.get(document)})`);
  await writeFile(
    join(SITE, "llms.txt"),
    `# ${title}

> ${summary.replaceAll("\n", " ")}

## All of it

- [llms-full.md](llms-full.md): README, guides, TypeScript declarations and OpenAPI spec in one file
- [openapi.yaml](openapi.yaml): the HTTP API

## Pages

- [README](index.html)
- [TypeScript reference](modules.html)
- [HTTP API](http-api.html)
${links.join("\n")}
`,
  );
  const { exports } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, string | { require: { types: string } }>;
  };
  const declarations = Object.entries(exports).map(async ([entry, target]) => {
    if (typeof target === "string") return "";
    const text = await readFile(join(ROOT, target.require.types), "utf8");
    return `# TypeScript: ${PACKAGE}${entry.slice(1)}\n\n\`\`\`ts\n${text.trimEnd()}\n\`\`\`\n`;
  });
  const spec = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");
  const pages = documents.filter(({ name }) => name !== "The public surface").map(textOf);
  const http = `# The HTTP API\n\n\`\`\`yaml\n${spec}\`\`\`\n`;
  await writeFile(
    join(SITE, "llms-full.md"),
    [readme, ...pages, ...(await Promise.all(declarations)), http].filter(Boolean).join("\n\n---\n\n"),
  );
}
