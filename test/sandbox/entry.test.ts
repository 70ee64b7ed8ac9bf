import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const SOURCE = fileURLToPath(new URL("../../src/", import.meta.url));

const IMPORT = /(?:(?:^|;)(?:import|export)\b[^;"`]*|\bimport\(|\brequire\()["`]([\w@:./-]+)["`]/gm;

/** What a built entry loads, itself and everything that it imports, and what of it is not in the package. */
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

describe("polytomic-users/testing", () => {
  test.each(["testing/index.js", "testing/index.cjs"])("%s needs nothing: no node: module, no package", (entry) => {
    expect(load(entry).outside).toEqual([]);
  });

  test.each(["testing/node.js", "testing/node.cjs", "testing/cli.js"])("%s needs Node and no package", (entry) => {
    const { outside } = load(entry);
    expect(outside).not.toEqual([]);
    for (const specifier of outside) expect(specifier).toMatch(/^node:/);
  });

  test.each(["index.js", "index.cjs"])(
    "%s, the main entry, is one file and not a byte larger for the sandbox beside it",
    (entry) => {
      expect(load(entry)).toEqual({ files: [join(DIST, entry)], outside: [] });
      const text = readFileSync(join(DIST, entry), "utf8");
      for (const word of ["Hono", "sandbox-partner-key", "createSandbox"]) expect(text).not.toContain(word);
    },
  );
});

describe("the source", () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const importsOf = (name: string): string[] =>
    [...readFileSync(join(SOURCE, name), "utf8").matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"/gm)].map(
      ([, specifier = ""]) => specifier,
    );

  test.each(files.filter((name) => name.startsWith("testing/")))("src/%s knows nothing of the SDK", (name) => {
    for (const specifier of importsOf(name)) {
      expect(specifier).toMatch(/^(?:\.\/[\w-]+\.ts|\.\.\/\.\.\/generated\/\w+\.ts|hono(?:\/[\w/-]+)?|node:.*)$/);
    }
  });

  test.each(files.filter((name) => !name.startsWith("testing/")))("src/%s knows nothing of the sandbox", (name) => {
    for (const specifier of importsOf(name)) expect(specifier).not.toMatch(/testing|hono/);
  });
});
