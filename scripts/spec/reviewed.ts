import { isMap, isSeq, LineCounter, parseDocument } from "yaml";
import { canDiffer } from "./compare.ts";
import { UnreadableError } from "./document.ts";
import type { Fields } from "./fields.ts";
import { readSource } from "./sources.ts";

/** A difference between what is published and our spec. */
export interface Drift {
  /** Our operationId, method and path if the operation is only published, or `*` for a difference of the whole API. */
  readonly operation: string;
  /** Such as `response 200 › data › email (format)`. */
  readonly place: string;
  readonly published: string;
  readonly ours: string;
}

/** The place of an operation that only one side has. */
export const OPERATION_PLACE = "operation";

/** The place of the difference that a version after ours is published. */
export const NEWER_PLACE = "newer API version";

/** An entry of spec/differences.yaml. It lists a difference for every combination of its operations and places. */
export interface ReviewEntry {
  readonly line: number;
  /** `*` stands for every operation that has the place. */
  readonly operations: readonly string[];
  /** The operations that `*` does not stand for. */
  readonly except: readonly string[];
  readonly places: readonly string[];
  readonly published: string;
  readonly ours: string;
  readonly reason: string;
}

export interface Review {
  readonly unreviewed: readonly Drift[];
  readonly reviewed: readonly ReviewEntry[];
  /** Entries with the differences that they list but that do not exist. */
  readonly stale: readonly { readonly entry: ReviewEntry; readonly missing: readonly Drift[] }[];
}

/** What a comparison covers. */
export interface Scope {
  /** The operations that both sides have, by our operationId, with the published fields and ours. */
  readonly shared: ReadonlyMap<string, readonly [Fields, Fields]>;
  /** All operations of our spec. */
  readonly ours: readonly string[];
  /** Whether operations that only one side has are differences. */
  readonly isComplete: boolean;
  /** Whether several API versions are published. */
  readonly hasVersions: boolean;
}

/** Sorts differences by whether an entry lists them. */
export function review(differences: readonly Drift[], entries: readonly ReviewEntry[], scope: Scope): Review {
  const found = new Set(differences.map(keyOf));
  const listed = entries.map((entry) => {
    const drifts = expand(entry, scope);
    const present = drifts.filter((drift) => found.has(keyOf(drift)));
    const missing = drifts.filter((drift) => !found.has(keyOf(drift)) && isInScope(drift, scope));
    return { entry, present, missing };
  });
  const covered = new Set(listed.flatMap(({ present }) => present.map(keyOf)));
  return {
    unreviewed: differences.filter((drift) => !covered.has(keyOf(drift))),
    reviewed: listed.filter(({ present }) => present.length > 0).map(({ entry }) => entry),
    stale: listed.filter(({ missing }) => missing.length > 0),
  };
}

function expand(entry: ReviewEntry, scope: Scope): Drift[] {
  const { places, published, ours } = entry;
  return places.flatMap((place) =>
    operationsAt(place, entry, scope).map((operation) => ({ operation, place, published, ours })),
  );
}

function operationsAt(place: string, { operations, except }: ReviewEntry, { shared, ours }: Scope): readonly string[] {
  if (!operations.includes("*")) return operations;
  const named = [...shared].filter(([id, sides]) => !except.includes(id) && canDiffer(place, ...sides));
  const unknown = except.filter((id) => !ours.includes(id));
  return named.length > 0 ? [...named.map(([id]) => id), ...unknown] : ["*"];
}

/** Whether the comparison would have found a difference. */
function isInScope({ operation, place }: Drift, { shared, ours, isComplete, hasVersions }: Scope): boolean {
  if (place === NEWER_PLACE) return hasVersions;
  return shared.has(operation) || (isComplete && (place === OPERATION_PLACE || !ours.includes(operation)));
}

function keyOf({ operation, place, published, ours }: Drift): string {
  return JSON.stringify([operation, place, published, ours]);
}

/** Reads spec/differences.yaml. */
export async function readEntries(file: string): Promise<ReviewEntry[]> {
  const lines = new LineCounter();
  const document = parseDocument((await readSource(file)).text, { lineCounter: lines });
  if (document.errors[0])
    throw new UnreadableError(`${file} is not valid YAML: ${document.errors[0].message.split("\n")[0]}`);
  if (document.contents === null) return [];
  if (!isSeq(document.contents)) throw new UnreadableError(`${file} must be a list of entries.`);
  return document.contents.items.map((item) => {
    if (!isMap(item)) throw new UnreadableError(`${file} must be a list of entries.`);
    const { line } = lines.linePos(item.range?.[0] ?? 0);
    return readEntry(file, line, item.toJS(document) as Record<string, unknown>);
  });
}

const KEYS = ["operation", "place", "published", "ours", "reason"];

function readEntry(file: string, line: number, entry: Record<string, unknown>): ReviewEntry {
  const isGiven = (key: string): boolean => [entry[key]].flat().some((text) => text !== null && text !== undefined);
  if (Object.keys(entry).some((key) => ![...KEYS, "except"].includes(key)) || !KEYS.every(isGiven)) {
    throw new UnreadableError(`${file}:${line} must have exactly these keys, each with a value: ${KEYS.join(", ")}.`);
  }
  if (isGiven("except") && entry["operation"] !== "*") {
    throw new UnreadableError(`${file}:${line} must have \`operation: "*"\`, because it has the key \`except\`.`);
  }
  const listOf = (key: string): string[] => [entry[key] ?? []].flat().map(String);
  return {
    line,
    operations: listOf("operation"),
    except: listOf("except"),
    places: listOf("place"),
    published: String(entry["published"]),
    ours: String(entry["ours"]),
    reason: String(entry["reason"]).trim().replaceAll(/\s+/g, " "),
  };
}
