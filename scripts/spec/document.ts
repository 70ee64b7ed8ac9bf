import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document as YamlDocument } from "yaml";
import { findWrongShape } from "./shape.ts";

/** An OpenAPI document in which each `$ref` is replaced by what it refers to. Nothing else follows references. */
export interface Document {
  /** The file or URL that it was read from. */
  readonly name: string;
  readonly text: string;
  /** As it is written, with references. */
  readonly source: Source;
  readonly paths: Readonly<Record<string, PathItem>>;
  /** The line where a key of an object, or an item of a list, is written. */
  readonly lineOf: (node: object, key: string | number) => number;
}

/** Any value in a parsed document, typed so that its properties can be read. */
export interface SpecNode {
  [name: string]: SpecNode;
}

/** The parts of a document that are read as they are written. */
interface Source {
  readonly info?: Readonly<Record<string, unknown>>;
  readonly servers?: readonly { readonly url: string }[];
  readonly security?: OperationNode["security"];
  readonly webhooks?: unknown;
  /** By kind and name. */
  readonly components?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

export type Method = (typeof METHODS)[number];

type PathItem = Partial<Record<Method, OperationNode>> & Shared;

/** What a path or an operation can have. */
interface Shared {
  readonly parameters?: readonly Parameter[];
  readonly servers?: readonly { readonly url: string }[];
}

interface OperationNode extends Shared {
  readonly operationId?: string;
  readonly deprecated?: boolean;
  readonly requestBody?: Message;
  readonly responses?: Readonly<Record<string, Message>>;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
  readonly content?: Content;
  readonly [keyword: string]: unknown;
}

/** A request body or a response. */
export interface Message {
  readonly required?: boolean;
  readonly headers?: Readonly<Record<string, Pick<Parameter, "required" | "schema" | "content">>>;
  readonly content?: Content;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

export interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly not?: Schema;
  readonly [keyword: string]: unknown;
}

/** A document that cannot be read. The message is one line, and says which document it is. */
export class UnreadableError extends Error {}

/** A document with a construct that scripts/spec/fields.ts does not read. */
export class UnsupportedError extends UnreadableError {
  readonly document: Document;
  /** The construct with its place. */
  readonly construct: string;

  constructor(document: Document, construct: string, place: string) {
    super(
      `${document.name} cannot be compared: ${construct} in \`${place}\` is not supported. ` +
        "Write a plain schema, or extend scripts/spec/fields.ts.",
    );
    this.document = document;
    this.construct = `${construct} in \`${place}\``;
  }
}

/** An operation with its place in the document. */
export interface LocatedOperation {
  readonly path: string;
  readonly method: Method;
  readonly node: OperationNode;
  /** Those of the path and of the operation, which override those of the path. */
  readonly parameters: readonly LocatedParameter[];
}

export interface LocatedParameter {
  readonly parameter: Parameter;
  readonly line: number;
}

export function operationsIn({ paths, lineOf }: Document): LocatedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => Object.hasOwn(item, method)).map((method) => {
      const node = item[method]!;
      const parameters = [item.parameters ?? [], node.parameters ?? []].flatMap((list) =>
        list.map((parameter, index) => [keyOf(parameter), { parameter, line: lineOf(list, index) }] as const),
      );
      return { path, method, node, parameters: [...new Map(parameters).values()] };
    }),
  );
}

const keyOf = ({ in: location, name }: Parameter): string => `${location} ${name}`;

/** Parses an OpenAPI document in YAML or JSON. */
export function parseOpenApi(name: string, text: string): Document {
  const { source, lines } = parse(name, text);
  const version: unknown = source?.["openapi"];
  if (!String(version).startsWith("3.") || countOperations(source!) === 0) {
    throw new UnreadableError(
      text.trimStart().startsWith("<")
        ? `${name} is a web page. Append .md to its address to get the Markdown page.`
        : `${name} is not an OpenAPI 3 document with operations. Check that it is the right one.`,
    );
  }
  const paths = dereferencer(name, source!, lines)(source!["paths"], "#/paths") as Document["paths"];
  const wrongShape = findWrongShape({ ...source, paths });
  if (wrongShape) throw new UnreadableError(`${name} cannot be read: ${wrongShape}.`);
  return { name, text, source: source as Source, paths, lineOf: (node, key) => lines.get(node)?.get(String(key)) ?? 1 };
}

function countOperations({ paths }: SpecNode): number {
  const items = Object.values(paths ?? {});
  return items.flatMap((item) => METHODS.filter((method) => Object.hasOwn(Object(item), method))).length;
}

/** The lines of the keys of each object, and of the items of each list. */
type Lines = WeakMap<object, Map<string, number>>;

function parse(name: string, text: string): { source: SpecNode | null; lines: Lines } {
  const lines: Lines = new WeakMap();
  try {
    return { source: JSON.parse(text) as SpecNode, lines };
  } catch {
    // It can still be YAML.
  }
  try {
    const counter = new LineCounter();
    const document = parseDocument(text, { lineCounter: counter, logLevel: "error" });
    if (document.errors[0]) throw document.errors[0];
    const source = document.toJS() as SpecNode | null;
    recordLines(document, source, (offset) => counter.linePos(offset).line, lines);
    return { source, lines };
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0]!.replace(/[:.]$/, "");
    throw new UnreadableError(`${name} is neither valid YAML nor valid JSON: ${reason}.`, { cause: error });
  }
}

function recordLines(
  { contents }: YamlDocument,
  source: unknown,
  lineAt: (offset: number) => number,
  lines: Lines,
): void {
  const visit = (node: unknown, value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const items = itemsOf(node);
    const offsets = items.map(([key, start]) => [key, isNode(start) ? (start.range?.[0] ?? 0) : 0] as const);
    if (items.length > 0) lines.set(value, new Map(offsets.map(([key, offset]) => [key, lineAt(offset)])));
    for (const [key, , child] of items) visit(child, (value as SpecNode)[key]);
  };
  visit(contents, source);
}

/** The items of a map or a list in YAML: the key, where the item starts, and its value. */
function itemsOf(node: unknown): (readonly [key: string, start: unknown, value: unknown])[] {
  if (isSeq(node)) return node.items.map((item, index) => [String(index), item, item]);
  if (!isMap(node)) return [];
  return node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), key, value]);
}

/** Returns a function that copies a part of a document, and replaces each reference. Equal references share a copy. */
function dereferencer(name: string, root: SpecNode, lines: Lines): (node: unknown, place: string) => unknown {
  const copies = new Map<object, unknown>();
  const open = new Set<object>();
  const follow = (node: unknown, place: string): unknown => {
    if (typeof node !== "object" || node === null) return node;
    if (copies.has(node)) return copies.get(node);
    if (open.has(node)) throw new UnreadableError(`${name} cannot be read: ${place} contains itself.`);
    open.add(node);
    const copy = Array.isArray(node)
      ? node.map((item, index) => follow(item, join(place, index)))
      : followKeys(node as SpecNode, place);
    if (!lines.has(copy)) lines.set(copy, lines.get(node) ?? new Map());
    open.delete(node);
    copies.set(node, copy);
    return copy;
  };
  const followKeys = (node: SpecNode, place: string): object => {
    const { $ref: reference, ...rest } = node;
    if (typeof reference !== "string") return mapValues(node, (value, key) => follow(value, join(place, key)));
    const target = follow(find(name, root, reference), reference) as SpecNode;
    if (Object.keys(rest).length === 0) return target;
    const siblings = mapValues(rest, (value, key) => follow(value, join(place, key)));
    const repeated = Object.keys(siblings).find((key) => !TEXT.test(key) && Object.hasOwn(target, key));
    if (repeated) {
      throw new UnreadableError(`${name} cannot be read: \`${repeated}\` next to ${String(reference)} repeats it.`);
    }
    const copy = { ...target, ...siblings };
    lines.set(copy, new Map([...(lines.get(target) ?? []), ...(lines.get(node) ?? [])]));
    return copy;
  };
  return follow;
}

/** Keywords that people read, and that restrict nothing. */
export const TEXT = /^(description|summary|title|examples?|externalDocs|tags|\$comment|x-.*)$/;

function mapValues(node: object, change: (value: unknown, key: string) => unknown): object {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value, key)]));
}

/** Adds a segment to a JSON pointer. */
function join(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function find(name: string, root: SpecNode, reference: string): SpecNode {
  let node: unknown = reference.startsWith("#/") ? root : undefined;
  for (const segment of segmentsOf(reference)) {
    node = Object.hasOwn(Object(node), segment) ? (node as SpecNode)[segment] : undefined;
  }
  if (typeof node === "object" && node !== null) return node as SpecNode;
  throw new UnreadableError(`${name} cannot be read: it refers to ${reference}, which it does not contain.`);
}

/** The decoded segments of a JSON pointer (RFC 6901): `#/paths/~1api~1users` is `paths` and `/api/users`. */
export function segmentsOf(pointer: string): string[] {
  const segments = pointer.split("/").slice(1);
  return segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}
