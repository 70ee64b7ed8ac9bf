import { spawnSync } from "node:child_process";
import { copyFile, glob, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const OXLINT = join("node_modules", "oxlint", "bin", "oxlint");

const IMPORT = "a `node:` import";

/** What no runtime but Node, or only a browser, has. */
const VIOLATIONS = {
  [IMPORT]: `import { readFileSync } from "node:fs";\nexport const read = readFileSync;`,
  "a Node module without the prefix": `import { join } from "path";\nexport const joined = join("a");`,
  "a `node:` export": `export { sep } from "node:path";`,
  "a dynamic `node:` import": `export const load = (): Promise<unknown> => import("node:os");`,
  require: `export const fs = require("fs");`,
  Buffer: `export const bytes = Buffer.from("a");`,
  "Buffer of the global object": `export const bytes = globalThis.Buffer;`,
  process: `export const key = process.env["POLYTOMIC_API_KEY"];`,
  "process of the global object, whatever the cast": `export const env = (globalThis as { process?: object }).process;`,
  setImmediate: `setImmediate(() => {});`,
  __dirname: `export const here = __dirname;`,
  document: `export const title = document.title;`,
  "document of the global object": `export const title = globalThis.document;`,
  localStorage: `localStorage.clear();`,
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

/** Puts a program at a path of the project and lints it with the project's rules. */
async function lint(path: string, program: string): Promise<{ status: number | null; output: string }> {
  await writeFile(join(folder, path), `${program}\n`);
  const { status, stdout } = spawnSync(process.execPath, [join(process.cwd(), OXLINT), "--deny-warnings", path], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout };
}

describe("`npm run check` refuses in src/", () => {
  test.each(Object.entries(VIOLATIONS))("%s", async (_what, program) => {
    const { status, output } = await lint("src/http/planted.ts", program);
    expect(output).toMatch(/no-undef|no-restricted-globals|no-nodejs-modules/);
    expect(status).toBe(1);
  });

  test.each(["src/planted.ts", "src/testing/planted.ts"])("the same in %s", async (path) => {
    expect(await lint(path, VIOLATIONS.process)).toMatchObject({ status: 1 });
  });
});

test("what every runtime has is allowed", async () => {
  expect(await lint("src/http/planted.ts", ALLOWED)).toMatchObject({ status: 0 });
});

test.each(["src/testing/node.ts", "src/testing/cli.ts"])("%s, which is for Node, may use it", async (path) => {
  expect(await lint(path, `${VIOLATIONS[IMPORT]}\n${VIOLATIONS.process}`)).toMatchObject({ status: 0 });
});

test("nowhere else in src/ is there a way around the lint than these", async () => {
  const around =
    /globalThis|import\.meta|@ts-\w+|oxlint-disable|eslint-disable|\bdeclare (?:const|let|var|function|module)|from "(?!\.)[^"]+"/;
  const found: string[] = [];
  for await (const file of glob("src/**/*.*")) {
    if (/\.md$|tsconfig\.json$|testing\/(?:node|cli)\.ts$/.test(file)) continue;
    expect(file).toMatch(/\.ts$/);
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => !/^ *(?:\*|\/\*\*)/.test(line));
    for (const line of lines) if (around.test(line)) found.push(`${file}: ${around.exec(line)![0]}`);
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
