/**
 * Compares the spec with what Polytomic publishes.
 *
 *     npm run spec:drift                          compares with spec/published.json
 *     npm run spec:drift -- <file or URL> ...     compares with OpenAPI documents, Polytomic's Markdown pages, or its llms.txt
 *     npm run spec:drift -- --update <file or URL> ...   writes spec/published.json from them first
 *
 * spec/differences.yaml lists the reviewed differences. The exit code is 0 if there are no others, 1 if there are, or if
 * an entry no longer applies, and 2 if a document cannot be read.
 */
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as prettier from "prettier";
import { stringify } from "yaml";
import { compareFields, valueOf } from "./compare.ts";
import { NONE } from "./constraints.ts";
import { UnreadableError } from "./document.ts";
import { combine, readOurs, readPublished, toFieldList, type Api, type Description } from "./published.ts";
import {
  NEWER_PLACE,
  OPERATION_PLACE,
  readEntries,
  review,
  type Drift,
  type ReviewEntry,
  type Review,
} from "./reviewed.ts";

/** The files of a project. */
export interface Files {
  readonly spec: string;
  readonly published: string;
  readonly differences: string;
}

const FOLDER = fileURLToPath(new URL("../../spec", import.meta.url));
const FILES: Files = {
  spec: join(FOLDER, "openapi.yaml"),
  published: join(FOLDER, "published.json"),
  differences: join(FOLDER, "differences.yaml"),
};

/** Runs the program, and returns its exit code. */
export async function main(args: string[], files: Files = FILES): Promise<number> {
  try {
    const { isUpdate, names } = readArguments(args);
    const published = await readPublished(names.length > 0 ? names : [files.published]);
    const ours = await readOurs(files.spec);
    const selection = selectVersion(published.descriptions, ours.version);
    const found = await reviewSelection(selection, { ours, isComplete: published.isComplete, file: files.differences });
    if (isUpdate) await update(selection.descriptions, published.isComplete, files.published);
    for (const reason of published.skipped) console.log(`Skipped a page: ${reason}\n`);
    print(found, nameOf(files.differences));
    return found.unreviewed.length + found.stale.length > 0 ? 1 : 0;
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

function readArguments(args: string[]): { isUpdate: boolean; names: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { update: { type: "boolean", default: false } },
    });
    return { isUpdate: values.update, names: positionals };
  } catch {
    // The message of parseArgs repeats the argument, which can contain a key.
    throw new UnreadableError("Invalid arguments. Valid options: --update. Anything else is a file or a URL.");
  }
}

interface Selection {
  /** Those of one API version. */
  readonly descriptions: readonly Description[];
  /** The other versions that are not older than ours. */
  readonly newer: readonly string[];
}

/**
 * Selects our API version, or the newest if ours is not published. Versions without a date in them are the last to be
 * chosen, and never older than ours.
 */
function selectVersion(descriptions: readonly Description[], ours: string): Selection {
  const versions = [...new Set(descriptions.map(({ version }) => version))];
  const newest = versions.toSorted((one, other) => (dateIn(one) < dateIn(other) ? 1 : -1))[0];
  const selected = versions.includes(ours) ? ours : newest;
  const isOlder = (version: string): boolean => dateIn(version) !== "" && dateIn(version) < dateIn(ours);
  return {
    descriptions: descriptions.filter(({ version }) => version === selected),
    newer: versions.filter((version) => version !== selected && !isOlder(version)),
  };
}

function dateIn(version: string): string {
  return /\d{4}-\d\d-\d\d/.exec(version)?.[0] ?? "";
}

interface Context {
  readonly ours: Description;
  readonly isComplete: boolean;
  /** The file of the reviewed differences. */
  readonly file: string;
}

/** Compares what is published with the spec, and looks the differences up in the list of reviewed ones. */
async function reviewSelection({ descriptions, newer }: Selection, context: Context): Promise<Review> {
  const { ours: spec, isComplete, file } = context;
  const [theirs, ours] = [combine(descriptions), combine([spec])];
  const shared = [...ours].flatMap(([key, our]) => {
    const their = theirs.get(key);
    return their ? [[our.id, [their.fields, our.fields]] as const] : [];
  });
  const drifts = [
    ...newer.map((published) => ({ operation: "*", place: NEWER_PLACE, published, ours: spec.version })),
    ...driftsBetween(theirs, ours, isComplete),
  ];
  return review(drifts, await readEntries(file), {
    shared: new Map(shared),
    ours: [...ours.values()].map(({ id }) => id),
    isComplete,
    hasVersions: newer.length > 0,
  });
}

/** In both directions. Unless the published documents are complete, operations that only our spec has are not compared. */
function driftsBetween(published: Api, ours: Api, isComplete: boolean): Drift[] {
  return [...new Set([...published.keys(), ...ours.keys()])].flatMap((key): Drift[] => {
    const [theirs, our] = [published.get(key), ours.get(key)];
    if (theirs && our) {
      return compareFields(theirs.fields, our.fields).map(({ place, constraint, before, after }) => ({
        operation: our.id,
        place: constraint === undefined ? place : `${place} (${constraint})`,
        published: valueOf({ constraint }, before),
        ours: valueOf({ constraint }, after),
      }));
    }
    if (!theirs && !isComplete) return [];
    const [theirName = NONE, ourName = NONE] = [theirs?.methodAndPath, our?.methodAndPath];
    return [{ operation: our?.id ?? theirName, place: OPERATION_PLACE, published: theirName, ours: ourName }];
  });
}

async function update(descriptions: readonly Description[], isComplete: boolean, file: string): Promise<void> {
  if (!isComplete) {
    throw new UnreadableError(
      `Pages of single operations cannot replace ${nameOf(file)}. Pass the llms.txt, or a document of all operations.`,
    );
  }
  const text = JSON.stringify(toFieldList(descriptions));
  const options = await prettier.resolveConfig(FILES.published);
  await writeFile(file, await prettier.format(text, { ...options, parser: "json", objectWrap: "collapse" }));
  console.log(`Wrote ${nameOf(file)}.\n`);
}

const nameOf = (file: string): string => relative(process.cwd(), file).replaceAll("\\", "/");

function print({ reviewed, unreviewed, stale }: Review, file: string): void {
  if (reviewed.length > 0) console.log(`Reviewed differences (${file}):\n\n${reviewed.map(formatEntry).join("\n")}\n`);
  for (const { entry, missing } of stale) {
    const where = missing.map(({ operation, place }) => `  ${operation}: ${place}`).join("\n");
    console.log(
      `${file}:${entry.line} no longer applies. These differences do not exist:\n\n${where}\n\n${formatEntry(entry)}\n`,
    );
  }
  if (unreviewed.length > 0)
    console.log(`Differences that are not reviewed:\n\n${group(unreviewed).map(formatDifference).join("\n")}`);
  if (unreviewed.length + stale.length === 0)
    console.log("The spec has no other differences from what Polytomic publishes.");
  if (unreviewed.length > 0)
    console.error(`For each difference, correct the spec, or copy it to ${file} and add a \`reason\`.`);
  if (stale.length > 0) console.error(`Correct or remove the entries of ${file} that no longer apply.`);
}

/** Differences that several operations have in common. */
type Group = Omit<Drift, "operation"> & { readonly operations: string[] };

function group(differences: readonly Drift[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { operation, ...rest } of differences) {
    const key = JSON.stringify(rest);
    groups.set(key, { ...rest, operations: [...(groups.get(key)?.operations ?? []), operation] });
  }
  return [...groups.values()];
}

/** In the form of an entry, so that it can be copied. */
function formatDifference({ operations, place, published, ours }: Group): string {
  const values = Object.entries({ place, published, ours }).map(([key, value]) => `  ${key}: ${scalar(value)}`);
  return [`- operation: ${list(operations.map(scalar))}`, ...values, ""].join("\n");
}

/** A text as it is written in YAML, in quotes if necessary. */
function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}

function list(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `[${names.join(", ")}]`;
}

function formatEntry({ operations, except, places, published, ours, reason }: ReviewEntry): string {
  const names = list(operations) + (except.length > 0 ? ` except ${list(except)}` : "");
  return `  ${names}: ${list(places)}: ${published} (published), ${ours} (ours). ${reason}`;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
