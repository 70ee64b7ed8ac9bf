import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { vi } from "vitest";
import { generate, write } from "../../scripts/generate.ts";
import { compareSpecs } from "../../scripts/spec/changes.ts";
import { GenerationError } from "../../scripts/spec/contract.ts";
import { verdictOf } from "../../scripts/spec/diff.ts";
import type { Impact } from "../../scripts/spec/impact.ts";
import { compile, folderForCopies, ROOT } from "./copies.ts";
import { applyEdit, type Edit } from "./edits.ts";

vi.mock(import("../../scripts/spec/redocly.ts"), () => import("./warm-redocly.ts"));

const FIXTURE = "test/spec/fixture";
const FACADE = `${FIXTURE}/facade.ts`;
const TYPE_TESTS = "test/types/operations.test-d.ts";

/** The parts of src/ that name operations or resources: the fixture has a façade of its own. */
const FACADE_OF_SRC = new Set(["index.ts", "polytomic.ts", "users.ts", "testing"]);

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
 * Applies each change to a copy of the frozen spec, compares it with the original, generates from it, and compiles the
 * façade and the type tests.
 */
export async function consequencesOf(changes: readonly Change[]): Promise<Consequences[]> {
  const folder = await folderForCopies();
  try {
    const results: Consequences[] = [];
    const queue = changes.entries();
    const work = async (): Promise<void> => {
      for (const [index, change] of queue) results[index] = await processChange(change, join(folder, String(index)));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    const generated = [...results.keys()].filter((index) => results[index]!.refusal === undefined);
    const files = generated.flatMap((index) => [`${index}/${FACADE}`, `${index}/${TYPE_TESTS}`]);
    const errorsOf = await compile(folder, files);
    return results.map((result, index) => ({
      ...result,
      ...(generated.includes(index) && readErrors(errorsOf(String(index)))),
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Compares and generates. Leaves `generated/` in the folder, next to a copy of the façade. */
async function processChange({ change, before }: Change, folder: string): Promise<Consequences> {
  const original = await readFile(join(ROOT, FIXTURE, "openapi.yaml"), "utf8");
  const base = before ? applyEdit(original, before) : original;
  await mkdir(folder);
  const [from, to] = [join(folder, "base.yaml"), join(folder, "openapi.yaml")];
  await Promise.all([writeFile(from, base), writeFile(to, applyEdit(base, change))]);
  const verdict = verdictOf(await compareSpecs(from, to));
  try {
    await write(await generate(to), join(folder, "generated"));
    await copySources(folder);
    return { verdict };
  } catch (error) {
    if (error instanceof GenerationError) return { verdict, refusal: error.message };
    throw error;
  }
}

async function copySources(folder: string): Promise<void> {
  const filter = (file: string): boolean => !FACADE_OF_SRC.has(basename(file));
  await cp(join(ROOT, "src"), join(folder, "src"), { recursive: true, filter });
  await cp(join(ROOT, FACADE), join(folder, FACADE));
  await cp(join(ROOT, TYPE_TESTS), join(folder, TYPE_TESTS));
  await cp(join(ROOT, FIXTURE, "facts.ts"), join(folder, "test/facts.ts"));
}

/** The differences that the type tests name, and the files outside of them that do not compile. */
function readErrors(errors: readonly string[]): Pick<Consequences, "named" | "broken"> {
  const find = (pattern: RegExp): string[] =>
    [...new Set(errors.flatMap((error) => [...error.matchAll(pattern)].map(([, name]) => name!)))].toSorted();
  return { named: find(/"(\w+: [\w ]+)"/g), broken: find(/^\d+\/((?:src|test\/spec)\/[\w/]+\.ts)\(/g) };
}
