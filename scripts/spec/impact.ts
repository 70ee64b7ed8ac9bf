import { isDeepStrictEqual } from "node:util";
import { compare, NONE, type Difference } from "./compare.ts";
import { TEXT, type Document } from "./document.ts";
import { fieldsOf, NO_ADDITIONAL_FIELDS, NO_KEY, REQUEST_BODY, type Constraints, type Operation } from "./fields.ts";

/** The version bump that a change requires, in ascending order. */
export const IMPACTS = ["none", "patch", "minor", "major"] as const;

export type Impact = (typeof IMPACTS)[number];

export function greatest(impacts: Iterable<Impact>): Impact {
  return IMPACTS[Math.max(0, ...[...impacts].map((impact) => IMPACTS.indexOf(impact)))]!;
}

export function isGreater(impact: Impact, than: Impact): boolean {
  return IMPACTS.indexOf(impact) > IMPACTS.indexOf(than);
}

/** A difference between two specs, and what it means for users. */
export interface Change extends Difference {
  readonly impact: Exclude<Impact, "none">;
  /** The operationId, or `undefined` for the whole API. */
  readonly operation: string | undefined;
  /** The spec that `line` refers to: the base if something was removed. */
  readonly side: "base" | "revision";
  readonly line: number;
}

/** Returns the changes from one spec to another. */
export function changesBetween(base: Document, revision: Document): Change[] {
  const [before, after] = [operationsById(base), operationsById(revision)];
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((id) => {
    const [one, other] = [before.get(id), after.get(id)];
    if (!one || !other) return [changeOfOperation(one, other)];
    return compare(one.fields, other.fields).map((difference) => locate(difference, one, other));
  });
  if (changes.length > 0 || isDeepStrictEqual(base.source, revision.source)) return changes;
  return [{ impact: "patch", operation: undefined, place: "text", side: "revision", line: firstDifference(base.text, revision.text), before: {}, after: {} }]; // prettier-ignore
}

function firstDifference(one: string, other: string): number {
  const lines = one.split("\n");
  return 1 + other.split("\n").findIndex((line, index) => line !== lines[index]);
}

function operationsById(document: Document): Map<string | undefined, Operation> {
  const operations = fieldsOf(document, String(document.source.info?.["version"]));
  return new Map([[undefined, wholeApi(document)], ...operations.map((each) => [each.id, each] as const)]);
}

function changeOfOperation(one: Operation | undefined, other: Operation | undefined): Change {
  const { id, fields, lines } = (other ?? one)!;
  const [impact, side] = one ? (["major", "base"] as const) : (["minor", "revision"] as const);
  const field = fields.get("operation");
  return { impact, operation: id, place: "operation", before: one && field, after: other && field, side, line: lines.get("operation")! }; // prettier-ignore
}

function locate(difference: Difference, one: Operation, other: Operation): Change {
  const { place, constraint = "", after } = difference;
  const side = after && (constraint === "" || Object.hasOwn(after, constraint)) ? "revision" : "base";
  const { lines } = side === "base" ? one : other;
  const line = lines.get(`${place} (${constraint})`) ?? lines.get(place) ?? 1;
  return { ...difference, impact: impactOf(difference), operation: other.fields.has("operation") ? other.id : undefined, side, line }; // prettier-ignore
}

/** What belongs to no operation: servers, keys, and the names that the exported type `components` contains. */
function wholeApi({ source, lineOf }: Document): Operation {
  const fields = new Map<string, Constraints>();
  const lines = new Map<string, number>();
  const add = (place: string, line: number, constraints: Constraints = {}): void => {
    fields.set(place, constraints);
    lines.set(place, line);
  };
  const { servers = [], components = {} } = source;
  if (servers[0]) add("default server", lineOf(servers, 0), { url: servers[0].url });
  servers.forEach(({ url }, index) => add(`server ${url}`, lineOf(servers, index)));
  for (const [kind, named] of Object.entries(components)) {
    for (const [name, component] of Object.entries(named)) {
      const line = lineOf(named, name);
      if (kind === "securitySchemes") add(`key ${name}`, line, constraintsOfKey(component));
      else if (kind !== "examples") add(`components ${kind} › ${name}`, line);
    }
  }
  return { id: "", methodAndPath: "", fields, lines, credentials: new Map() };
}

function constraintsOfKey(scheme: object): Constraints {
  const entries = Object.entries(scheme).filter(([keyword]) => !TEXT.test(keyword));
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, JSON.stringify(value)]));
}

/** A request may accept more, and a response may contain less. The reverse breaks users. */
function impactOf({ place, constraint, before, after }: Difference): Change["impact"] {
  const isResponse = place.startsWith("response ");
  if (constraint !== undefined) {
    const effects = (EFFECTS[constraint] ?? everyChange([]))(before?.[constraint], after?.[constraint], place);
    return effects.includes(isResponse ? "more" : "fewer") ? "major" : "minor";
  }
  if (place.endsWith("[]")) return Boolean(before) === isResponse ? "major" : "minor"; // items restrict a list
  if (place.endsWith(" › *")) return "minor"; // the constraint "additional fields" decides
  if (!after) return "major";
  return !isResponse && after["required"] === "required" ? "major" : "minor";
}

/** Whether a change allows fewer values, more values or both. */
type Effects = readonly ("fewer" | "more")[];
type Rate = (before: string | undefined, after: string | undefined, place: string) => Effects;

const EITHER: Effects = ["fewer", "more"];

function everyChange(effects: Effects): Rate {
  return () => effects;
}

/** A restriction without an order, such as a pattern: another one can allow fewer and more values. */
const restriction: Rate = (before, after) =>
  before === undefined ? ["fewer"] : after === undefined ? ["more"] : EITHER;

const lowerBound: Rate = (before = "-Infinity", after = "-Infinity") => (Number(after) > Number(before) ? ["fewer"] : ["more"]); // prettier-ignore
const upperBound: Rate = (before = "Infinity", after = "Infinity") => (Number(after) < Number(before) ? ["fewer"] : ["more"]); // prettier-ignore

/** Becomes true, such as `uniqueItems`. */
const flag: Rate = (_before, after) => [after === "true" ? "fewer" : "more"];

const values: Rate = (before, after) => lostAndGained(listIn(before), listIn(after));

function listIn(json: string | undefined): unknown[] | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as unknown[]);
}

/** An integer is a number. */
const types: Rate = (before, after) =>
  lostAndGained(typesIn(before), typesIn(after), (type, list) => type === "integer" && list.includes("number"));

function typesIn(text: string | undefined): string[] | undefined {
  return text === "any" ? undefined : text?.split(" or ");
}

/** Compares two lists of what is allowed. Without a list, everything is allowed. */
function lostAndGained<T>(
  before: T[] | undefined,
  after: T[] | undefined,
  isCovered: (value: T, list: T[]) => boolean = () => false,
): Effects {
  if (!before || !after) return [after ? "fewer" : "more"];
  const isIn = (value: T, list: T[]): boolean => list.includes(value) || isCovered(value, list);
  const effects: ("fewer" | "more")[] = [];
  if (before.some((value) => !isIn(value, after))) effects.push("fewer");
  if (after.some((value) => !isIn(value, before))) effects.push("more");
  return effects;
}

/** A media type that is gone affects requests and responses. One that is new affects neither. */
const content: Rate = (before, after) => {
  const lost = before?.split(", ").some((type) => type !== NONE && !after?.split(", ").includes(type));
  return lost ? EITHER : [];
};

/** Every way to authorize a request must still be enough. */
const keys: Rate = (before = NO_KEY, after = NO_KEY) => {
  const alternatives = after.split(", ").map(partsOf);
  const isAccepted = (parts: string[]): boolean =>
    alternatives.some((other) => other.every((key) => parts.includes(key)));
  return before.split(", ").map(partsOf).every(isAccepted) ? [] : ["fewer"];
};

function partsOf(alternative: string): string[] {
  return alternative === NO_KEY ? [] : alternative.split(" + ");
}

const additionalFields: Rate = (before, after) => {
  const [from, to] = [before, after].map((value) => ["of a schema", NO_ADDITIONAL_FIELDS].indexOf(value ?? "")) as [number, number]; // prettier-ignore
  if (from === to) return [];
  return [to > from ? "fewer" : "more"];
};

const EFFECTS: Readonly<Record<string, Rate>> = {
  "method and path": everyChange(EITHER),
  accepted: keys,
  url: everyChange(EITHER),
  required: (_before, after) => [after === "required" ? "fewer" : "more"],
  nullable: (_before, after) => [after === undefined ? "fewer" : "more"],
  type: types,
  enum: values,
  content,
  readOnly: (_before, after, place) => (after === "true" && place.startsWith(REQUEST_BODY) ? ["fewer"] : []),
  writeOnly: (_before, after, place) => (after === "true" && place.startsWith("response ") ? ["more"] : []),
  "additional fields": additionalFields,
  ...rates(lowerBound, "minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum"),
  ...rates(upperBound, "maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum"),
  ...rates(restriction, "format", "pattern", "multipleOf", "exclusive", "contentEncoding", "contentMediaType", "contains", "propertyNames", "prefixItems", "dependentSchemas", "dependentRequired", "unevaluatedItems", "unevaluatedProperties"), // prettier-ignore
  ...rates(flag, "uniqueItems"),
  // How a parameter or a key is sent
  ...rates(everyChange(EITHER), "style", "explode", "allowReserved", "allowEmptyValue", "in", "scheme", "bearerFormat", "openIdConnectUrl"), // prettier-ignore
};

function rates(rate: Rate, ...names: string[]): Record<string, Rate> {
  return Object.fromEntries(names.map((name) => [name, rate]));
}
