import { expect, test } from "vitest";
import { createProject } from "./project.ts";

const EMAILS = "jane.doe@acmecorp.com\njohn.smith@acmecorp.com\n";

test("an ES module in JavaScript lists the users of a served sandbox", async () => {
  const project = await createProject({ type: "module" }, "esm.js");
  expect(await project.run("esm.js")).toBe(EMAILS);
});

test("a CommonJS module in JavaScript lists the users of a served sandbox", async () => {
  const project = await createProject({ type: "commonjs" }, "commonjs.js");
  expect(await project.run("commonjs.js")).toBe(EMAILS);
});

test("instanceof and isPolytomicError work across an ESM copy and a CommonJS copy in one process", async () => {
  const project = await createProject({ type: "module" }, "copies.js");
  const across = { ownClass: false, isPolytomicError: true, root: true, parent: true, leaf: true, other: false };
  expect(JSON.parse(await project.run("copies.js"))).toEqual({
    "CommonJS sees ESM": across,
    "ESM sees CommonJS": across,
  });
});
