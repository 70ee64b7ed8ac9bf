import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { Impact } from "./impact.ts";
import { componentsOf } from "./reach.ts";
import { redocly } from "./redocly.ts";
import { rateForUsers, type Compared, type RedoclyChange } from "./user-impact.ts";

const CONFIG = fileURLToPath(new URL("../../spec/redocly-diff.yaml", import.meta.url));

export interface SpecChange {
  readonly impact: Exclude<Impact, "none">;
  /** What changed, in a sentence. */
  readonly message: string;
  /** Which of the two documents the place is in: something that was removed has its place in the base. */
  readonly side: "base" | "revision";
  readonly line: number;
  readonly pointer: string;
}

/** The changes from one spec to another, each with its impact on users, the greatest first. */
export async function compareSpecs(base: string, revision: string): Promise<SpecChange[]> {
  const [before, after] = await Promise.all([readDocument(base), readDocument(revision)]);
  const run = await redocly("diff", base, revision, "--config", CONFIG, "--format", "json", "--fail-on", "none");
  if (run.status !== 0) throw new Error(`redocly diff cannot compare the specs.\n\n${run.stdout}${run.stderr}`);
  const { files, changes } = JSON.parse(run.stdout) as { files: { base: string }; changes: RedoclyChange[] };
  const compared = {
    defaultServerChanged: firstServer(before) !== firstServer(after),
    inRequests: componentsOf(after, "requestBody"),
    inAnswers: componentsOf(after, "responses"),
  };
  const rated = changes.map((change) => describe(change, compared, files.base));
  if (rated.length === 0 && !isDeepStrictEqual(before, after)) return [unlisted()];
  const order = ["major", "minor", "patch"];
  return rated.toSorted((a, b) => order.indexOf(a.impact) - order.indexOf(b.impact));
}

interface Document {
  readonly servers?: readonly { readonly url?: string }[];
}

async function readDocument(file: string): Promise<Document> {
  try {
    return parse(await readFile(file, "utf8")) as Document;
  } catch (error) {
    throw new Error(`The spec cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function firstServer({ servers }: Document): string | undefined {
  return servers?.[0]?.url;
}

function describe(change: RedoclyChange, compared: Compared, baseFile: string): SpecChange {
  const { impact, because } = rateForUsers(change, compared);
  const { file, line, pointer } = change.verdicts[0]?.location ?? change.revision ?? change.base!;
  const said = change.verdicts.map(({ message }) => message).join(" ") || `${sentence(change)}.`;
  return {
    impact,
    message: because === undefined ? said : `${said.replace(/\.$/, "")}: ${because}.`,
    side: file === baseFile ? "base" : "revision",
    line,
    pointer,
  };
}

/** What changed, where redocly has no rule that says it. */
function sentence({ typeName, kind, path, property, base, revision }: RedoclyChange): string {
  if (kind !== "modified") return `${typeName} \`${nameOf(revision?.value ?? base?.value, path)}\` was ${kind}`;
  const from = short(base?.value);
  const to = short(revision?.value);
  if (from !== undefined && to !== undefined) return `\`${property}\` of ${typeName} changed from ${from} to ${to}`;
  return to === undefined ? `\`${property}\` of ${typeName} changed` : `\`${property}\` of ${typeName} became ${to}`;
}

/** What people call a part of the document: an item of a list is called by what is in it, all else by its key. */
function nameOf(value: unknown, path: string): string {
  const key = readable(path).split(" › ").at(-1)!;
  if (!/^\d{1,2}$/.test(key) || typeof value !== "object" || value === null) return key; // three digits are a status
  const { name, url } = value as { name?: string; url?: string };
  return name ?? url ?? (Object.keys(value).join(" and ") || "{}");
}

/** A value that fits on a line. */
function short(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return text !== undefined && text.length <= 60 ? text : undefined;
}

/** Values of examples and orders of lists, which redocly does not compare, reach the generated files all the same. */
function unlisted(): SpecChange {
  const message =
    "The documents differ in something that redocly diff does not compare, such as an example or an order.";
  return { impact: "patch", message, side: "revision", line: 1, pointer: "#/" };
}

/** A JSON pointer in a form that shows where a path of the API ends. */
export function readable(pointer: string): string {
  const names = pointer.split("/").slice(1);
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~")).join(" › ") || "the whole document";
}
