import { lexer } from "marked";
import { parse } from "yaml";
import type { SpecNode } from "../pointer.ts";
import { NONE, textOf } from "./schemas.ts";
import { readSource, UnreadableError, type Limits, type Source } from "./sources.ts";

/** An OpenAPI document that the vendor publishes, or ours. */
export interface OpenApiDocument {
  /** The file or URL that it was read from. */
  readonly source: string;
  readonly content: SpecNode;
  /** The API version: the title on the vendor's pages, the version in our spec. */
  readonly version: string;
  /** Whether it is from a Markdown page, which describes one operation, and not all of them. */
  readonly isPage: boolean;
}

export interface Published {
  readonly documents: readonly OpenApiDocument[];
  /** Whether the documents describe the whole API. If so, an operation that they do not contain is no longer published. */
  readonly isComplete: boolean;
  /** Why some pages of an `llms.txt` were skipped. Their operations are missing, unless they describe none. */
  readonly skipped: readonly string[];
}

/** Reads OpenAPI documents, Markdown pages of the vendor, and the pages that an `llms.txt` lists. */
export async function readPublished(names: readonly string[], limits?: Limits): Promise<Published> {
  const inputs = await Promise.all(names.map((name) => readInput(name, limits)));
  return {
    documents: inputs.flatMap(({ documents }) => documents),
    isComplete: inputs.some(({ isComplete }) => isComplete),
    skipped: inputs.flatMap(({ skipped }) => skipped),
  };
}

/** Reads our spec. */
export async function readSpec(file: string): Promise<OpenApiDocument> {
  const { name, text } = await readSource(file);
  const content = parseOpenApi(name, text);
  return { source: name, content, version: versionOf(content["info"]?.["version"]), isPage: false };
}

async function readInput(name: string, limits?: Limits): Promise<Published> {
  const source = await readSource(name, limits);
  if (!/\.txt$/i.test(source.url.pathname)) {
    const documents = documentsOf(source);
    const isComplete = documents.some(({ isPage, content }) => !isPage || countOperations(content) > 1);
    return { documents, isComplete, skipped: [] };
  }
  const pages = await Promise.all(pagesOf(source).map((page) => readSource(page, limits)));
  return { ...readPages(source, pages), isComplete: true };
}

/** Skips pages without an OpenAPI document, such as an overview, unless no page has one. */
function readPages({ name }: Source, pages: readonly Source[]): Omit<Published, "isComplete"> {
  const documents: OpenApiDocument[] = [];
  const skipped: string[] = [];
  for (const page of pages) {
    try {
      documents.push(...documentsOf(page));
    } catch (error) {
      if (!(error instanceof NoBlockError)) throw error;
      skipped.push(error.message);
    }
  }
  if (documents.length > 0) return { documents, skipped };
  throw new UnreadableError(`${name} lists no page with an OpenAPI document. The first page: ${skipped[0]}`);
}

/** A page has no OpenAPI document. */
class NoBlockError extends UnreadableError {}

/** The addresses of the pages that an `llms.txt` lists for this API, as Markdown. */
function pagesOf({ name, url, text }: Source): string[] {
  const pages = new Map<string, string>();
  for (const [link] of text.matchAll(LINK)) {
    const page = new URL(link, url);
    page.hash = "";
    const address = page.pathname.replace(/\.mdx?$|\/$/, "");
    if (!/\.mdx?$/.test(page.pathname)) page.pathname = `${address}.md`;
    if (!pages.has(address)) pages.set(address, page.href);
  }
  if (pages.size > 0) return [...pages.values()];
  throw new UnreadableError(
    `${name} lists no page under /api-reference/users/. Check that it is the vendor's llms.txt.`,
  );
}

/** A link to a page, without the punctuation after it. */
const LINK = /(?<![^\s()<>[\]"'`])(?:[^\s()<>[\]"'`]*\/)?api-reference\/users\/[^\s()<>[\]"'`]*[^\s()<>[\]"'`.,;:]/g;

function documentsOf({ name, url, text }: Source): OpenApiDocument[] {
  const isPage = /\.mdx?$/i.test(url.pathname) || SECTION.test(text);
  const blocks = isPage ? blocksOf(name, text) : [text];
  return blocks.map((block) => {
    const content = parseOpenApi(name, block);
    return { source: name, content, version: versionOf(content["info"]?.["title"]), isPage };
  });
}

function versionOf(text: unknown): string {
  return text === undefined || text === null ? NONE : textOf(text);
}

const SECTION = /^## OpenAPI Specification\s*$/m;

/** The fenced `yaml` blocks in the section of a page that contains its OpenAPI document. */
function blocksOf(name: string, page: string): string[] {
  const blocks: string[] = [];
  let isInSection = false;
  for (const token of lexer(page)) {
    if (token.type === "heading" && token.depth <= 2) isInSection = SECTION.test(token.raw);
    if (!isInSection || token.type !== "code" || !/^ya?ml\b/i.test(token.lang ?? "")) continue;
    if (!/(?:`{3}|~{3})\s*$/.test(token.raw)) {
      throw new UnreadableError(`${name} ends inside its \`yaml\` block. Try again later.`);
    }
    blocks.push(token.text);
  }
  if (blocks.length > 0) return blocks;
  throw new NoBlockError(
    `${name} has no \`yaml\` block in a section "## OpenAPI Specification". Check that it is a page of an operation.`,
  );
}

function parseOpenApi(name: string, text: string): SpecNode {
  const content = parseYaml(name, text) as SpecNode | null;
  const version: unknown = content?.["openapi"];
  if (String(version).startsWith("3.") && countOperations(content!) > 0) return content!;
  throw new UnreadableError(
    text.trimStart().startsWith("<")
      ? `${name} is a web page. Append .md to its address to get the Markdown page.`
      : `${name} is not an OpenAPI 3 document with operations. Check that it is the right one.`,
  );
}

function parseYaml(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It can still be YAML.
  }
  try {
    return JSON.parse(JSON.stringify(parse(text, { logLevel: "error" }))); // without shared and circular parts
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0]!.replace(/[:.]$/, "");
    throw new UnreadableError(`${name} is neither valid YAML nor valid JSON: ${reason}.`, { cause: error });
  }
}

export const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

function countOperations({ paths }: SpecNode): number {
  const items = Object.values(paths ?? {});
  return items.flatMap((item) => METHODS.filter((method) => Object.hasOwn(Object(item), method))).length;
}
