import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as exported from "polytomic-users";
import { errorOf, pageOfErrors, TROUBLES } from "../../scripts/docs/error-messages.ts";
import { ROOT, tableOf } from "./tables.ts";

test("docs/guides/errors.md has the current message of each error class (npm run docs:update)", async () => {
  expect(await readFile(`${ROOT}/docs/guides/errors.md`, "utf8")).toBe(await pageOfErrors());
  const thrown = Object.keys(exported).filter((name) => /^(?!is|PolytomicError)\w+Error$/.test(name));
  expect(Object.keys(TROUBLES).toSorted()).toEqual(thrown.toSorted());
});

test.each(Object.keys(TROUBLES))("docs/guides/errors.md lists the fields of %s, and no others", async (name) => {
  const rows = await tableOf("docs/guides/errors.md", /^\| field/);
  const error = await errorOf(name);
  const classes = exported as unknown as Record<string, new () => Error>;
  const has = (on: string): boolean =>
    on === "the same, of a POST"
      ? error.operation?.method === "POST"
      : [...on.matchAll(/`(\w+)`/g)].some(([, each]) => error instanceof classes[each!]!);
  const named = rows.filter(([, on = ""]) => has(on)).map(([field = ""]) => field.replaceAll("`", ""));
  const present = Object.keys(error).filter((field) => !["name", "message", "cause", "stack"].includes(field));
  expect(present.toSorted()).toEqual(named.toSorted());
});
