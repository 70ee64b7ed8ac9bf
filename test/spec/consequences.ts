import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { generate, write } from "../../scripts/generate.ts";
import { GenerationError } from "../../scripts/generation-error.ts";
import type { Impact } from "../../scripts/impact.ts";
import { compareSpecs } from "../../scripts/spec-changes.ts";
import { verdictOf } from "../../scripts/spec-diff.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = join(ROOT, "spec/openapi.yaml");
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

/** Changes a copy of the spec, compares it with the one before, generates from it, and compiles façade and type tests. */
export async function consequencesOf(change: Mutation, before?: Mutation): Promise<Consequences> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  try {
    const original = await readFile(SPEC, "utf8");
    const base = before ? mutate(original, before) : original;
    const revision = mutate(base, change);
    const [from, to] = [join(folder, "base.yaml"), join(folder, "openapi.yaml")];
    await Promise.all([writeFile(from, base), writeFile(to, revision)]);
    const [changes, compiled] = await Promise.all([compareSpecs(from, to), generateAndCompile(to, folder)]);
    return { verdict: verdictOf(changes), ...compiled };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function mutate(text: string, change: Mutation): string {
  if (typeof change !== "function") return change.text(text);
  const document = parse(text) as Node;
  change(document);
  return stringify(document, { aliasDuplicateObjects: false });
}

async function generateAndCompile(spec: string, folder: string): Promise<Omit<Consequences, "verdict">> {
  try {
    await write(await generate(spec), join(folder, "generated"));
  } catch (error) {
    if (error instanceof GenerationError) return { refusal: error.message };
    throw error;
  }
  const errors = await compile(folder);
  const found = (pattern: RegExp): string[] => [...new Set([...errors.matchAll(pattern)].map(([, name]) => name!))];
  return {
    named: found(/"(\w+: [\w ]+)"/g).toSorted(),
    broken: found(/^(src\/[\w/]+\.ts)\(/gm).toSorted(),
  };
}

/** The compiler's errors in façade and type tests, with the folder's `generated/` in place of the real one. */
async function compile(folder: string): Promise<string> {
  const copied = ["src", "package.json", "tsconfig.json", "test/types/operations.test-d.ts"];
  await mkdir(join(folder, "test/types"), { recursive: true });
  await Promise.all(copied.map((name) => cp(join(ROOT, name), join(folder, name), { recursive: true })));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  const files = ["src/index.ts", "test/types/operations.test-d.ts"];
  const project = { extends: "./tsconfig.json", compilerOptions: { noErrorTruncation: true }, files, include: [] };
  await writeFile(join(folder, "tsconfig.spec.json"), JSON.stringify(project));
  return new Promise((resolve) => {
    execFile(process.execPath, [COMPILER, "-p", "tsconfig.spec.json"], { cwd: folder }, (_error, errors) =>
      resolve(errors),
    );
  });
}
