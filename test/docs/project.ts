import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Block } from "./blocks.ts";
import { ROOT } from "./tables.ts";

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A project as a user of the package has one, with the blocks as its files. */
export interface Project {
  /** What the compiler says of all of them, with the place in the page. */
  compile(): Promise<string>;
  run(block: Block): Promise<Outcome>;
  remove(): Promise<void>;
}

/** What blocks import besides the package. */
const PACKAGES = ["@opentelemetry", "@types", "msw", "vitest"];

/** What `tsc --init` writes, and what the README says that its blocks want besides. */
const SETTINGS = {
  module: "nodenext",
  target: "esnext",
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noUncheckedSideEffectImports: true,
  moduleDetection: "force",
  types: ["node"],
  noEmit: true,
  allowImportingTsExtensions: true,
};

const CHECKS = fileURLToPath(new URL("../sandbox/contract/register.ts", import.meta.url));

export async function makeProject(blocks: readonly Block[]): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-docs-"));
  const files = new Map(blocks.map((block) => [fileOf(block), block]));
  await mkdir(join(folder, "node_modules"));
  await symlink(ROOT, join(folder, "node_modules/polytomic-users"), "dir");
  for (const name of PACKAGES)
    await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name), "dir");
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: SETTINGS }));
  await copyFile(new URL("api.ts", import.meta.url), join(folder, "api.ts"));
  await copyFile(new URL("setting.ts", import.meta.url), join(folder, "setting.ts"));
  for (const [file, block] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), sourceOf(block));
  }
  return {
    async compile() {
      const { out } = await node(folder, join(ROOT, "node_modules/typescript-7/bin/tsc"), "--pretty", "false");
      return out.replaceAll(/^(\S+?)\((\d+),/gm, (whole, file: string, line: string) => {
        const block = files.get(file);
        return block ? `${block.page}(${block.line + Number(line) - 1},` : whole;
      });
    },
    run: (block) =>
      /from "vitest"/.test(block.text)
        ? node(folder, join(ROOT, "node_modules/vitest/vitest.mjs"), "run", fileOf(block))
        : node(folder, "--import", CHECKS, "--import", join(folder, settingOf(block)), fileOf(block)),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A block that is a file says so in its first line. */
function fileOf({ page, line, text }: Block): string {
  const [, name = `line-${line}.ts`] = /^\/\/ (\S+\.ts)\n/.exec(text) ?? [];
  return `${page.replaceAll(/\W/g, "-")}/${name}`;
}

/** The blocks of a page have what the page gives; the examples of a docstring and the calls of a table have names. */
function settingOf({ page, place, line }: Block): string {
  return page.endsWith(".md") && place === `${page}:${line}` ? "api.ts" : "setting.ts";
}

/** What an example in a docstring takes for granted: that the names of the package are imported. */
const IMPORTED = [
  `import { isPolytomicError, Polytomic } from "polytomic-users";`,
  `import { createSandbox } from "polytomic-users/testing";`,
  `import { listen } from "polytomic-users/testing/node";`,
].join(" ");

/** An example with a `return` is what stands inside of a function. The numbers of the lines stay as they are. */
function sourceOf({ text, page, first }: Block): string {
  if (!page.endsWith(".ts"))
    return first ? `${first.text.replaceAll(/ \/\/ .*$/gm, "").replaceAll("\n", " ")}${text}` : text;
  return /\breturn\b/.test(text) ? `${IMPORTED} await (async () => { ${text}})();\n` : `${IMPORTED} ${text}`;
}

function node(cwd: string, ...args: string[]): Promise<Outcome> {
  const env = { PATH: process.env["PATH"], NO_COLOR: "1" };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd, env, timeout: 60_000 }, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}
