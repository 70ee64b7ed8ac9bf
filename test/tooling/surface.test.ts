import { expect, test } from "vitest";
import { repository, type Repository } from "./repository.ts";

/** A build that declares the same for all entries of the package. */
async function declare(to: Repository, declarations: string): Promise<void> {
  for (const file of ["index", "testing/index", "testing/node"]) await to.write(`dist/${file}.d.cts`, declarations);
}

test("a change of the surface fails with the difference until it is written down", async () => {
  const to = await repository();
  await declare(to, "export declare const a: string;");
  expect(to.run("package/surface")).toMatchObject({ status: 0 });
  expect(to.run("package/surface", "--check")).toMatchObject({ status: 0, stderr: "" });
  await declare(to, "export declare const a: number;");
  const { status, stderr } = to.run("package/surface", "--check");
  expect(status).toBe(1);
  expect(stderr).toContain("-export declare const a: string;\n+export declare const a: number;");
  expect(stderr).toContain("run `npm run api` and commit docs/surface.md");
});

test("comments are no part of the surface", async () => {
  const to = await repository();
  await declare(to, "export declare const a: string;");
  to.run("package/surface");
  await declare(to, "/** What it is. */\nexport declare const a: string;");
  expect(to.run("package/surface", "--check")).toMatchObject({ status: 0 });
});

test("the page has a section for every entry of the package that has types", async () => {
  const from = await repository();
  const manifest = JSON.parse(await from.read("package.json")) as { exports: Record<string, string | object> };
  const typed = Object.entries(manifest.exports).filter(([, target]) => typeof target === "object");
  const page = await from.read("docs/surface.md");
  expect(page.match(/^## .*$/gm)).toEqual(typed.map(([path]) => `## polytomic-users${path.slice(1)}`));
});
