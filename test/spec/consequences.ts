import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { generate, write } from "../../scripts/generate.ts";
import { compareSpecs } from "../../scripts/spec/changes.ts";
import { GenerationError } from "../../scripts/spec/contract.ts";
import { verdictOf } from "../../scripts/spec/diff.ts";
import type { Impact } from "../../scripts/spec/impact.ts";
import { applyEdit, type Edit } from "./edits.ts";

vi.mock(import("../../scripts/spec/redocly.ts"), () => import("./warm-redocly.ts"));

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = join(ROOT, "spec/openapi.yaml");
const SOURCES = ["src", "test/facts.ts", "test/types/operations.test-d.ts"];
const COMPILER = join(ROOT, "node_modules/typescript-7/bin/tsc");

/** How many changes are processed at the same time: enough to keep redocly and the generator busy. */
const CONCURRENCY = 4;

/** The consequences of a change of the spec. */
export interface Consequences {
  readonly verdict: Impact;
  /** Why nothing was generated, with the rules of the lint that the spec violates. */
  readonly refusal?: string;
  /** What the type tests name, such as `"listPartnerUsers: query"`. */
  readonly named?: readonly string[];
  /** The files of the façade that no longer compile. */
  readonly broken?: readonly string[];
}

export interface Change {
  readonly change: Edit;
  /** An edit that prepares the spec for the change. */
  readonly before?: Edit;
}

/**
 * Applies each change to a copy of the spec, compares it with the original, generates from it, and compiles the façade
 * and the type tests. The compiler runs once for all changes, since it spends most of its time on reading libraries.
 */
export async function consequencesOf(changes: readonly Change[]): Promise<Consequences[]> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  try {
    await copyProject(folder);
    const results: Consequences[] = [];
    const queue = changes.entries();
    const work = async (): Promise<void> => {
      for (const [index, change] of queue) results[index] = await processChange(change, join(folder, String(index)));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    const generated = [...results.keys()].filter((index) => results[index]!.refusal === undefined);
    const errors = await compile(folder, generated);
    return results.map((result, index) => ({ ...result, ...(generated.includes(index) && read(errors, index)) }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function copyProject(folder: string): Promise<void> {
  for (const name of ["package.json", "tsconfig.json"]) await cp(join(ROOT, name), join(folder, name));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
}

/** Compares and generates. Leaves `generated/` in the folder, next to a copy of the façade. */
async function processChange({ change, before }: Change, folder: string): Promise<Consequences> {
  const original = await readFile(SPEC, "utf8");
  const base = before ? applyEdit(original, before) : original;
  await mkdir(folder);
  const [from, to] = [join(folder, "base.yaml"), join(folder, "openapi.yaml")];
  await Promise.all([writeFile(from, base), writeFile(to, applyEdit(base, change))]);
  const verdict = verdictOf(await compareSpecs(from, to));
  try {
    await write(await generate(to), join(folder, "generated"));
    for (const name of SOURCES) await cp(join(ROOT, name), join(folder, name), { recursive: true });
    return { verdict };
  } catch (error) {
    if (error instanceof GenerationError) return { verdict, refusal: error.message };
    throw error;
  }
}

/** Returns the compiler errors in the façade and the type tests of the numbered folders. */
async function compile(folder: string, numbers: readonly number[]): Promise<string> {
  const files = numbers.flatMap((number) => [`${number}/src/index.ts`, `${number}/test/types/operations.test-d.ts`]);
  const project = { extends: "./tsconfig.json", compilerOptions: { noErrorTruncation: true }, files, include: [] };
  await writeFile(join(folder, "tsconfig.spec.json"), JSON.stringify(project));
  return new Promise((resolve) => {
    const options = { cwd: folder, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [COMPILER, "-p", "tsconfig.spec.json"], options, (_error, errors) => resolve(errors));
  });
}

/** Reads the errors of one folder. An error begins with its file, and its further lines are indented. */
function read(errors: string, number: number): Pick<Consequences, "named" | "broken"> {
  const own = errors.split(/^(?=\S)/m).filter((error) => error.startsWith(`${number}/`));
  const find = (pattern: RegExp): string[] =>
    [...new Set(own.flatMap((error) => [...error.matchAll(pattern)].map(([, name]) => name!)))].toSorted();
  return { named: find(/"(\w+: [\w ]+)"/g), broken: find(/^\d+\/(src\/[\w/]+\.ts)\(/g) };
}
