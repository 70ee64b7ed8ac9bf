import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

const IMPORT = /(?:(?:^|;)(?:import|export)\b[^;"`]*|\bimport\(|\brequire\()["`]([\w@:./-]+)["`]/gm;

/** The files of the package that a built entry imports, itself included, and the modules outside of the package. */
function load(entry: string): { files: string[]; outside: string[] } {
  const [files, outside]: [Set<string>, Set<string>] = [new Set([join(DIST, entry)]), new Set()];
  for (const file of files) {
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      if (specifier.startsWith(".")) files.add(join(dirname(file), specifier));
      else outside.add(specifier);
    }
  }
  return { files: [...files], outside: [...outside] };
}

test.each(["testing/index.js", "testing/index.cjs"])("dist/%s imports no package and no node: module", (entry) => {
  expect(load(entry).outside).toEqual([]);
});

test.each(["testing/node.js", "testing/node.cjs", "cli/main.js"])(
  "dist/%s imports node: modules and no package",
  (entry) => {
    const { outside } = load(entry);
    expect(outside).not.toEqual([]);
    for (const specifier of outside) expect(specifier).toMatch(/^node:/);
  },
);

test.each(["index.js", "index.cjs"])("dist/%s is a single file without the sandbox", (entry) => {
  expect(load(entry)).toEqual({ files: [join(DIST, entry)], outside: [] });
  const text = readFileSync(join(DIST, entry), "utf8");
  for (const word of ["sandbox-partner-key", "createSandbox"]) expect(text).not.toContain(word);
});
