import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { repository, type Repository } from "./repository.ts";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const BUDGETS = "scripts/package/budgets.json";

/** A repository with what the build has made. */
async function built(): Promise<Repository> {
  const to = await repository();
  const files = (await readdir(DIST, { recursive: true })).filter((file) => /\.c?(?:js|ts)$/.test(file));
  for (const file of files) await to.write(`dist/${file}`, await readFile(join(DIST, file), "utf8"));
  return to;
}

test("what the package costs is measured, and within its budgets", async () => {
  const { status, stdout } = (await built()).run("package/size");
  expect(stdout).toMatch(/^bytes to bundle +\d.*\nbytes in the package +\d.*\ndependencies +0 .*\nfiles to type.* \d/);
  expect(stdout).not.toContain("over budget");
  expect(status).toBe(0);
});

test("a budget that is too low fails, each by name", async () => {
  const to = await built();
  const budgets = JSON.parse(await to.read(BUDGETS)) as Record<string, number>;
  const tooLow = Object.fromEntries(Object.keys(budgets).map((what) => [what, -1]));
  await to.write(BUDGETS, JSON.stringify(tooLow));
  const { status, stdout } = to.run("package/size");
  expect(status).toBe(1);
  for (const what of Object.keys(budgets)) expect(stdout).toMatch(new RegExp(`^${what} .*over budget$`, "m"));
});

test("a dependency fails", async () => {
  const to = await built();
  await to.edit(
    "package.json",
    '"devDependencies": {',
    '"dependencies": { "hono": "4.13.19" },\n  "devDependencies": {',
  );
  const { status, stdout } = to.run("package/size");
  expect(status).toBe(1);
  expect(stdout).toMatch(/^dependencies +1 of +0 +over budget$/m);
});

test("a compiler whose figures cannot be read fails", async () => {
  const to = await built();
  await to.edit("scripts/package/type-cost.ts", ' "--extendedDiagnostics",', "");
  const { status, stderr } = to.run("package/size");
  expect(status).toBe(1);
  expect(stderr).toMatch(/tsc says nothing of Files/);
});
