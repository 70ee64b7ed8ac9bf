import { spawnSync } from "node:child_process";
import { copyFile, glob, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const OXLINT = join("node_modules", "oxlint", "bin", "oxlint");

const IMPORT = "a `node:` import";
const PROCESS = "`process`";

/** Code that does not run on every supported runtime. */
const VIOLATIONS = {
  [IMPORT]: `import { readFileSync } from "node:fs";\nexport const read = readFileSync;`,
  "a Node module without the `node:` prefix": `import { join } from "path";\nexport const joined = join("a");`,
  "a `node:` export": `export { sep } from "node:path";`,
  "a dynamic `node:` import": `export const load = (): Promise<unknown> => import("node:os");`,
  "`require`": `export const fs = require("fs");`,
  "`Buffer`": `export const bytes = Buffer.from("a");`,
  "`globalThis.Buffer`": `export const bytes = globalThis.Buffer;`,
  [PROCESS]: `export const key = process.env["POLYTOMIC_API_KEY"];`,
  "a cast of `globalThis` to reach `process`": `export const env = (globalThis as { process?: object }).process;`,
  "`setImmediate`": `setImmediate(() => {});`,
  "`__dirname`": `export const here = __dirname;`,
  "`document`": `export const title = document.title;`,
  "`globalThis.document`": `export const title = globalThis.document;`,
  "`localStorage`": `localStorage.clear();`,
  "an API that only newer runtimes have": `export const pattern = new URLPattern();`,
} as const;

const ALLOWED = `
export const send = (): Promise<Response> => fetch(new URL("https://example.com"), { signal: AbortSignal.timeout(1) });
export const id: string = crypto.randomUUID() + btoa(new TextDecoder().decode(new Uint8Array())) + performance.now();
export const timer = setTimeout(() => console.warn(structuredClone(new Map())), 1);
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portability-"));
  await copyFile(".oxlintrc.json", join(folder, ".oxlintrc.json"));
  await mkdir(join(folder, "src", "http"), { recursive: true });
  await mkdir(join(folder, "src", "testing"));
});

afterAll(() => rm(folder, { recursive: true }));

/** Lints a program at a path of the project with the project's rules. */
async function lint(path: string, program: string): Promise<{ status: number | null; output: string }> {
  await writeFile(join(folder, path), `${program}\n`);
  const { status, stdout } = spawnSync(process.execPath, [join(process.cwd(), OXLINT), "--deny-warnings", path], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout };
}

test.each(Object.entries(VIOLATIONS))("the linter refuses %s in src/", async (_what, program) => {
  const { status, output } = await lint("src/http/planted.ts", program);
  expect(output).toMatch(/no-undef|no-restricted-globals|no-nodejs-modules/);
  expect(status).toBe(1);
});

test.each(["src/planted.ts", "src/testing/planted.ts"])("the linter refuses `process` in %s", async (path) => {
  expect(await lint(path, VIOLATIONS[PROCESS])).toMatchObject({ status: 1 });
});

test("the linter allows in src/ what every runtime supports", async () => {
  expect(await lint("src/http/planted.ts", ALLOWED)).toMatchObject({ status: 0 });
});

test.each(["src/testing/node.ts", "src/testing/cli.ts"])(
  "the linter allows Node's modules and globals in %s",
  async (path) => {
    expect(await lint(path, `${VIOLATIONS[IMPORT]}\n${VIOLATIONS[PROCESS]}`)).toMatchObject({ status: 0 });
  },
);

test("src/ bypasses the portability rules in a known list of places only", async () => {
  const bypass =
    /globalThis|import\.meta|@ts-\w+|oxlint-disable|eslint-disable|\bdeclare (?:const|let|var|function|module)|from "(?!\.)[^"]+"/;
  const found: string[] = [];
  for await (const file of glob("src/**/*.*")) {
    if (/\.md$|tsconfig\.json$|testing\/(?:node|cli)\.ts$/.test(file)) continue;
    expect(file).toMatch(/\.ts$/);
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => !/^ *(?:\*|\/\*\*)/.test(line));
    for (const line of lines) if (bypass.test(line)) found.push(`${file}: ${bypass.exec(line)![0]}`);
  }
  expect(found.toSorted()).toEqual([
    "src/call.ts: oxlint-disable", // `then`, which is what the class is for
    "src/config.ts: globalThis", // `process`, behind a guard
    "src/config.ts: oxlint-disable",
    'src/http/attempt.ts: from "openapi-fetch"',
    "src/http/send.ts: globalThis", // `fetch`, at call time
    'src/testing/app.ts: from "hono"',
    'src/testing/app.ts: from "hono/hono-base"',
    'src/testing/app.ts: from "hono/router/trie-router"',
  ]);
});
