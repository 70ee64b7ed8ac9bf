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

/** A mutant, as equivalent.yaml lists it. */
interface Mutant {
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

const equivalent = parse(readFileSync(new URL("equivalent.yaml", import.meta.url), "utf8")) as Mutant[];
const listed = new Set(equivalent.map((mutant) => `${mutant.file} ${describe(mutant)}`));
const survivors = survivorsOf(JSON.parse(readFileSync(REPORT, "utf8")) as Report);
const unlisted = survivors.filter((survivor) => !listed.has(`${survivor.file} ${describe(survivor)}`));
console.log(`\n${survivors.length} mutants survived. equivalent.yaml does not list ${unlisted.length} of them:`);
for (const survivor of unlisted) console.log(`${survivor.file}:${survivor.line}  ${describe(survivor)}`);

function survivorsOf({ files }: Report): (Mutant & { readonly line: number })[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map(({ location: { start, end }, replacement: mutant }) => ({
        file,
        line: start.line,
        code: textBetween(source, start, end),
        mutant,
      })),
  );
}

/** Lines and columns start at 1. */
function textBetween(source: string, start: Position, end: Position): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.pop() ?? "";
  return [...lines, last.slice(0, end.column - 1)].join("\n").slice(start.column - 1);
}

/** Formats a mutant on one line. Spaces do not count, so that the list does not depend on the formatting of the code. */
function describe({ code, mutant }: Mutant): string {
  return `${code} → ${mutant}`.replaceAll(/\s+/g, " ");
}
