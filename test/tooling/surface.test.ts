import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { update } from "../../scripts/docs/update.ts";
import { SURFACE, surfacePage } from "../../scripts/package/surface.ts";
import { captured, type Ran } from "./captured.ts";
import { repository, ROOT, type Repository } from "./repository.ts";

/** Declares the same for all entry points of the package. */
async function declare(to: Repository, declarations: string): Promise<void> {
  for (const file of ["index", "testing/index", "testing/node"]) await to.write(`dist/${file}.d.cts`, declarations);
}

const updateSurface = ({ folder }: Repository, ...args: string[]): Promise<Ran> =>
  captured(() => update(args, folder, { [SURFACE]: surfacePage }));

test("docs:update --check fails with a diff when the public surface has changed, until the page is updated", async () => {
  const to = await repository();
  await declare(to, "export declare const a: string;");
  expect(await updateSurface(to)).toMatchObject({ status: 0, stdout: "Updated docs/project/surface.md.\n" });
  expect(await updateSurface(to, "--check")).toMatchObject({ status: 0, stderr: "" });
  await declare(to, "export declare const a: number;");
  const { status, stderr } = await updateSurface(to, "--check");
  expect(status).toBe(1);
  expect(stderr).toContain("-export declare const a: string;\n+export declare const a: number;");
  expect(stderr).toContain("run `npm run docs:update` and commit the page");
});

test("docs/project/surface.md does not contain the comments of the declarations", async () => {
  const to = await repository();
  await declare(to, "export declare const a: string;");
  await updateSurface(to);
  await declare(to, "/** A comment. */\nexport declare const a: string;");
  expect(await updateSurface(to, "--check")).toMatchObject({ status: 0 });
});

test("docs/project/surface.md has a section for every entry point that has types", async () => {
  const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, string | object>;
  };
  const typed = Object.entries(manifest.exports).filter(([, target]) => typeof target === "object");
  const page = await readFile(join(ROOT, SURFACE), "utf8");
  expect(page.match(/^## .*$/gm)).toEqual(typed.map(([path]) => `## polytomic-users${path.slice(1)}`));
});
