import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compare, dependencies } from "../../scripts/package/size.ts";
import { typeCost } from "../../scripts/package/type-cost.ts";
import { captured } from "./captured.ts";
import { repository, ROOT } from "./repository.ts";

test("`npm run size` measures every cost, and each is within its budget", async () => {
  const args = ["scripts/run.cjs", "package/size"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  const names = Object.keys(JSON.parse(await readFile(join(ROOT, "scripts/package/budgets.json"), "utf8")) as object);
  expect(stdout.match(/^.+?(?=  )/gm)).toEqual(names.map((name) => name.padEnd(22).trimEnd()));
  expect(stdout).toMatch(/^bytes to bundle +\d.*\nbytes in the package +\d.*\ndependencies +0 .*\nfiles to type.* \d/);
  expect(stdout).not.toContain("over budget");
  expect(status).toBe(0);
});

test("every cost that is over its budget is printed by name, and the exit code is 1", async () => {
  const measured = { "bytes to bundle": 12_001, dependencies: 1, instantiations: 300 };
  const budgets = { "bytes to bundle": 12_000, dependencies: 0, instantiations: 300 };
  const { status, stdout } = await captured(() => compare(measured, budgets));
  expect(status).toBe(1);
  expect(stdout.match(/^.*over budget$/gm)).toEqual([
    "bytes to bundle         12 001 of   12 000  over budget",
    "dependencies                 1 of        0  over budget",
  ]);
});

test.each(["dependencies", "peerDependencies", "optionalDependencies"])(
  "one of the package's %s is counted",
  async (group) => {
    const to = await repository();
    expect(await dependencies(to.folder)).toBe(0);
    await to.edit("package.json", '"devDependencies": {', `"${group}": { "hono": "4.13.19" },\n  "devDependencies": {`);
    expect(await dependencies(to.folder)).toBe(1);
  },
);

test("measuring fails when a compiler does not print its figures", async () => {
  const to = await repository();
  await to.write("tsc.cjs", 'console.log("Instantiations: 5");');
  const compiler = join(to.folder, "tsc.cjs");
  await expect(typeCost("export {};", {}, [compiler])).rejects.toThrow("tsc.cjs did not print the number of Files");
});
