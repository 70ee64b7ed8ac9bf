/**
 * Compares the spec with what the vendor publishes.
 *
 *     npm run spec:drift                          compares with spec/published.json
 *     npm run spec:drift -- <file or URL> ...     compares with OpenAPI documents, the vendor's Markdown pages, or its llms.txt
 *     npm run spec:drift -- --update <file or URL> ...   writes spec/published.json from them first
 *
 * spec/differences.yaml lists the reviewed differences. The exit code is 0 if there are no others, 1 if there are, or if
 * an entry no longer applies, and 2 if a document cannot be read.
 *
 * It does not use `redocly diff`, which judges whether a new version of a document is compatible, not whether two documents
 * are equal. That command reports a change of a shared schema only once, pairs components by similarity, and rates a new
 * operationId as a breaking change.
 */
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as prettier from "prettier";
import { stringify } from "yaml";
import { differencesBetween, newerVersion, type Difference } from "./drift/differences.ts";
import { readPublished, readSpec, type OpenApiDocument } from "./drift/documents.ts";
import { operationsOf, type Operation } from "./drift/operations.ts";
import { readEntries, review, type Entry, type Review } from "./drift/review.ts";
import type { Places } from "./drift/schemas.ts";
import { UnreadableError } from "./drift/sources.ts";
import { structureOf } from "./drift/structure.ts";
import { selectVersion, type Selection } from "./drift/versions.ts";

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
    const { documents, isComplete, skipped } = await readPublished(names.length > 0 ? names : [files.published]);
    const ours = await readSpec(files.spec);
    const selection = selectVersion(documents, ours.version);
    const found = await reviewSelection(selection, { ours, isComplete, differences: files.differences });
    if (isUpdate) await update(selection.documents, isComplete, files.published);
    for (const reason of skipped) console.log(`Skipped a page: ${reason}\n`);
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

interface Context {
  readonly ours: OpenApiDocument;
  readonly isComplete: boolean;
  /** The file of the reviewed differences. */
  readonly differences: string;
}

/** Compares what is published with the spec, and looks the differences up in the list of reviewed ones. */
async function reviewSelection({ documents, newer }: Selection, context: Context): Promise<Review> {
  const { ours: spec, isComplete } = context;
  const theirs = operationsOf(documents);
  const ours = operationsOf([spec]);
  const scope = {
    shared: new Map([...ours].flatMap(([key, our]) => pair(our, theirs.get(key)))),
    ours: [...ours.values()].map(({ id }) => id),
    isComplete,
    hasVersions: newer.length > 0,
  };
  const differences = [
    ...newer.map((version) => newerVersion(version, spec.version)),
    ...differencesBetween(theirs, ours, isComplete),
  ];
  return review(differences, await readEntries(context.differences), scope);
}

function pair(our: Operation, their: Operation | undefined): [string, [Places, Places]][] {
  return their ? [[our.id, [their.places, our.places]]] : [];
}

async function update(documents: readonly OpenApiDocument[], isComplete: boolean, file: string): Promise<void> {
  if (!isComplete) {
    throw new UnreadableError(
      `Pages of single operations cannot replace ${nameOf(file)}. Pass the llms.txt, or a document of all operations.`,
    );
  }
  const text = JSON.stringify(structureOf(documents));
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
    console.log("The spec has no other differences from what the vendor publishes.");
  if (unreviewed.length > 0)
    console.error(`For each difference, correct the spec, or copy it to ${file} and add a \`reason\`.`);
  if (stale.length > 0) console.error(`Correct or remove the entries of ${file} that no longer apply.`);
}

/** Differences that several operations have in common. */
type Group = Omit<Difference, "operation"> & { readonly operations: string[] };

function group(differences: readonly Difference[]): Group[] {
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

function formatEntry({ operations, except, places, published, ours, reason }: Entry): string {
  const names = list(operations) + (except.length > 0 ? ` except ${list(except)}` : "");
  return `  ${names}: ${list(places)}: ${published} (published), ${ours} (ours). ${reason}`;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
