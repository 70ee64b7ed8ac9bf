import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { bare, ours } from "./clients.ts";
import { measure, MEASURES } from "./measure.ts";
import { ROOT } from "./tables.ts";
import { tableOf } from "./tables.ts";

const rows = await tableOf("README.md", /^\| scenario/);
const cells = Object.fromEntries(rows.map(([name = "", us = "", , openapiFetch = ""]) => [name, { us, openapiFetch }]));

test("every row of the comparison is measured", () => {
  const counted = ["packages that it brings along", "a sandbox for tests"];
  expect(Object.keys(cells)).toEqual([...Object.keys(MEASURES), ...counted]);
});

describe.each(Object.keys(MEASURES))("the comparison's row: %s", (row) => {
  test.concurrent("polytomic-users", async () => expect(await measure(row, ours)).toBe(cells[row]?.us));
  test.concurrent("openapi-fetch", async () => expect(await measure(row, bare)).toBe(cells[row]?.openapiFetch));
});

test("the packages that come along are those of package.json and the lockfile", async () => {
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(`${ROOT}/${file}`, "utf8"));
  const { dependencies = {} } = (await read("package.json")) as { dependencies?: object };
  const { packages } = (await read("package-lock.json")) as { packages: Record<string, { dependencies?: object }> };
  const theirs = packages["node_modules/openapi-fetch"]?.dependencies ?? {};
  expect(cells["packages that it brings along"]).toEqual({
    us: String(Object.keys(dependencies).length),
    openapiFetch: String(Object.keys(theirs).length),
  });
});
