import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../src/config.ts";
import { RETRIED, WAITS } from "../../src/http/retry.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

/** The rows of the table that has this heading, without heading and rule. */
function table(heading: RegExp): string[][] {
  const lines = readme.split("\n");
  const start = lines.findIndex((line) => heading.test(line));
  expect(start).toBeGreaterThan(0);
  const rows = lines.slice(start + 2, lines.indexOf("", start));
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim())); // prettier-ignore
}

test("the README's retry table is the one that the code reads", () => {
  const again = { idempotent: [] as unknown[], post: [] as unknown[] };
  for (const [what = "", others = "", post = ""] of table(/^\| what happened/)) {
    const outcomes = what.startsWith("no answer") ? ["no answer"] : (what.match(/\b\d{3}\b/g) ?? []).map(Number);
    if (others === "again") again.idempotent.push(...outcomes);
    if (post === "again, same key") again.post.push(...outcomes);
    expect([others, post].filter((cell) => !["again", "again, same key", "no"].includes(cell))).toEqual([]);
  }
  expect(new Set(again.idempotent)).toEqual(new Set(RETRIED.idempotent));
  expect(new Set(again.post)).toEqual(new Set(RETRIED.post));
});

test("the README's defaults are those of the code", () => {
  const rows = table(/^\| option .*\| default/).map(([name = "", value = ""]) => [
    name.replaceAll("`", ""),
    Number(value.replaceAll(" ", "")),
  ]);
  expect(Object.fromEntries(rows)).toEqual(DEFAULT_LIMITS);
  expect(WAITS).toEqual({ first: 500, longest: 8_000, longestAsked: 60_000 });
  expect(readme).toMatch(/below 0\.5 s, then 1 s, doubling up to 8 s/);
  expect(readme).toMatch(/when it is at most 60 s/);
});
