import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Block } from "./blocks.ts";
import type { BlockRun, Program } from "./run-blocks.ts";
import { ENV, ROOT } from "./tables.ts";

/** A user's project that has the package installed and the blocks as its files. */
export interface Project {
  /** Compiles all blocks; resolves with the compiler's complaints, each with its place in the page. */
  compile(): Promise<string>;
  /** Runs all blocks; resolves with what each wrote, by its place. A block that did not finish is missing. */
  run(): Promise<Map<string, BlockRun>>;
  remove(): Promise<void>;
}

/** The packages that blocks import besides `polytomic-users`. */
const PACKAGES = ["@opentelemetry", "@types", "msw", "vitest"];

/** The settings that `tsc --init` writes, and those that the README adds. */
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

export async function makeProject(blocks: readonly Block[]): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-docs-"));
  const files = new Map(blocks.map((block) => [fileOf(block), block]));
  await mkdir(join(folder, "node_modules"));
  await symlink(ROOT, join(folder, "node_modules/polytomic-users"), "dir");
  for (const name of PACKAGES)
    await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name), "dir");
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: SETTINGS }));
  for (const name of ["api.ts", "setting.ts"]) await copyFile(new URL(name, import.meta.url), join(folder, name));
  for (const [file, block] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), sourceOf(block));
  }
  const isTest = ({ text }: Block): boolean => /from "vitest"/.test(text);
  return {
    async compile() {
      const out = await node(folder, join(ROOT, "node_modules/typescript-7/bin/tsc"), "--pretty", "false");
      return out.replaceAll(/^(\S+?)\((\d+),/gm, (whole, file: string, line: string) => {
        const block = files.get(file);
        return block ? `${block.page}(${block.line + Number(line) - 1},` : whole;
      });
    },
    async run() {
      const runs = await Promise.all([
        runPrograms(folder, blocks.filter((block) => !isTest(block))), // prettier-ignore
        runTests(folder, blocks.filter(isTest).map(fileOf)),
      ]);
      return new Map(runs.flat().map((run) => [files.get(relative(folder, run.file))!.place, run]));
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Runs programs in one thread. Those that need the names of setting.ts come last. */
async function runPrograms(folder: string, blocks: readonly Block[]): Promise<BlockRun[]> {
  const order = ["api.ts", "setting.ts"].flatMap((setting) => blocks.filter((block) => settingOf(block) === setting));
  const programs = order.map((block): Program => ({ file: join(folder, fileOf(block)), setting: join(folder, settingOf(block)) })); // prettier-ignore
  const worker = new Worker(new URL("run-blocks.ts", import.meta.url), {
    workerData: { programs, api: join(folder, "api.ts") },
    execArgv: ["--import", fileURLToPath(new URL("../sandbox/contract/register.ts", import.meta.url))],
    env: ENV,
  });
  const runs: BlockRun[] = [];
  worker.on("message", (run: BlockRun) => runs.push(run));
  try {
    await once(worker, "exit", { signal: AbortSignal.timeout(50_000) });
  } catch (error) {
    void worker.terminate();
    throw new Error(`${runs.length} of ${programs.length} programs ended, but something keeps the thread running.`, {
      cause: error,
    });
  }
  return runs;
}

/** Runs test files in one process of Vitest. */
async function runTests(folder: string, files: readonly string[]): Promise<BlockRun[]> {
  const report = join(folder, "report.json");
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  await node(folder, vitest, "run", "--reporter=json", `--outputFile=${report}`, ...files);
  interface Report {
    readonly testResults: {
      name: string;
      status: string;
      message: string;
      assertionResults: { failureMessages: string[] }[];
    }[];
  }
  const { testResults } = JSON.parse(await readFile(report, "utf8")) as Report;
  return testResults.map(({ name, status, message, assertionResults }) => {
    const failures = [message, ...assertionResults.flatMap(({ failureMessages }) => failureMessages)];
    return { file: name, out: "", err: status === "passed" ? "" : `${status} ${failures.join("\n")}` };
  });
}

/** A block that is a file names the file in its first line. */
function fileOf({ page, line, text }: Block): string {
  const [, name = `line-${line}.ts`] = /^\/\/ (\S+\.ts)\n/.exec(text) ?? [];
  return `${page.replaceAll(/\W/g, "-")}/${name}`;
}

/** The blocks of a page define their own names; the examples of docstrings and the calls of tables do not. */
function settingOf({ page, place, line }: Block): string {
  return page.endsWith(".md") && place === `${page}:${line}` ? "api.ts" : "setting.ts";
}

/** Examples in docstrings leave these imports out. */
const IMPORTED = [
  `import { isPolytomicError, Polytomic } from "polytomic-users";`,
  `import { applySync, planSync } from "polytomic-users/sync";`,
  `import { createSandbox, type Fault, type RateLimit, type Seed } from "polytomic-users/testing";`,
  `import { listen } from "polytomic-users/testing/node";`,
].join(" ");

/** An example with a `return` is the body of a function. Lines keep their numbers. */
function sourceOf({ text, page, first }: Block): string {
  if (!page.endsWith(".ts"))
    return first ? `${first.text.replaceAll(/(?:^| )\/\/ .*$/gm, "").replaceAll("\n", " ")}${text}` : text;
  return /\breturn\b/.test(text) ? `${IMPORTED} await (async () => { ${text}})();\n` : `${IMPORTED} ${text}`;
}

function node(cwd: string, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env: ENV, maxBuffer: 1e8 }, (_error, out) => resolve(out));
  });
}
