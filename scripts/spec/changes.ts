import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { isMap, isNode, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import { mergeAllOf } from "./all-of.ts";
import { IMPACTS, type Impact } from "./impact.ts";
import { segmentsOf, type SpecNode } from "./pointer.ts";
import { redocly } from "./redocly.ts";
import { rateForUsers, type RedoclyChange } from "./user-impact.ts";

const CONFIG = fileURLToPath(new URL("../../spec/redocly-diff.yaml", import.meta.url));

export interface SpecChange {
  readonly impact: Exclude<Impact, "none">;
  /** A sentence that describes the change. */
  readonly message: string;
  /** The document that `line` and `pointer` refer to: the base if something was removed. */
  readonly side: "base" | "revision";
  readonly line: number;
  readonly pointer: string;
}

/** Returns the changes from one spec file to another, each with its impact on users, the greatest impact first. */
export async function compareSpecs(base: string, revision: string): Promise<SpecChange[]> {
  const specs = { base: await readSpec(base), revision: await readSpec(revision) };
  const { files, changes } = await runDiff(specs);
  if (changes.length === 0 && !isDeepStrictEqual(specs.base.content, specs.revision.content)) return [UNREPORTED];
  return changes
    .map((change) => describe(change, specs, files.base))
    .toSorted((one, other) => IMPACTS.indexOf(other.impact) - IMPACTS.indexOf(one.impact));
}

interface Spec {
  /** The spec as it is in the file. */
  readonly content: SpecNode;
  /** The spec with each `allOf` merged. `redocly diff` would take a field that moves into an `allOf` for a removed one. */
  readonly merged: Document;
  /** Converts positions in the file to lines. */
  readonly lines: LineCounter;
}

interface Specs {
  readonly base: Spec;
  readonly revision: Spec;
}

async function readSpec(file: string): Promise<Spec> {
  const lines = new LineCounter();
  try {
    const document = parseDocument(await readFile(file, "utf8"), { lineCounter: lines });
    if (document.errors[0]) throw document.errors[0];
    const content = document.toJS() as SpecNode;
    mergeAllOf(document);
    return { content, merged: document, lines };
  } catch (error) {
    throw new Error(`The spec cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function runDiff(specs: Specs): Promise<{ files: { base: string }; changes: RedoclyChange[] }> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  try {
    const [base, revision] = [join(folder, "base.json"), join(folder, "revision.json")];
    await writeFile(base, JSON.stringify(specs.base.merged));
    await writeFile(revision, JSON.stringify(specs.revision.merged));
    const run = await redocly("diff", base, revision, "--config", CONFIG, "--format", "json", "--fail-on", "none");
    if (run.status !== 0) throw new Error(`redocly diff cannot compare the specs.\n\n${run.stdout}${run.stderr}`);
    return JSON.parse(run.stdout) as { files: { base: string }; changes: RedoclyChange[] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `redocly diff` ignores the values of examples and the order of lists, but both end up in the generated files. */
const UNREPORTED: SpecChange = {
  impact: "patch",
  message:
    "The documents differ in a way that redocly diff does not report, such as an example or the order of a list.",
  side: "revision",
  line: 1,
  pointer: "#/",
};

function describe(change: RedoclyChange, specs: Specs, baseFile: string): SpecChange {
  const { impact, reason } = rateForUsers(change, { base: specs.base.content, revision: specs.revision.content });
  const { file, pointer } = change.verdicts[0]?.location ?? change.revision ?? change.base!;
  const side = file === baseFile ? "base" : "revision";
  const description = change.verdicts.map(({ message }) => message).join(" ") || `${describeUnruled(change)}.`;
  return {
    impact,
    message: reason === undefined ? description : `${description.replace(/\.$/, "")}: ${reason}.`,
    side,
    line: lineOf(pointer, specs[side]),
    pointer,
  };
}

/** The line in the file of the part that a pointer into the merged spec points to, or of what contains it. */
function lineOf(pointer: string, { merged, lines }: Spec): number {
  let node: unknown = merged.contents;
  let offset = 0;
  for (const segment of segmentsOf(pointer)) {
    const pair = isMap(node) ? node.items.find(({ key }) => String(key) === segment) : undefined;
    node = isSeq(node) ? node.items[Number(segment)] : pair?.value;
    const start = pair ? pair.key : node;
    if (isNode(start) && start.range) offset = start.range[0];
  }
  return lines.linePos(offset).line;
}

/** Describes a change that no redocly rule has a message for. */
function describeUnruled({ typeName, kind, path, property, base, revision }: RedoclyChange): string {
  if (kind !== "modified") return `${typeName} \`${nameOf(revision?.value ?? base?.value, path)}\` was ${kind}`;
  const from = shortJson(base?.value);
  const to = shortJson(revision?.value);
  if (from !== undefined && to !== undefined) return `\`${property}\` of ${typeName} changed from ${from} to ${to}`;
  return to === undefined ? `\`${property}\` of ${typeName} changed` : `\`${property}\` of ${typeName} became ${to}`;
}

/** The name of a list item comes from its content, any other name is the key in the document. */
function nameOf(value: unknown, path: string): string {
  const key = segmentsOf(path).at(-1)!;
  const isListItem = /^\d{1,2}$/.test(key); // three digits are an HTTP status
  if (!isListItem || typeof value !== "object" || value === null) return key;
  const { name, url } = value as { name?: string; url?: string };
  return name ?? url ?? (Object.keys(value).join(" and ") || "{}");
}

/** The value as JSON if it fits on a line. */
function shortJson(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return text !== undefined && text.length <= 60 ? text : undefined;
}
