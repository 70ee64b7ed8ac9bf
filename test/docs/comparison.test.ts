import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { bare, ours } from "./clients.ts";
import { measure, MEASURES } from "./measure.ts";
import { ROOT, tableOf } from "./tables.ts";

const rows = await tableOf("docs/guides/comparison.md", /^\| scenario/);
const cells = Object.fromEntries(rows.map(([name = "", us = "", , openapiFetch = ""]) => [name, { us, openapiFetch }]));

test("every row of docs/guides/comparison.md is measured", () => {
  expect(Object.keys(cells)).toEqual([...Object.keys(MEASURES), "dependencies", "sandbox for tests"]);
});

test.concurrent.each(Object.keys(MEASURES))(
  "docs/guides/comparison.md is right about polytomic-users: %s",
  async (row) => {
    expect(await measure(row, ours)).toBe(cells[row]?.us);
  },
);

test.concurrent.each(Object.keys(MEASURES))(
  "docs/guides/comparison.md is right about openapi-fetch: %s",
  async (row) => {
    expect(await measure(row, bare)).toBe(cells[row]?.openapiFetch);
  },
);

test("the numbers of dependencies in docs/guides/comparison.md are those of package.json and the lockfile", async () => {
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(`${ROOT}/${file}`, "utf8"));
  const { dependencies = {} } = (await read("package.json")) as { dependencies?: object };
  const { packages } = (await read("package-lock.json")) as { packages: Record<string, { dependencies?: object }> };
  const theirs = packages["node_modules/openapi-fetch"]?.dependencies ?? {};
  expect(cells["dependencies"]).toEqual({
    us: String(Object.keys(dependencies).length),
    openapiFetch: String(Object.keys(theirs).length),
  });
});
