import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as exported from "polytomic-users";
import { pageOfErrors, TROUBLES } from "../../scripts/error-messages.ts";
import { ROOT } from "./tables.ts";

test("docs/errors.md has a message of each class, as the code writes it (npm run docs:messages)", async () => {
  expect(await readFile(`${ROOT}/docs/errors.md`, "utf8")).toBe(await pageOfErrors());
  const thrown = Object.keys(exported).filter((name) => /^(?!is|PolytomicError)\w+Error$/.test(name));
  expect(Object.keys(TROUBLES).toSorted()).toEqual(thrown.toSorted());
});
