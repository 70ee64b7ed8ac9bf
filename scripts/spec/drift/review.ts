import { isMap, isSeq, LineCounter, parseDocument } from "yaml";
import { canDiffer, isAboutVersions, OPERATION_PLACE, type Difference } from "./differences.ts";
import type { Places } from "./schemas.ts";
import { readSource, UnreadableError } from "./sources.ts";

/** An entry of spec/differences.yaml. It lists a difference for every combination of its operations and places. */
export interface Entry {
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
  readonly unreviewed: readonly Difference[];
  readonly reviewed: readonly Entry[];
  /** Entries with the differences that they list but that do not exist. */
  readonly stale: readonly { readonly entry: Entry; readonly missing: readonly Difference[] }[];
}

/** What a comparison covers. */
export interface Scope {
  /** The operations that both sides have, by our operationId, with the published places and ours. */
  readonly shared: ReadonlyMap<string, readonly [Places, Places]>;
  /** All operations of our spec. */
  readonly ours: readonly string[];
  /** Whether operations that only one side has are differences. */
  readonly isComplete: boolean;
  /** Whether several API versions are published. */
  readonly hasVersions: boolean;
}

/** Sorts differences by whether an entry lists them. */
export function review(differences: readonly Difference[], entries: readonly Entry[], scope: Scope): Review {
  const found = new Set(differences.map(keyOf));
  const listed = entries.map((entry) => {
    const [present, absent] = partition(expand(entry, scope), (difference) => found.has(keyOf(difference)));
    return { entry, present, missing: absent.filter((difference) => isInScope(difference, scope)) };
  });
  const covered = new Set(listed.flatMap(({ present }) => present.map(keyOf)));
  return {
    unreviewed: differences.filter((difference) => !covered.has(keyOf(difference))),
    reviewed: listed.filter(({ present }) => present.length > 0).map(({ entry }) => entry),
    stale: listed.filter(({ missing }) => missing.length > 0),
  };
}

function expand(entry: Entry, scope: Scope): Difference[] {
  const { places, published, ours } = entry;
  return places.flatMap((place) =>
    operationsAt(place, entry, scope).map((operation) => ({ operation, place, published, ours })),
  );
}

function operationsAt(place: string, { operations, except }: Entry, { shared, ours }: Scope): readonly string[] {
  if (!operations.includes("*")) return operations;
  const named = [...shared].filter(([id, sides]) => !except.includes(id) && canDiffer(place, sides)).map(([id]) => id);
  const unknown = except.filter((id) => !ours.includes(id));
  return named.length > 0 ? [...named, ...unknown] : ["*"];
}

/** Whether the comparison would have found a difference. */
function isInScope(difference: Difference, { shared, ours, isComplete, hasVersions }: Scope): boolean {
  const { operation, place } = difference;
  if (isAboutVersions(difference)) return hasVersions;
  return shared.has(operation) || (isComplete && (place === OPERATION_PLACE || !ours.includes(operation)));
}

function partition<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

function keyOf({ operation, place, published, ours }: Difference): string {
  return JSON.stringify([operation, place, published, ours]);
}

/** Reads spec/differences.yaml. */
export async function readEntries(file: string): Promise<Entry[]> {
  const lines = new LineCounter();
  const document = parseDocument((await readSource(file)).text, { lineCounter: lines });
  if (document.errors[0])
    throw new UnreadableError(`${file} is not valid YAML: ${document.errors[0].message.split("\n")[0]}`);
  if (document.contents === null) return [];
  if (!isSeq(document.contents)) throw new UnreadableError(`${file} must be a list of entries.`);
  return document.contents.items.map((item) => {
    if (!isMap(item)) throw new UnreadableError(`${file} must be a list of entries.`);
    const { line } = lines.linePos(item.range?.[0] ?? 0);
    return checked(file, line, item.toJS(document) as Record<string, unknown>);
  });
}

const KEYS = ["operation", "place", "published", "ours", "reason"];

function checked(file: string, line: number, entry: Record<string, unknown>): Entry {
  const keys = Object.keys(entry);
  const isText = (value: unknown): boolean => [value].flat().some((text) => text !== null && text !== undefined);
  if (keys.some((key) => ![...KEYS, "except"].includes(key)) || KEYS.some((key) => !isText(entry[key]))) {
    throw new UnreadableError(`${file}:${line} must have exactly these keys, each with a value: ${KEYS.join(", ")}.`);
  }
  if (isText(entry["except"]) && entry["operation"] !== "*") {
    throw new UnreadableError(`${file}:${line} must have \`operation: "*"\`, because it has the key \`except\`.`);
  }
  return {
    line,
    operations: [entry["operation"]].flat().map(String),
    except: [entry["except"] ?? []].flat().map(String),
    places: [entry["place"]].flat().map(String),
    published: String(entry["published"]),
    ours: String(entry["ours"]),
    reason: String(entry["reason"]).trim().replaceAll(/\s+/g, " "),
  };
}
