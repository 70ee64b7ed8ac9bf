import { expect, inject, test } from "vitest";
import { npm } from "../../scripts/package/npm.ts";
import { createProject, lockedPackages } from "./project.ts";

const { name, integrity, files } = inject("tarball");

// `npm run test:package -- -u` updates the list.
test("the tarball contains exactly the files that files.txt lists", async () => {
  await expect(`${files.join("\n")}\n`).toMatchFileSnapshot("files.txt");
});

test("installing the package from a registry installs the packed bytes and no dependencies", async () => {
  const project = await createProject({ type: "module" });
  const { "": _project, ...installed } = await lockedPackages(project);
  expect(Object.keys(installed)).toEqual([`node_modules/${name}`]);
  expect(installed[`node_modules/${name}`]?.integrity).toBe(integrity);
});

test("the command `polytomic-users` runs in a project that has installed the package", async () => {
  const project = await createProject({ type: "module" });
  expect(await npm(["exec", "--", "polytomic-users", "--help"], { cwd: project.folder })).toContain("--port");
});
