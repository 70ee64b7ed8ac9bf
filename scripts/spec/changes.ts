import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { IMPACTS, type Impact } from "./impact.ts";
import { segmentsOf, type SpecNode } from "./pointer.ts";
import { redocly } from "./redocly.ts";
import { rateForUsers, type ComparedSpecs, type RedoclyChange } from "./user-impact.ts";

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
  const run = await redocly("diff", base, revision, "--config", CONFIG, "--format", "json", "--fail-on", "none");
  if (run.status !== 0) throw new Error(`redocly diff cannot compare the specs.\n\n${run.stdout}${run.stderr}`);
  const { files, changes } = JSON.parse(run.stdout) as { files: { base: string }; changes: RedoclyChange[] };
  if (changes.length === 0 && !isDeepStrictEqual(specs.base, specs.revision)) return [UNREPORTED];
  return changes
    .map((change) => describe(change, specs, files.base))
    .toSorted((one, other) => IMPACTS.indexOf(other.impact) - IMPACTS.indexOf(one.impact));
}

async function readSpec(file: string): Promise<SpecNode> {
  try {
    return parse(await readFile(file, "utf8")) as SpecNode;
  } catch (error) {
    throw new Error(`The spec cannot be read: ${(error as Error).message}`, { cause: error });
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

function describe(change: RedoclyChange, specs: ComparedSpecs, baseFile: string): SpecChange {
  const { impact, reason } = rateForUsers(change, specs);
  const { file, line, pointer } = change.verdicts[0]?.location ?? change.revision ?? change.base!;
  const description = change.verdicts.map(({ message }) => message).join(" ") || `${describeUnruled(change)}.`;
  return {
    impact,
    message: reason === undefined ? description : `${description.replace(/\.$/, "")}: ${reason}.`,
    side: file === baseFile ? "base" : "revision",
    line,
    pointer,
  };
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
