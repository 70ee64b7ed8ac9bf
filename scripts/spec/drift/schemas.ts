import { isDeepStrictEqual } from "node:util";
import { segmentsOf, type SpecNode } from "../pointer.ts";
import { UnreadableError } from "./sources.ts";

/** What is compared of a place, by name: `{ type: "string", format: "uuid" }`. */
export type Aspects = Readonly<Record<string, string>>;

/** The places of an operation, such as `response 200 › data[] › email`. A place comes before the places inside it. */
export type Places = Map<string, Aspects>;

/** An OpenAPI document while its operations are described. */
export interface Reading {
  /** The file or URL of the document. */
  readonly source: string;
  readonly content: SpecNode;
  /** The number of schemas so far. */
  count: number;
}

export interface Part {
  readonly place: string;
  readonly schema: unknown;
  /** The aspects of the place that are not in its schema. */
  readonly aspects: Aspects;
}

/** Real documents have a few hundred. Schemas that refer to each other can have exponentially many fields. */
const MAX_SCHEMAS = 20_000;
const MAX_DEPTH = 100;

/** Returns the places of a schema: its own, and those of its fields. Different ways to write a schema have the same places. */
export function placesOf(reading: Reading, part: Part, parents: readonly string[] = []): [string, Aspects][] {
  if (++reading.count > MAX_SCHEMAS) throw problem(reading, `has more than ${MAX_SCHEMAS} fields`);
  if (parents.length > MAX_DEPTH)
    throw problem(reading, `has fields inside fields, more than ${MAX_DEPTH} levels deep`);
  const view = viewOf(reading, part.schema);
  const isClosed = (view.schema["additionalProperties"] as unknown) === false && isInRequestBody(part.place);
  const closed: Aspects = isClosed ? { "additional fields": "no additional fields" } : {};
  const own: [string, Aspects] = [part.place, { ...part.aspects, ...aspectsOf(view), ...closed }];
  if (view.references.some((reference) => parents.includes(reference))) return [own]; // a recursive schema
  const path = [...parents, "", ...view.references];
  return [own, ...childrenOf(part.place, view).flatMap((child) => placesOf(reading, child, path))];
}

/** Stands for a missing value. */
export const NONE = "none";

/** The place of a request body. */
export const REQUEST_BODY = "request body";

/** Only there does a refused field affect clients, which ignore the fields of a response that they do not know. */
function isInRequestBody(place: string): boolean {
  return place.startsWith(REQUEST_BODY);
}

interface View {
  readonly schema: SpecNode;
  /** Everything that the schema refers to. */
  readonly references: readonly string[];
  readonly isNullable: boolean;
  /** The schemas that it combines, without `null`, unless it is only one. */
  readonly choices: readonly unknown[];
}

/** Resolves references, and reduces a choice of `null` and one other schema to that schema. */
function viewOf(reading: Reading, node: unknown, parents: readonly string[] = []): View {
  const { node: schema, references } = resolve(reading, node, parents);
  const { anyOf, oneOf, allOf, ...rest } = schema;
  const all = [anyOf, oneOf, allOf].flatMap(listOf);
  const choices = all.filter((choice) => !isNull(resolve(reading, choice).node));
  const isNullable =
    typesOf(schema).includes("null") || (schema["nullable"] as unknown) === true || choices.length < all.length;
  if (choices.length !== 1) return { schema, references, isNullable, choices };
  const only = viewOf(reading, combine(objectOf(choices[0]), rest), references);
  return { ...only, isNullable: isNullable || only.isNullable };
}

function isNull(schema: SpecNode): boolean {
  return isDeepStrictEqual(typesOf(schema), ["null"]) && valuesOf(schema).every((value) => value === null);
}

/** Returns the part of the document that a node refers to, or the node itself if it is not a reference. */
export function resolve(
  reading: Reading,
  node: unknown,
  parents: readonly string[] = [],
): { node: SpecNode; references: string[] } {
  let target = objectOf(node);
  const references = [...parents];
  while (typeof target["$ref"] === "string") {
    const { $ref, ...siblings } = target;
    const reference = textOf($ref);
    if (references.includes(reference)) throw problem(reading, `has a reference to itself, ${reference}`);
    references.push(reference);
    target = combine(find(reading, reference), siblings);
  }
  return { node: target, references };
}

function find(reading: Reading, reference: string): SpecNode {
  let node: unknown = reference.startsWith("#/") ? reading.content : undefined;
  for (const segment of segmentsOf(reference)) {
    node = Object.hasOwn(Object(node), segment) ? (node as SpecNode)[segment] : undefined;
  }
  if (typeof node === "object" && node !== null) return node as SpecNode;
  throw problem(reading, `refers to ${reference}, which it does not contain`);
}

/** Keywords next to a reference apply in addition to those that it refers to. */
function combine(one: SpecNode, other: SpecNode): SpecNode {
  const combined: SpecNode = { ...one, ...other };
  const properties = { ...objectOf(one["properties"]), ...objectOf(other["properties"]) };
  const required = [...listOf(one["required"]), ...listOf(other["required"])];
  if (Object.keys(properties).length > 0) combined["properties"] = properties;
  if (required.length > 0) combined["required"] = required as unknown as SpecNode;
  return combined;
}

function aspectsOf({ schema, isNullable, choices }: View): Aspects {
  const types = typesOf(schema).filter((type) => type !== "null");
  const values = valuesOf(schema).filter((value) => value !== null);
  return {
    type: types.toSorted().join(" or ") || (isNull(schema) ? "null" : choices.length > 0 ? "several" : "any"),
    format: schema["format"] === undefined ? "none" : textOf(schema["format"]),
    nullable: isNullable ? "nullable" : "not nullable",
    enum: values.map((value) => JSON.stringify(value)).toSorted().join(", ") || "none", // prettier-ignore
  };
}

function typesOf(schema: SpecNode): string[] {
  if (schema["type"] !== undefined) return [schema["type"]].flat().map(textOf);
  return valuesOf(schema).includes(null) ? ["null"] : [];
}

function valuesOf(schema: SpecNode): unknown[] {
  return Object.hasOwn(schema, "const") ? [schema["const"]] : listOf(schema["enum"]);
}

function childrenOf(place: string, { schema, choices }: View): Part[] {
  const required = listOf(schema["required"]).map(String);
  const properties = new Map<string, unknown>(required.map((name) => [name, {}]));
  for (const [name, property] of Object.entries(objectOf(schema["properties"]))) properties.set(name, property);
  const others = objectOf(schema["additionalProperties"]);
  return [
    ...[...properties].map(([name, property]) => ({
      place: `${place} › ${quoteIfNeeded(name)}`,
      schema: property,
      aspects: { required: required.includes(name) ? "required" : "optional" },
    })),
    ...(Object.keys(others).length > 0 ? [{ place: `${place} › *`, schema: others, aspects: {} }] : []),
    ...(schema["items"] === undefined ? [] : [{ place: `${place}[]`, schema: schema["items"], aspects: {} }]),
    ...choices.map((choice, index) => ({ place: `${place} › choice ${index + 1}`, schema: choice, aspects: {} })),
  ];
}

/** A name with unusual characters is quoted, so that it cannot be confused with another place. */
export function quoteIfNeeded(name: string): string {
  return /^[\w$.-]+$/.test(name) ? name : JSON.stringify(name);
}

export function textOf(value: unknown): string {
  return String(value);
}

export function objectOf(value: unknown): SpecNode {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as SpecNode) : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function problem({ source }: Reading, what: string): UnreadableError {
  return new UnreadableError(`${source} cannot be compared: it ${what}.`);
}
