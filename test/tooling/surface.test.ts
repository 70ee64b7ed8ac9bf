import { expect, test } from "vitest";
import { surfacePage } from "../../scripts/package/surface.ts";
import { repository } from "./repository.ts";

test("the page of the public surface contains the declarations of every entry point, without comments", async () => {
  const to = await repository();
  for (const file of ["index", "sync/index", "testing/index", "testing/node"]) {
    await to.write(`dist/${file}.d.cts`, "/** A comment. */\nexport declare const a: string;");
  }
  const page = await surfacePage(to.folder);
  expect(page.match(/^## .*$/gm)).toEqual(["## polytomic-users", "## polytomic-users/sync", "## polytomic-users/testing", "## polytomic-users/testing/node"]); // prettier-ignore
  expect(page.match(/^export declare const a: string;$/gm)).toHaveLength(4);
  expect(page).not.toContain("A comment");
});
