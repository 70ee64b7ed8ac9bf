/** The apps that guides show: their code blocks, compiled as a user would, and run in a process of their own. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { blocksOf } from "../docs/blocks.ts";
import { ROOT } from "../docs/tables.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** The settings that the guides ask for, and those that the README adds. */
const COMPILER_OPTIONS = {
  module: "nodenext",
  target: "es2023",
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  skipLibCheck: true,
  types: ["node"],
  rewriteRelativeImportExtensions: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/** Compiles the code blocks of a page, each of which names its file in the first line. Returns the folder of the program. */
export async function compileApp(page: string): Promise<string> {
  const folder = await makeFolder();
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  for (const { language, text } of await blocksOf(page)) {
    const [, file] = /^\/\/ (\S+\.ts)\n/.exec(text) ?? [];
    if (language === "tsx" && file !== undefined) await writeFile(join(folder, file), text);
  }
  const tsc = join(ROOT, "node_modules/typescript-7/bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "--pretty", "false"], { cwd: folder }).catch(
    async ({ stdout }: { readonly stdout: string }) => {
      await rm(folder, { recursive: true }); // Vitest does not run `afterAll()` of a file that throws
      throw new Error(`${page} does not compile:\n${stdout}`);
    },
  );
  afterAll(() => rm(folder, { recursive: true }));
  return folder;
}

/** Makes a folder with the packages of `test/outside` and this one. The caller removes it. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-app-"));
  await mkdir(join(folder, "node_modules"));
  const packages = (await readdir(join(FOLDER, "node_modules"))).filter((name) => !name.startsWith("."));
  for (const name of packages)
    await symlink(join(FOLDER, "node_modules", name), join(folder, "node_modules", name), "dir");
  await symlink(ROOT, join(folder, "node_modules/polytomic-users"), "dir");
  return folder;
}

/** An app that is running. */
export interface RunningApp {
  /** Where it listens, without a trailing slash. */
  readonly url: string;
  /** Everything that it wrote to stdout and stderr. */
  readonly output: () => string;
  /** Sends SIGTERM. Resolves with the exit code, or with `null` if the signal ended the process. */
  readonly stop: () => Promise<number | null>;
}

/**
 * Starts a file of a program, as written or compiled, on a free port. It has to log its URL. The end of the test file stops
 * it, so call this at the top of the file: Vitest ignores an `afterAll()` of a running test.
 */
export async function startApp(folder: string, file: string, env: Record<string, string>): Promise<RunningApp> {
  const child = spawn(process.execPath, [file], { cwd: folder, env: { ...env, PORT: "0" } });
  const exited = once(child, "exit");
  const kill = (): void => void child.kill();
  const stop = async (): Promise<number | null> => {
    kill();
    const [code] = (await exited) as [number | null];
    return code;
  };
  process.once("exit", kill);
  afterAll(async () => {
    await stop();
    process.off("exit", kill);
  });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void exited.then(() => reject(new Error(`${file} ended:\n${output}`)));
  });
  return { url, output: () => output, stop };
}
