/**
 * Runs Stryker, and lists the mutants that survived and are not in equivalent.yaml.
 *
 *     npm run test:mutation                                 all files of the client
 *     npm run test:mutation -- --mutate src/http/body.ts    one file; more options are in Stryker's documentation
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** The part of a report that is read here. */
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}

interface ReportedMutant {
  readonly status: string;
  readonly replacement: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** An entry of equivalent.yaml. */
interface EquivalentMutant {
  readonly file: string;
  readonly code: string;
  readonly mutant: string;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const REPORT = `${ROOT}coverage/mutation.json`;
const STRYKER = fileURLToPath(new URL("node_modules/@stryker-mutator/core/bin/stryker.js", import.meta.url));
const CONFIG = "test/mutation/stryker.config.json";

rmSync(REPORT, { force: true });
const run = spawnSync(process.execPath, [STRYKER, "run", CONFIG, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: "inherit",
});
process.exitCode = run.status ?? 1;
if (!existsSync(REPORT)) process.exit(); // Stryker has printed why

const { files } = JSON.parse(readFileSync(REPORT, "utf8")) as Report;
const equivalent = parse(readFileSync(new URL("equivalent.yaml", import.meta.url), "utf8")) as EquivalentMutant[];
const listed = new Set(equivalent.filter(({ file }) => files[file]).map(applyEquivalent));
const survivors = Object.entries(files).flatMap(([file, { source, mutants }]) =>
  mutants
    .filter(({ status }) => status === "Survived" || status === "NoCoverage")
    .map((mutant) => ({ file, source, ...mutant })),
);
const unlisted = survivors.filter((survivor) => !listed.has(apply(survivor)));
console.log(`\n${survivors.length} mutants survived. equivalent.yaml does not list ${unlisted.length} of them:`);
for (const { file, source, location, replacement } of unlisted) {
  const code = source.slice(indexOf(source, location.start), indexOf(source, location.end));
  console.log(`${file}:${location.start.line}  ${collapseSpaces(`${code} → ${replacement}`)}`);
}

/** Returns the source of a file with a mutant in it. */
function apply({ source, location, replacement }: ReportedMutant & { readonly source: string }): string {
  const before = source.slice(0, indexOf(source, location.start));
  return collapseSpaces(before + replacement + source.slice(indexOf(source, location.end)));
}

function applyEquivalent({ file, code, mutant }: EquivalentMutant): string {
  const [before, after, ...more] = collapseSpaces(files[file]!.source).split(code);
  if (after === undefined || more.length > 0) {
    throw new Error(`equivalent.yaml: \`${code}\` must occur once in ${file}.`);
  }
  return collapseSpaces(before + mutant + after);
}

/** Lines and columns start at 1. */
function indexOf(source: string, { line, column }: Position): number {
  const lines = source.split("\n").slice(0, line - 1);
  return lines.reduce((index, { length }) => index + length + 1, column - 1);
}

/** The list does not depend on the formatting of the code. */
function collapseSpaces(code: string): string {
  return code.replaceAll(/\s+/g, " ");
}
