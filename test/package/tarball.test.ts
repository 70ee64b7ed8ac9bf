import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { npm } from "../../scripts/package/npm.ts";
import { createProject, lockedPackages } from "./project.ts";

const { path, name, version, integrity, files } = inject("tarball");
const registry = inject("registry");

const hash = (bytes: Uint8Array): string => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;

// `npm run test:package -- -u` updates the list.
test("the tarball contains exactly the files that files.txt lists", async () => {
  await expect(`${files.join("\n")}\n`).toMatchFileSnapshot("files.txt");
});

test("the registry serves the packed tarball byte for byte", async () => {
  const served = await fetch(`${registry}${name}/-/${name}-${version}.tgz`);
  const bytes = new Uint8Array(await served.arrayBuffer());
  expect(hash(bytes)).toBe(integrity);
  expect(hash(await readFile(path))).toBe(integrity);
});

test("installing the package installs that tarball and no dependencies", async () => {
  const project = await createProject({ type: "module" });
  const { "": _project, ...installed } = await lockedPackages(project);
  expect(Object.keys(installed)).toEqual([`node_modules/${name}`]);
  expect(installed[`node_modules/${name}`]?.integrity).toBe(integrity);
});

test("every entry point in the installed package.json is a file of the tarball", async () => {
  const project = await createProject({ type: "module" });
  const manifest = await readFile(join(project.folder, "node_modules", name, "package.json"), "utf8");
  const { exports, bin, main, module, types, typesVersions } = JSON.parse(manifest) as Record<string, unknown>;
  const entries =
    JSON.stringify({ exports, bin, main, module, types, typesVersions }).match(/(?<=")\.\/[^"]+\.\w+(?=":?)/g) ?? [];
  const keys = Object.keys(exports as object);
  for (const entry of entries.filter((found) => !keys.includes(found))) expect(files).toContain(entry.slice(2));
  expect(entries.length).toBeGreaterThan(12);
});

test("the command `polytomic-sandbox` runs in a project that has installed the package", async () => {
  const project = await createProject({ type: "module" });
  expect(await npm(["exec", "--", "polytomic-sandbox", "--help"], { cwd: project.folder })).toContain("--port");
});
