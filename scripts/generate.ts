/**
 * Generates generated/schema.ts and generated/contract.ts from spec/openapi.yaml.
 *
 *     npm run generate              lints the spec, then writes both files
 *     npm run generate -- --check   compares instead of writing: exit code 1 and a diff if a file is out of date
 *     npm run generate -- --watch   repeats this each time the spec is saved
 */
import { watch } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createTwoFilesPatch } from "diff";
import openapiTS, { astToString } from "openapi-typescript";
import * as prettier from "prettier";
import { GenerationError, readContract, type Contract } from "./spec/contract.ts";
import { redocly } from "./spec/redocly.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SPEC = join(ROOT, "spec/openapi.yaml");
const OUT = join(ROOT, "generated");
const BANNER = "// Written by `npm run generate` from spec/openapi.yaml. Do not edit.\n\n";

/** Lints a spec and returns the names and contents of the files generated from it. Writes nothing. */
export async function generate(spec: string = SPEC): Promise<Map<string, string>> {
  await lint(spec);
  const contract = await readContract(spec);
  return new Map([
    ["schema.ts", await format(await types(spec))],
    ["contract.ts", await format(constants(contract))],
  ]);
}

async function lint(spec: string): Promise<void> {
  const linted = await redocly("lint", "--config", join(ROOT, "spec/redocly.yaml"), relative(process.cwd(), spec));
  if (linted.status !== 0) throw new GenerationError(`The spec is not valid.\n\n${linted.stdout}${linted.stderr}`);
}

async function types(spec: string): Promise<string> {
  const text = astToString(await openapiTS(pathToFileURL(spec), { silent: true }));
  // Editors show a `@description` tag below an empty first paragraph, so it becomes the first paragraph.
  return text
    .replaceAll(/^( *\*) ((?!@).+)\n *\* @description /gm, "$1 $2\n$1\n$1 ")
    .replaceAll(/(\*) @description /g, "$1 ");
}

function constants({ version, server, operations }: Contract): string {
  return [
    "/** The API version that these types describe. The client requests it by default. */",
    `export const API_VERSION = ${JSON.stringify(version)};`,
    "",
    "/** The default base URL. */",
    `export const SERVER_URL = ${JSON.stringify(server)};`,
    "",
    "/** What the client needs to know about each operation at runtime. The types are in schema.ts. */",
    `export const OPERATIONS = ${JSON.stringify(operations)} as const;`,
    "",
  ].join("\n");
}

async function format(text: string): Promise<string> {
  const options = await prettier.resolveConfig(join(OUT, "schema.ts"));
  return prettier.format(BANNER + text, { ...options, parser: "typescript" });
}

/** Writes the files. Each one is replaced in a single step, so that no program reads an incomplete file. */
export async function write(files: Map<string, string>, out: string = OUT): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const [name, text] of files) {
    const partial = join(out, `.${name}.partial`);
    await writeFile(partial, text);
    await rename(partial, join(out, name));
  }
}

/** Returns the patch from the files in a folder to the generated ones, or an empty string if they are the same. */
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
  if (patch) throw new GenerationError(`generated/ is out of date. Run \`npm run generate\` and commit.\n\n${patch}`);
  console.log("generated/ is up to date.");
}

/** Runs once, and again each time the spec is saved. Errors in the spec are reported and do not stop it. */
async function runOnSave(): Promise<void> {
  let running = run(false).catch(report);
  let pending: NodeJS.Timeout | undefined;
  watch(dirname(SPEC), (_event, file) => {
    if (file !== null && file !== basename(SPEC)) return;
    clearTimeout(pending); // editors cause several events when they save a file
    pending = setTimeout(() => (running = running.then(() => run(false)).catch(report)), 100);
  });
  await running;
  console.log("Watching spec/openapi.yaml. Press Ctrl-C to stop.");
}

function report(error: unknown): void {
  const expected = error instanceof GenerationError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(expected ? (error as Error).message : error);
}

/** Runs the program, and returns its exit code. */
export async function main(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args, options: { check: { type: "boolean" }, watch: { type: "boolean" } } });
    if (values.check && values.watch) {
      throw new GenerationError("Use either --check, which writes nothing, or --watch, which writes on each save.");
    }
    await (values.watch ? runOnSave() : run(values.check ?? false));
    return 0;
  } catch (error) {
    report(error);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
