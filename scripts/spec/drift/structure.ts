import { isDeepStrictEqual } from "node:util";
import type { SpecNode } from "../pointer.ts";
import { METHODS, type OpenApiDocument } from "./documents.ts";
import { operationsOf, type Operations } from "./operations.ts";
import { NONE, objectOf, textOf } from "./schemas.ts";
import { UnreadableError } from "./sources.ts";

/**
 * Combines documents of one API version into one that contains only what is compared, in a fixed order, and no sentences
 * of the vendor: no descriptions, titles and examples.
 */
export function structureOf(documents: readonly OpenApiDocument[]): SpecNode {
  const combined = documents.map(({ content }) => strip(content)).reduce(combine);
  const { version } = documents[0]!;
  const info = {
    ...(version !== NONE && { title: version }),
    version: textOf(combined["info"]?.["version"] ?? "1.0.0"),
  };
  const structure = withoutUnused({ ...combined, openapi: "3.1.0", info } as unknown as SpecNode);
  const result = { source: "The result", content: structure, version, isPage: false };
  if (!isSame(operationsOf([result]), operationsOf(documents))) {
    throw new UnreadableError("The documents cannot be combined without a loss. Pass a single document.");
  }
  return structure;
}

function isSame(one: Operations, other: Operations): boolean {
  const places = (operations: Operations): unknown =>
    new Map([...operations].map(([key, value]) => [key, value.places]));
  return isDeepStrictEqual(places(one), places(other));
}

/** The keywords to keep, in the order in which they are written. */
const KEYWORDS = [
  "$ref", "openapi", "info", "version", "operationId", "name", "in", "security", "parameters", "requestBody", "responses",
  "type", "scheme", "format", "nullable", "enum", "const", "properties", "items", "$defs", "additionalProperties", "allOf", "anyOf",
  "oneOf", "required", "content", "schema", ...METHODS, "paths", "components", "schemas", "requestBodies", "pathItems",
  "securitySchemes",
]; // prettier-ignore

/** Keywords whose value is a map: its keys are names, not keywords. In `components`, `parameters` is a map too. */
const MAPS = new Set(["properties", "$defs", "paths", "responses", "content", "schemas", "requestBodies", "pathItems", "securitySchemes", "parameters"]); // prettier-ignore
/** Keywords whose value contains no keywords. */
const VALUES = new Set(["enum", "const", "security", "required", "type"]);

function strip(node: SpecNode): SpecNode {
  const kept = KEYWORDS.filter((keyword) => Object.hasOwn(node, keyword));
  return fromEntries(kept.map((keyword) => [keyword, stripValue(keyword, node[keyword])]));
}

function stripValue(keyword: string, value: unknown): unknown {
  if (VALUES.has(keyword)) return value;
  if (Array.isArray(value)) return value.map((item) => strip(objectOf(item)));
  if (typeof value !== "object" || value === null) return value;
  if (!MAPS.has(keyword)) return strip(value as SpecNode);
  const entries = Object.entries(value as SpecNode).map(([name, item]) => [name, strip(objectOf(item))] as const);
  return fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Unlike assignments, this creates a property `__proto__` like any other. */
function fromEntries(entries: Iterable<readonly [string, unknown]>): SpecNode {
  return Object.fromEntries(entries) as SpecNode;
}

/** Combines two documents. Components of the second one get new names if the first one has others of the same names. */
function combine(one: SpecNode, other: SpecNode): SpecNode {
  let renamed = other;
  for (let number = 2; conflicts(one, renamed); number++) renamed = renameComponents(other, `_${number}`);
  return strip({
    ...one,
    paths: mergeMaps(one["paths"], renamed["paths"]),
    components: mergeMaps(one["components"], renamed["components"]),
  });
}

function conflicts(one: SpecNode, other: SpecNode): boolean {
  return Object.entries(objectOf(other["components"])).some(([kind, components]) =>
    Object.entries(components).some(([name, component]) => {
      const present = objectOf(one["components"]?.[kind]);
      return Object.hasOwn(present, name) && !isDeepStrictEqual(present[name], component);
    }),
  );
}

function renameComponents(document: SpecNode, suffix: string): SpecNode {
  const text = JSON.stringify(document).replaceAll(/("\$ref":"#\/components\/[^/"]+\/[^/"]+)/g, `$1${suffix}`);
  const renamed = JSON.parse(text) as SpecNode;
  const kinds = Object.entries(objectOf(renamed["components"])).map(([kind, components]) => {
    const entries = Object.entries(components).map(([name, component]) => [name + suffix, component] as const);
    return [kind, kind === "securitySchemes" ? components : fromEntries(entries)] as const;
  });
  return { ...renamed, components: fromEntries(kinds) };
}

/** Merges two maps of maps. */
function mergeMaps(one: unknown, other: unknown): SpecNode {
  const [first, second] = [objectOf(one), objectOf(other)];
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])];
  return fromEntries(names.map((name) => [name, { ...objectOf(first[name]), ...objectOf(second[name]) }]));
}

/** Removes components that no operation uses, and security schemes that no requirement names. */
function withoutUnused(document: SpecNode): SpecNode {
  const used = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const reference = (node as SpecNode)["$ref"] as unknown;
    if (typeof reference === "string" && !used.has(reference)) {
      used.add(reference);
      const [, , kind, name] = reference.split("/");
      visit(document["components"]?.[kind!]?.[name!]);
    }
    Object.values(node).forEach(visit);
  };
  visit(document["paths"]);
  const schemes = JSON.stringify([document["security"], document["paths"]]);
  const kinds = Object.entries(objectOf(document["components"])).map(([kind, components]) => {
    const isUsed = (name: string): boolean =>
      kind === "securitySchemes"
        ? schemes.includes(`{${JSON.stringify(name)}:`)
        : [...used].some((reference) => `${reference}/`.startsWith(`#/components/${kind}/${name}/`));
    return [kind, fromEntries(Object.entries(components).filter(([name]) => isUsed(name)))] as const;
  });
  return { ...document, components: fromEntries(kinds.filter(([, components]) => Object.keys(components).length > 0)) };
}
