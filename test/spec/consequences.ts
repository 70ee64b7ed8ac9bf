import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { generate, write } from "../../scripts/generate.ts";
import { GenerationError } from "../../scripts/spec/generation-error.ts";
import type { Impact } from "../../scripts/spec/impact.ts";
import { compareSpecs } from "../../scripts/spec/changes.ts";
import { verdictOf } from "../../scripts/spec/diff.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = join(ROOT, "spec/openapi.yaml");
const SOURCES = ["src", "test/facts.ts", "test/types/operations.test-d.ts"];
const COMPILER = join(ROOT, "node_modules/typescript-7/bin/tsc");

/** Any part of an OpenAPI document, open to change. */
export interface Node {
  [name: string]: Node;
}

/** A change of the parsed spec. */
export type Edit = (spec: Node) => void;

/** A change of the spec, parsed or as text. */
export type Mutation = Edit | { readonly text: (spec: string) => string };

/** What a change of the spec leads to. */
export interface Consequences {
  readonly verdict: Impact;
  /** Why nothing was generated; the rules of the lint that refused the spec come first, one a line. */
  readonly refusal?: string;
  /** What the type tests name, such as `"listPartnerUsers: query"`. */
  readonly named?: readonly string[];
  /** The files of the façade that no longer compile. */
  readonly broken?: readonly string[];
}

/** A change of the spec, and what the spec is before that where it is not the one of the repository. */
export interface Change {
  readonly change: Mutation;
  readonly before?: Mutation;
}

/** How many changes are worked on at once. */
const AT_ONCE = 4;

/**
 * For each change: changes a copy of the spec, compares it with the one before, generates from it, and compiles façade
 * and type tests. The compiler runs once for all of them, since most of its time goes into reading libraries.
 */
export async function consequencesOf(changes: readonly Change[]): Promise<Consequences[]> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  try {
    await copyProject(folder);
    const told: Omit<Consequences, "named" | "broken">[] = [];
    for (let first = 0; first < changes.length; first += AT_ONCE) {
      const few = changes.slice(first, first + AT_ONCE);
      told.push(...(await Promise.all(few.map((change, index) => tell(change, join(folder, String(first + index)))))));
    }
    const generated = [...told.keys()].filter((index) => told[index]!.refusal === undefined);
    const errors = await compile(folder, generated);
    return told.map((each, index) => ({ ...each, ...(generated.includes(index) && read(errors, index)) }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the tools say of a change; `generated/` is left in the folder beside a copy of the façade. */
async function tell({ change, before }: Change, folder: string): Promise<Omit<Consequences, "named" | "broken">> {
  for (const name of SOURCES) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  const original = await readFile(SPEC, "utf8");
  const base = before ? mutate(original, before) : original;
  const revision = mutate(base, change);
  const [from, to] = [join(folder, "base.yaml"), join(folder, "openapi.yaml")];
  await Promise.all([writeFile(from, base), writeFile(to, revision)]);
  const [found, refusal] = await Promise.all([compareSpecs(from, to), generateInto(join(folder, "generated"), to)]);
  return { verdict: verdictOf(found), ...(refusal !== undefined && { refusal }) };
}

function mutate(text: string, change: Mutation): string {
  if (typeof change !== "function") return change.text(text);
  const document = parse(text) as Node;
  change(document);
  return stringify(document, { aliasDuplicateObjects: false });
}

/** Gives the refusal when nothing can be generated. */
async function generateInto(folder: string, spec: string): Promise<string | undefined> {
  try {
    await write(await generate(spec), folder);
    return undefined;
  } catch (error) {
    if (error instanceof GenerationError) return error.message;
    throw error;
  }
}

async function copyProject(folder: string): Promise<void> {
  for (const name of ["package.json", "tsconfig.json"]) await cp(join(ROOT, name), join(folder, name));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
}

/** The compiler's errors in the façade and the type tests of each of the numbered folders. */
async function compile(folder: string, numbers: readonly number[]): Promise<string> {
  const files = numbers.flatMap((number) => [`${number}/src/index.ts`, `${number}/test/types/operations.test-d.ts`]);
  const project = { extends: "./tsconfig.json", compilerOptions: { noErrorTruncation: true }, files, include: [] };
  await writeFile(join(folder, "tsconfig.spec.json"), JSON.stringify(project));
  return new Promise((resolve) => {
    const options = { cwd: folder, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [COMPILER, "-p", "tsconfig.spec.json"], options, (_error, errors) => resolve(errors));
  });
}

/** What the errors say about one of the folders. An error begins with its file; lines that go on with it are indented. */
function read(errors: string, number: number): Pick<Consequences, "named" | "broken"> {
  const own = errors.split(/^(?=\S)/m).filter((error) => error.startsWith(`${number}/`));
  const find = (pattern: RegExp): string[] =>
    [...new Set(own.flatMap((error) => [...error.matchAll(pattern)].map(([, name]) => name!)))].toSorted();
  return { named: find(/"(\w+: [\w ]+)"/g), broken: find(/^\d+\/(src\/[\w/]+\.ts)\(/g) };
}
