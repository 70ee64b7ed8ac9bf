import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { HTTP_PAGES } from "../../scripts/docs/http.ts";
import { exportedNames } from "../../scripts/docs/reference.ts";
import { ROOT } from "./tables.ts";

test("docs/reference names every export of the package", async () => {
  const pages = globSync("docs/reference/**/*.md", { cwd: ROOT });
  const text = (await Promise.all(pages.map((page) => readFile(`${ROOT}/${page}`, "utf8")))).join("\n");
  const names = exportedNames();
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !new RegExp(`(?:\`|# )${name}\\b`).test(text))).toEqual([]);
});

test("docs/http has a page for each operation, and no others", () => {
  expect(globSync("docs/http/*.md", { cwd: ROOT }).toSorted()).toEqual(Object.keys(HTTP_PAGES).toSorted());
});

test("docs/reference/sandbox.md shows the help of polytomic-sandbox", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [`${ROOT}/dist/testing/cli.js`, "--help"]);
  expect(await readFile(`${ROOT}/docs/reference/sandbox.md`, "utf8")).toContain(
    `\`\`\`text\n${stdout.trimEnd()}\n\`\`\``,
  );
});
