import { isDeepStrictEqual } from "node:util";
import { compareFields, type Difference } from "./compare.ts";
import { constraintNamed } from "./constraints.ts";
import { TEXT, type Document } from "./document.ts";
import { addField, fieldsOf, type CollectedFields, type Constraints, type Fields, type Operation } from "./fields.ts";

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
    return compareFields(one.fields, other.fields).map((difference) => ({
      ...difference,
      impact: impactOf(difference),
      operation: id,
      ...locate(difference, one, other),
    }));
  });
  if (changes.length > 0 || isDeepStrictEqual(base.source, revision.source)) return changes;
  return [changeOfText(base, revision)];
}

/** No operation differs, but something else does. */
function changeOfText(base: Document, revision: Document): Change {
  const line = firstDifference(base.text, revision.text);
  const place = isDeepStrictEqual(base.source.webhooks, revision.source.webhooks) ? "text" : "webhooks";
  return { impact: "patch", operation: undefined, place, side: "revision", line, before: {}, after: {} };
}

function firstDifference(one: string, other: string): number {
  const lines = one.split("\n");
  return 1 + other.split("\n").findIndex((line, index) => line !== lines[index]);
}

function operationsById(document: Document): Map<string | undefined, Operation> {
  const operations = fieldsOf(document, String(document.source.info?.["version"]));
  const byId = operations.map((each) => [each.id, { ...each, fields: withoutUnsent(each.fields) }] as const);
  return new Map<string | undefined, Operation>([[undefined, wholeApi(document)], ...byId]);
}

/** Requests need no read-only fields, and responses no write-only fields, even if the schema requires them. */
function withoutUnsent(fields: Fields): Fields {
  const changed = [...fields].map(([place, constraints]): [string, Constraints] => {
    const isUnsent = constraints[place.startsWith("response ") ? "writeOnly" : "readOnly"] === "true";
    return [place, isUnsent && constraints["required"] ? { ...constraints, required: "optional" } : constraints];
  });
  return new Map(changed);
}

function changeOfOperation(one: Operation | undefined, other: Operation | undefined): Change {
  const { id, fields, lines } = (other ?? one)!;
  const field = fields.get("operation");
  const change = { operation: id, place: "operation", line: lines.get("operation")! };
  return one
    ? { ...change, impact: "major", side: "base", before: field, after: undefined }
    : { ...change, impact: "minor", side: "revision", before: undefined, after: field };
}

/** A constraint is located where it is written now, or where it was. Otherwise the line is that of the field. */
function locate(
  { place, constraint, after }: Difference,
  one: Operation,
  other: Operation,
): Pick<Change, "side" | "line"> {
  const written = constraint === undefined ? place : `${place} (${constraint})`;
  const found = [other, one].find(({ lines }) => lines.has(written)) ?? (after ? other : one);
  const line = found.lines.get(written) ?? found.lines.get(place) ?? 1;
  return { side: found === other ? "revision" : "base", line };
}

/** What belongs to no operation: servers, keys, and the names that the exported type `components` contains. */
function wholeApi(document: Document): Operation {
  const { source, lineOf } = document;
  const collected: CollectedFields = { document, fields: new Map(), lines: new Map() };
  const { servers = [], components = {} } = source;
  servers.forEach((server, index) => {
    const { url } = server;
    if (index === 0) addField(collected, "default server", lineOf(servers, index), { url }, server);
    else addField(collected, `server ${url}`, lineOf(servers, index), {});
  });
  for (const [kind, named] of Object.entries(components)) {
    for (const [name, component] of Object.entries(named)) {
      const line = lineOf(named, name);
      if (kind === "securitySchemes") addField(collected, `key ${name}`, line, constraintsOfKey(component), component);
      else if (kind !== "examples") addField(collected, `components ${kind} › ${name}`, line, {});
    }
  }
  return { id: "", methodAndPath: "", ...collected, credentials: new Map() };
}

function constraintsOfKey(scheme: object): Constraints {
  const entries = Object.entries(scheme).filter(([keyword]) => !TEXT.test(keyword));
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, JSON.stringify(value)]));
}

/** A request may accept more, and a response may contain less. The reverse breaks users. */
function impactOf({ place, constraint, before, after }: Difference): Change["impact"] {
  const isResponse = place.startsWith("response ");
  if (constraint !== undefined) {
    const effects = constraintNamed(constraint).effects(before?.[constraint], after?.[constraint], place);
    return effects.includes(isResponse ? "more" : "fewer") ? "major" : "minor";
  }
  if (place.endsWith("[]")) return Boolean(before) === isResponse ? "major" : "minor"; // items restrict a list
  if (place.endsWith(" › *")) return "minor"; // the constraint "additional fields" decides
  if (!after) return "major";
  return !isResponse && after["required"] === "required" ? "major" : "minor";
}
