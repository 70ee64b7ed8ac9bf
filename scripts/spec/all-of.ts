import { isDeepStrictEqual } from "node:util";
import { isMap, isSeq, Pair, visit, YAMLMap, YAMLSeq, type Document, type Node } from "yaml";
import { segmentsOf } from "./pointer.ts";

/**
 * Replaces each `allOf` in a spec with a single schema that means the same, so that two ways to write a schema can be
 * compared. The parts keep their positions in the file. An `allOf` that no single schema can express stays as it is.
 */
export function mergeAllOf(document: Document): void {
  visit(document, {
    Map: (_key, schema) => {
      if (!isSeq(schema.get("allOf"))) return undefined;
      const parts = partsOf(document, schema);
      return parts && mergeParts(parts); // a new map is visited too
    },
  });
}

/** The keywords of a schema, then those of the schemas that it refers to. `undefined` if they cannot be merged. */
function partsOf(document: Document, schema: unknown, users: readonly unknown[] = []): Keyword[] | undefined {
  if (!isMap<unknown, Node>(schema) || users.includes(schema)) return undefined;
  if (![undefined, true].includes(schema.get("additionalProperties") as undefined | true)) return undefined; // it sees only its own part
  const parts: Keyword[] = [];
  for (const keyword of schema.items) {
    const name = String(keyword.key);
    if (name !== "$ref" && name !== "allOf") parts.push(keyword);
  }
  const branches = schema.get("allOf", true);
  const reference = schema.get("$ref");
  const others = [
    ...(reference === undefined ? [] : [document.getIn(segmentsOf(String(reference)), true)]),
    ...(isSeq(branches) ? branches.items : []),
  ];
  for (const other of others) {
    const found = partsOf(document, other, [...users, schema]);
    if (!found) return undefined;
    parts.push(...found);
  }
  return parts;
}

type Keyword = Pair<unknown, Node>;

/** Texts do not restrict anything. The one that is closest to the `allOf` describes the merged schema. */
const TEXT = /^(description|title|examples?|\$comment|x-.*)$/;

function mergeParts(parts: readonly Keyword[]): YAMLMap | undefined {
  const merged = new Map<string, Keyword>();
  for (const { key, value } of parts) {
    const name = String(key);
    const present = merged.get(name);
    const both = present ? mergeValues(name, present.value!, value!) : value!;
    if (!both) return undefined;
    merged.set(name, new Pair(present?.key ?? key, both));
  }
  return mapOf(merged.values());
}

function mergeValues(name: string, one: Node, other: Node): Node | undefined {
  if (TEXT.test(name) || isDeepStrictEqual(one.toJSON(), other.toJSON())) return one;
  if (name === "properties" && isMap<unknown, Node>(one) && isMap<unknown, Node>(other)) {
    return mergeProperties(one, other);
  }
  if (name !== "required" || !isSeq(one) || !isSeq(other)) return undefined;
  const names: unknown[] = one.toJSON();
  return seqOf([...one.items, ...other.items.filter((item) => !names.includes((item as Node).toJSON()))]);
}

/** Properties of both are an `allOf` of the two schemas. */
function mergeProperties(one: YAMLMap<unknown, Node>, other: YAMLMap<unknown, Node>): YAMLMap {
  const merged = new Map(one.items.map((property) => [String(property.key), property]));
  for (const { key, value } of other.items) {
    const present = merged.get(String(key));
    const both = present ? mapOf([new Pair<unknown, Node>("allOf", seqOf([present.value, value]))]) : value;
    merged.set(String(key), new Pair(present?.key ?? key, both));
  }
  return mapOf(merged.values());
}

function mapOf(items: Iterable<Keyword>): YAMLMap {
  const map = new YAMLMap();
  map.items.push(...items);
  return map;
}

function seqOf(items: Iterable<unknown>): YAMLSeq {
  const seq = new YAMLSeq();
  seq.items.push(...items);
  return seq;
}
