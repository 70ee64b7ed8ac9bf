import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProject, TOOLS, type Project } from "./project.ts";

const VERSIONS = ["5.4", "5.9", "6.0", "7.0"];

/** Projects that resolve as Node does have Node's types, and those that bundle have the DOM's. None has both. */
const NODE = { lib: ["es2022"], types: ["node"], typeRoots: [join(TOOLS, "@types")] };
const BROWSER = { lib: ["es2022", "dom", "dom.iterable"], types: [] };

const RESOLUTIONS = {
  nodenext: { compilerOptions: { module: "nodenext", ...NODE }, files: ["esm.ts", "commonjs.cts"] },
  node16: { compilerOptions: { module: "node16", ...NODE }, files: ["esm.ts", "commonjs.cts"] },
  /** TypeScript 5 reads `typesVersions` instead of `exports`. Later versions resolve modules as bundlers do. */
  commonjs: { compilerOptions: { module: "commonjs", ...NODE, lib: ["es2020"] }, files: ["commonjs.cts"] },
  bundler: { compilerOptions: { module: "esnext", moduleResolution: "bundler", ...BROWSER }, files: ["esm.ts"] },
};

type Resolution = keyof typeof RESOLUTIONS;

const EMAILS = "jane.doe@acmecorp.com\njohn.smith@acmecorp.com\n";
const EMITTED: Record<string, string> = { "esm.ts": "out/esm.js", "commonjs.cts": "out/commonjs.cjs" };

test.each(
  VERSIONS.flatMap((version) => (Object.keys(RESOLUTIONS) as Resolution[]).map((name) => [version, name] as const)),
)("a strict project compiles and runs with TypeScript %s and %s", async (version, resolution) => {
  const { files } = RESOLUTIONS[resolution];
  const project = await createProject({ type: "module" }, ...files);
  await compile(project, version, resolution);
  for (const file of files) expect(await project.run(EMITTED[file]!)).toBe(EMAILS);
});

test.each(VERSIONS)("a project with exactOptionalPropertyTypes compiles with TypeScript %s", async (version) => {
  const project = await createProject({ type: "module" }, ...RESOLUTIONS.nodenext.files);
  await compile(project, version, "nodenext", { exactOptionalPropertyTypes: true });
});

async function compile(project: Project, version: string, resolution: Resolution, more: object = {}): Promise<void> {
  const { compilerOptions, files } = RESOLUTIONS[resolution];
  const strictness = { strict: true, skipLibCheck: false, ...more };
  const options = { ...compilerOptions, ...strictness, target: "es2022", rootDir: ".", outDir: "out" };
  await writeFile(join(project.folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files }));
  await project.run(join(TOOLS, `typescript-${version}`, "bin", "tsc"), "--project", ".");
}
