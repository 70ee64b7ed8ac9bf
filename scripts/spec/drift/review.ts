import { isDeepStrictEqual } from "node:util";
import { isMap, isSeq, LineCounter, parseDocument } from "yaml";
import { isAboutVersions, OPERATION_PLACE, type Difference } from "./differences.ts";
import { readSource, UnreadableError } from "./sources.ts";

/** An entry of spec/differences.yaml. It lists a difference for every combination of its operations and places. */
export interface Entry {
  readonly line: number;
  /** `*` stands for every operation that has the difference, of which there must be one. */
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
  /** The operations that both sides have. */
  readonly shared: readonly string[];
  /** All operations of our spec. */
  readonly ours: readonly string[];
  /** Whether operations that only one side has are differences. */
  readonly isComplete: boolean;
  /** Whether several API versions are published. */
  readonly hasVersions: boolean;
}

/** Sorts differences by whether an entry lists them. */
export function review(differences: readonly Difference[], entries: readonly Entry[], scope: Scope): Review {
  const listed = entries.map((entry) => {
    const all = listedBy(entry);
    const included = differences.filter(({ operation }) => !entry.except.includes(operation));
    const present = included.filter((difference) => all.some((each) => isListed(difference, each)));
    const absent = all.filter((each) => !present.some((difference) => isListed(difference, each)));
    const unknown = listedBy({ ...entry, operations: entry.except.filter((name) => !scope.ours.includes(name)) });
    return { entry, present, missing: [...absent, ...unknown].filter((difference) => isInScope(difference, scope)) };
  });
  const covered = new Set(listed.flatMap(({ present }) => present));
  return {
    unreviewed: differences.filter((difference) => !covered.has(difference)),
    reviewed: listed.filter(({ present }) => present.length > 0).map(({ entry }) => entry),
    stale: listed.filter(({ missing }) => missing.length > 0),
  };
}

function listedBy({ operations, places, published, ours }: Entry): Difference[] {
  return operations.flatMap((operation) => places.map((place) => ({ operation, place, published, ours })));
}

/** The values must be the same, even if the entry is about every operation. */
function isListed({ operation, ...found }: Difference, { operation: listed, ...wanted }: Difference): boolean {
  return (listed === "*" || listed === operation) && isDeepStrictEqual(found, wanted);
}

/** Whether the comparison would have found a difference. */
function isInScope(difference: Difference, { shared, ours, isComplete, hasVersions }: Scope): boolean {
  const { operation, place } = difference;
  if (isAboutVersions(difference)) return hasVersions;
  return shared.includes(operation) || (isComplete && (place === OPERATION_PLACE || !ours.includes(operation)));
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
