import { expect, test } from "vitest";
import { compare } from "../../scripts/package/size.ts";
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

test("`npm run check` runs all checks, prints the output of those that fail, and names them at the end", async () => {
  const { status, stdout, stderr } = await run();
  expect(status).toBe(1);
  expect(stdout.match(/^(?:pass|FAIL) {2}\w+/gm)).toEqual(["pass  build", "FAIL  lint", "FAIL  types", "pass  size"]);
  for (const output of ["an unused variable", "an error in src", "an error in test"]) expect(stderr).toContain(`\n${output}\n`); // prettier-ignore
  expect(stderr).toContain("Failed: lint, types.");
});

test("`npm run check -- size` runs only that check, after the build, and exits with 0", async () => {
  const { status, stdout, stderr } = await run("size");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^pass {2}size \(.*\) {2}small enough$/m);
  expect(stdout).toContain("All checks passed: build, size.");
});

test("`npm run check` fails for an unknown name, and lists the valid ones", async () => {
  const stderr = "Unknown check: tpyes. Valid checks: build, lint, types, size.\n";
  expect(await run("size", "tpyes")).toEqual({ status: 1, stdout: "", stderr });
});

test.each([
  [{ bundled: 100, unpacked: 200 }, 0],
  [{ bundled: 101, unpacked: 200 }, 1],
  [{ bundled: 100, unpacked: 201 }, 1],
])("the check of the sizes %j against the budgets 100 and 200 exits with %i", async (sizes, status) => {
  expect(await captured(() => compare(sizes, { bundled: 100, unpacked: 200 }))).toMatchObject({ status });
});
