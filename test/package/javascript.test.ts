import { describe, expect, test } from "vitest";
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

describe("an ES module and a CommonJS copy in one process", () => {
  test("instanceof and isPolytomicError work across the two", async () => {
    const project = await createProject({ type: "module" }, "copies.js");
    const across = { ownClass: false, isPolytomicError: true, root: true, parent: true, leaf: true, other: false };
    expect(JSON.parse(await project.run("copies.js"))).toEqual({
      "CommonJS sees ESM": across,
      "ESM sees CommonJS": across,
    });
  });
});
