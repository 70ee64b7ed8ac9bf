import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const TOOLS = fileURLToPath(new URL("node_modules/", import.meta.url));
const CONSUMERS = fileURLToPath(new URL("consumers/", import.meta.url));
const EXACT_TYPES = fileURLToPath(new URL("../../src/exact-types.ts", import.meta.url));
const SPEC = fileURLToPath(new URL("../../spec/openapi.yaml", import.meta.url));
const TSC = fileURLToPath(new URL("../../node_modules/typescript-7/bin/tsc", import.meta.url));

export const GENERATORS = ["hey-api", "orval", "swagger-typescript-api"] as const;

export type Generator = (typeof GENERATORS)[number];

/** The command of each generator. It writes `client.ts` or `client/`, and orval also `schemas.ts`. */
const COMMANDS: Record<Generator, readonly string[]> = {
  "hey-api": ["@hey-api/openapi-ts/bin/run.js", "--input", SPEC, "--output", "client", "--client", "@hey-api/client-fetch", "--silent", "--no-log-file"], // prettier-ignore
  orval: ["orval/dist/bin/orval.mjs", "--config", "orval.config.mjs", "--quiet"],
  "swagger-typescript-api": ["swagger-typescript-api/dist/cli.mjs", "generate", "--path", SPEC, "--output", ".", "--name", "client.ts", "--silent"], // prettier-ignore
};

const COMPILER_OPTIONS = {
  strict: true,
  module: "nodenext",
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable"],
  types: [],
  rootDir: ".",
  outDir: "out",
};

/** A client in a temporary folder, with the program that uses it. */
export interface GeneratedClient {
  /** Compiles the client and the program. */
  compile(): Promise<void>;
  /** Runs the compiled program with an argument, and returns what it found. */
  use(target: object): Promise<Record<string, unknown>>;
  /** Removes the folder. */
  remove(): Promise<void>;
}

/** Generates a client from the spec. */
export async function generateClient(generator: Generator, baseUrl: string): Promise<GeneratedClient> {
  const folder = await mkdtemp(join(tmpdir(), "generated-client-"));
  await symlink(TOOLS, join(folder, "node_modules"), "dir");
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ["consumer.ts"] }),
  );
  if (generator === "orval") await writeFile(join(folder, "orval.config.mjs"), orvalConfig(baseUrl));
  const [tool = "", ...options] = COMMANDS[generator];
  await runIn(folder, join(TOOLS, tool), ...options);
  if (generator === "swagger-typescript-api") await checkTypes(join(folder, "client.ts"));
  await cp(join(CONSUMERS, `${generator}.ts`), join(folder, "consumer.ts"));
  const expectations = await readFile(join(CONSUMERS, "expectations.ts"), "utf8");
  await writeFile(join(folder, "expectations.ts"), expectations.replace("../../../src/", "./"));
  await cp(EXACT_TYPES, join(folder, "exact-types.ts"));
  await mkdir(join(folder, "out"));
  await cp(join(CONSUMERS, "main.js"), join(folder, "out/main.js"));
  return {
    remove: () => rm(folder, { recursive: true }),
    compile: async () => void (await runIn(folder, TSC, "--project", ".")),
    use: async (target) =>
      JSON.parse(await runIn(folder, "out/main.js", JSON.stringify(target))) as Record<string, unknown>,
  };
}

/** Removes the comment that makes the compiler skip a file. */
async function checkTypes(file: string): Promise<void> {
  await writeFile(file, (await readFile(file, "utf8")).replace("// @ts-nocheck\n", ""));
}

function orvalConfig(baseUrl: string): string {
  const input = { target: SPEC };
  return `export default ${JSON.stringify({
    client: { input, output: { client: "fetch", mode: "single", target: "client.ts", baseUrl } },
    schemas: { input, output: { client: "zod", mode: "single", target: "schemas.ts" } },
  })};`;
}

async function runIn(cwd: string, ...command: readonly string[]): Promise<string> {
  try {
    const env = { ...process.env, NO_COLOR: "1", DO_NOT_TRACK: "1" };
    return (await run(process.execPath, [...command], { cwd, env, timeout: 60_000 })).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`node ${command.join(" ")} failed.\n${stdout}${stderr}`, { cause });
  }
}
