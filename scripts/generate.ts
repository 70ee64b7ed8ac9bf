/**
 * spec/openapi.yaml → generated/schema.ts and generated/contract.ts.
 *
 *     npm run generate              lint → types → contract → format → write
 *     npm run generate -- --check   the same, but compares instead of writing; exit 1 and a diff when stale
 *     npm run generate -- --watch   again on every save of the spec
 */
import { watch } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createTwoFilesPatch } from "diff";
import openapiTS, { astToString } from "openapi-typescript";
import * as prettier from "prettier";
import { readContract, type Contract } from "./spec/contract.ts";
import { GenerationError } from "./spec/generation-error.ts";
import { redocly } from "./spec/redocly.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SPEC = join(ROOT, "spec/openapi.yaml");
const OUT = join(ROOT, "generated");
const BANNER = "// Written by `npm run generate` from spec/openapi.yaml. Do not edit.\n\n";

/** File name → contents of everything that the spec generates. Writes nothing. */
export async function generate(spec: string = SPEC): Promise<Map<string, string>> {
  await lint(spec);
  const files = { "schema.ts": await types(spec), "contract.ts": contract(await readContract(spec)) };
  const formatted = new Map<string, string>();
  for (const [name, text] of Object.entries(files)) formatted.set(name, await format(name, BANNER + text));
  return formatted;
}

async function lint(spec: string): Promise<void> {
  const linted = await redocly("lint", "--config", join(ROOT, "spec/redocly.yaml"), relative(process.cwd(), spec));
  if (linted.status !== 0) throw new GenerationError(`The spec is not valid.\n\n${linted.stdout}${linted.stderr}`);
}

async function types(spec: string): Promise<string> {
  const text = astToString(await openapiTS(pathToFileURL(spec), { silent: true }));
  // A description is what a comment says: as a tag, editors show it below an empty first part.
  return text
    .replaceAll(/^( *\*) ((?!@).+)\n *\* @description /gm, "$1 $2\n$1\n$1 ")
    .replaceAll(/(\*) @description /g, "$1 ");
}

function contract({ version, server, operations }: Contract): string {
  return [
    "/** The API version that these types describe, and that every request asks for. */",
    `export const API_VERSION = ${JSON.stringify(version)};`,
    "",
    "/** Where the API is served, unless a client is told another place. */",
    `export const SERVER_URL = ${JSON.stringify(server)};`,
    "",
    "/** What the runtime has to know of each operation; the shapes are in schema.ts. */",
    `export const OPERATIONS = ${JSON.stringify(operations)} as const;`,
    "",
  ].join("\n");
}

async function format(name: string, text: string): Promise<string> {
  const options = await prettier.resolveConfig(join(OUT, name));
  return prettier.format(text, { ...options, parser: "typescript" });
}

/** Puts the files in place, each in one step, so that a reader never sees half a file. */
export async function write(files: Map<string, string>, out: string = OUT): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const [name, text] of files) {
    const partial = join(out, `.${name}.partial`);
    await writeFile(partial, text);
    await rename(partial, join(out, name));
  }
}

/** The difference between what is committed and what the spec generates; empty when there is none. */
export async function difference(files: Map<string, string>, out: string = OUT): Promise<string> {
  const present = await readdir(out).catch((): string[] => []);
  let patch = "";
  for (const name of new Set([...files.keys(), ...present.filter((file) => file.endsWith(".ts"))])) {
    const found = present.includes(name) ? await readFile(join(out, name), "utf8") : "";
    const wanted = files.get(name) ?? "";
    const path = join(basename(out), name);
    if (found !== wanted) patch += createTwoFilesPatch(path, path, found, wanted, "committed", "from the spec");
  }
  return patch;
}

async function run(check: boolean): Promise<void> {
  const files = await generate();
  if (!check) {
    await write(files);
    return console.log(`Generated ${[...files.keys()].map((name) => `generated/${name}`).join(" and ")}.`);
  }
  const patch = await difference(files);
  if (patch) throw new GenerationError(`generated/ is stale. Run \`npm run generate\` and commit.\n\n${patch}`);
  console.log("generated/ is what the spec generates.");
}

/** Runs once, and again after each save; a broken spec is reported and waited out. */
async function runOnSave(): Promise<void> {
  await run(false).catch(report);
  console.log("Watching spec/openapi.yaml. Ctrl-C ends.");
  let pending: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  watch(dirname(SPEC), (_event, file) => {
    if (file !== null && file !== basename(SPEC)) return;
    clearTimeout(pending); // an editor's save is several events
    pending = setTimeout(() => (running = running.then(() => run(false)).catch(report)), 100);
  });
}

function report(error: unknown): void {
  const expected = error instanceof GenerationError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(expected ? (error as Error).message : error);
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { check: { type: "boolean" }, watch: { type: "boolean" } } });
    if (values.check && values.watch) throw new GenerationError("--check writes nothing, --watch does: choose one.");
    await (values.watch ? runOnSave() : run(values.check ?? false));
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}
