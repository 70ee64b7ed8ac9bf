import { expect, test } from "vitest";
import { check } from "../../scripts/release/check.ts";
import { captured, type Ran } from "./captured.ts";

const exit = (code: number, output: string): string => `node -e "console.log('${output}'); process.exit(${code})"`;

const CHECKS = {
  build: [exit(0, "built")],
  lint: [exit(1, "an unused variable")],
  types: [exit(2, "an error in src"), exit(2, "an error in test")],
  size: [exit(0, "small enough")],
};

const run = (...names: string[]): Promise<Ran> => captured(() => check(names, CHECKS));

test("`npm run check` runs every check and every command of a check, even if one fails", async () => {
  const { status, stdout } = await run();
  expect(stdout.match(/^(?:pass|FAIL) {2}\w+/gm)).toEqual(["pass  build", "FAIL  lint", "FAIL  types", "pass  size"]);
  expect(status).toBe(1);
});

test("`npm run check` prints the output of what failed, and names all failed checks at the end", async () => {
  const { stdout, stderr } = await run();
  for (const output of ["an unused variable", "an error in src", "an error in test"]) expect(stderr).toContain(`\n${output}\n`); // prettier-ignore
  expect(stdout + stderr).not.toContain("small enough\n");
  expect(stderr.trimEnd().split("\n").at(-1)).toContain("Failed: lint, types.");
});

test("`npm run check -- size` runs only that check, after the build, and exits with 0", async () => {
  const { status, stdout, stderr } = await run("size");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("All checks passed: build, size.");
});

test("`npm run check` fails for an unknown name, and lists the valid ones", async () => {
  const stderr = "Unknown check: tpyes. Valid checks: build, lint, types, size.\n";
  expect(await run("size", "tpyes")).toEqual({ status: 1, stdout: "", stderr });
});
