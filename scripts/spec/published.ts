import { lexer } from "marked";
import { isDeepStrictEqual } from "node:util";
import { BASIC, NO_ADDITIONAL_FIELDS, NONE } from "./constraints.ts";
import { operationsIn, parseOpenApi, UnreadableError, type Document } from "./document.ts";
import { fieldsOf, REQUEST_BODY, type Constraints, type Fields, type Operation } from "./fields.ts";
import { readSource, type Limits, type Source } from "./sources.ts";

/** The fields of an operation that are compared. */
interface ComparedOperation extends Pick<Operation, "id" | "methodAndPath"> {
  readonly fields: Fields;
}

/** By method and path, without the names of the path parameters: `GET /api/organization/users/{}`. */
export type Api = ReadonlyMap<string, ComparedOperation>;

/** A document that describes operations of an API version. */
export interface Description {
  /** The file or URL of the document. */
  readonly name: string;
  readonly version: string;
  readonly operations: () => ComparedOperation[];
}

export interface Published {
  readonly descriptions: readonly Description[];
  /** Whether they describe the whole API. If so, an operation that they do not contain is no longer published. */
  readonly isComplete: boolean;
  /** Why some pages of an `llms.txt` were skipped. Their operations are missing, unless they describe none. */
  readonly skipped: readonly string[];
}

/** Reads `spec/published.json`, OpenAPI documents, Polytomic's Markdown pages, and the pages that an `llms.txt` lists. */
export async function readPublished(names: readonly string[], limits?: Limits): Promise<Published> {
  const inputs = await Promise.all(names.map((name) => readInput(name, limits)));
  return {
    descriptions: inputs.flatMap(({ descriptions }) => descriptions),
    isComplete: inputs.some(({ isComplete }) => isComplete),
    skipped: inputs.flatMap(({ skipped }) => skipped),
  };
}

/** Reads our spec. */
export async function readOurs(file: string): Promise<Description> {
  const { name, text } = await readSource(file);
  return descriptionOf(parseOpenApi(name, text), "version");
}

/** The API version of our spec is its version. On Polytomic's pages, it is the title. */
function descriptionOf(document: Document, key: "version" | "title"): Description {
  const written: unknown = document.source.info?.[key] ?? NONE;
  const version = String(written);
  const operations = (): ComparedOperation[] =>
    fieldsOf(document, version).map((operation) => ({ ...operation, fields: comparedFields(operation) }));
  return { name: document.name, version, operations };
}

/** Combines descriptions. An operation can be in several of them if they agree on it. */
export function combine(descriptions: readonly Description[]): Api {
  const found = new Map<string, { readonly name: string; readonly operation: ComparedOperation }>();
  for (const { name, operations } of descriptions) {
    for (const operation of operations()) {
      const key = operation.methodAndPath.replaceAll(/\{[^{}/]*\}/g, "{}");
      const present = found.get(key) ?? { name, operation };
      if (!isDeepStrictEqual(present.operation.fields, operation.fields)) {
        throw new UnreadableError(
          `${present.name} and ${name} describe ${operation.methodAndPath} differently. Remove the outdated one.`,
        );
      }
      found.set(key, present);
    }
  }
  return new Map([...found].map(([key, { operation }]) => [key, operation]));
}

/** The content of `spec/published.json`: the fields of each operation, by method and path. */
export interface FieldList {
  readonly version?: string;
  readonly operations: Readonly<Record<string, Readonly<Record<string, Constraints>>>>;
}

const VERSION = "API version";

export function toFieldList(descriptions: readonly Description[]): FieldList {
  const { version } = descriptions[0]!;
  const operations = [...combine(descriptions).values()].map(({ methodAndPath, fields }) => {
    const listed = [...fields].filter(([place]) => place !== VERSION);
    return [methodAndPath, fromEntries(listed)] as const;
  });
  return { ...(version !== NONE && { version }), operations: fromEntries(operations) };
}

function fromEntries<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function readFieldList({ name, text }: Source): Description | undefined {
  if (!/^\s*\{\s*"(version|operations)"/.test(text)) return undefined;
  const { version = NONE, operations } = JSON.parse(text) as FieldList;
  const listed = Object.entries(operations).map(([methodAndPath, fields]) => {
    const all = new Map([[VERSION, { value: version }], ...Object.entries(fields)]);
    return { id: methodAndPath, methodAndPath, fields: all };
  });
  return { name, version, operations: () => listed };
}

/** The places that are not compared: what belongs to a whole operation, and the headers of responses. */
const IGNORED = /^(operation|keys|server .*)$|^response \S+ › header /;

function comparedFields({ fields, credentials }: Pick<Operation, "fields" | "credentials">): Fields {
  const compared = [...credentials, ...fields].filter(([place]) => !IGNORED.test(place));
  return new Map(compared.map(([place, constraints]) => [place, comparedConstraints(place, constraints)]));
}

/** What Polytomic's pages say reliably, and what can affect a client. */
function comparedConstraints(place: string, constraints: Constraints): Constraints {
  const kept = BASIC.flatMap((name): [string, string][] => {
    const value = constraints[name];
    if (value === undefined) return [];
    if (name === "enum") return [[name, inAnyOrder(value)]];
    // Clients ignore the fields of a response that they do not know.
    const isIgnored =
      name === "additional fields" && !(value === NO_ADDITIONAL_FIELDS && place.startsWith(REQUEST_BODY));
    return isIgnored ? [] : [[name, value]];
  });
  return Object.fromEntries(kept);
}

/** The values of an enum in a fixed order, without `null`, which is a constraint of its own. */
function inAnyOrder(values: string): string {
  const listed = (JSON.parse(values) as unknown[]).filter((value) => value !== null);
  const texts = listed.map((value) => JSON.stringify(value));
  return texts.toSorted().join(", ") || NONE;
}

async function readInput(name: string, limits?: Limits): Promise<Published> {
  const source = await readSource(name, limits);
  if (/\.txt$/i.test(source.url.pathname)) {
    const pages = await Promise.all(pagesOf(source).map((page) => readSource(page, limits)));
    return { ...readPages(source, pages), isComplete: true };
  }
  const list = readFieldList(source);
  if (list) return { descriptions: [list], isComplete: true, skipped: [] };
  const documents = documentsOf(source);
  const isComplete = !isPage(source) || documents.some((document) => operationsIn(document).length > 1);
  return { descriptions: documents.map((document) => descriptionOf(document, "title")), isComplete, skipped: [] };
}

/** Skips pages without an OpenAPI document, such as an overview, unless no page has one. */
function readPages({ name }: Source, pages: readonly Source[]): Omit<Published, "isComplete"> {
  const descriptions: Description[] = [];
  const skipped: string[] = [];
  for (const page of pages) {
    try {
      descriptions.push(...documentsOf(page).map((document) => descriptionOf(document, "title")));
    } catch (error) {
      if (!(error instanceof NoBlockError)) throw error;
      skipped.push(error.message);
    }
  }
  if (descriptions.length > 0) return { descriptions, skipped };
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
    `${name} lists no page under /api-reference/users/. Check that it is Polytomic's llms.txt.`,
  );
}

/** A link to a page, without the punctuation after it. */
const LINK = /(?<![^\s()<>[\]"'`])(?:[^\s()<>[\]"'`]*\/)?api-reference\/users\/[^\s()<>[\]"'`]*[^\s()<>[\]"'`.,;:]/g;

const SECTION = /^## OpenAPI Specification\s*$/m;

function isPage({ url, text }: Source): boolean {
  return /\.mdx?$/i.test(url.pathname) || SECTION.test(text);
}

function documentsOf(source: Source): Document[] {
  const blocks = isPage(source) ? blocksOf(source) : [source.text];
  return blocks.map((block) => parseOpenApi(source.name, block));
}

/** The fenced `yaml` blocks in the section of a page that contains its OpenAPI document. */
function blocksOf({ name, text }: Source): string[] {
  const blocks: string[] = [];
  let isInSection = false;
  for (const token of lexer(text)) {
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
