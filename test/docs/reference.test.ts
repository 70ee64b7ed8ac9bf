import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { exportedNames } from "../../scripts/docs/reference.ts";
import { ROOT } from "./tables.ts";

test("docs/reference names every export of the package", async () => {
  const pages = globSync("docs/reference/*.md", { cwd: ROOT });
  const text = (await Promise.all(pages.map((page) => readFile(`${ROOT}/${page}`, "utf8")))).join("\n");
  const missing = exportedNames().filter((name) => !new RegExp(`(?:\`|# )${name}\\b`).test(text));
  const howTo =
    "Add a section for each of these exports to a page of docs/reference/, such as `## Thing` with `<!-- fields: Thing -->` and `<!-- / -->`, and run `npm run docs:update`.";
  expect(missing, howTo).toEqual([]);
});

test("docs/reference/sandbox.md shows the help of `polytomic-users sandbox`", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [`${ROOT}/dist/cli/main.js`, "sandbox", "--help"]);
  expect(await readFile(`${ROOT}/docs/reference/sandbox.md`, "utf8")).toContain(
    `\`\`\`text\n${stdout.trimEnd()}\n\`\`\``,
  );
});
