import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

const FAILING_CALL = `
const fetch = async () => Response.json({ message: "No." }, { status: 403 });
new Polytomic({ apiKey: "a-key", fetch }).users.list();
`;

test.each([
  {
    format: "an ES module",
    program: "program.mjs",
    code: `import { Polytomic } from "${pathToFileURL(join(DIST, "index.js")).href}";${FAILING_CALL}`,
    file: "index.js",
    error: "ForbiddenError",
  },
  {
    format: "a CommonJS module",
    program: "program.cjs",
    code: `const { Polytomic } = require(${JSON.stringify(join(DIST, "index.cjs"))});${FAILING_CALL}`,
    file: "index.cjs",
    error: "ForbiddenError",
  },
  {
    format: "the sandbox",
    program: "program.mjs",
    code: `import { createSandbox } from "${pathToFileURL(join(DIST, "testing/index.js")).href}"; createSandbox({ seed: -1 });`,
    file: "testing/index.js",
    error: "TypeError",
  },
])(
  "an uncaught error from $format of the package shows readable source code",
  async ({ program, code, file, error }) => {
    const stderr = await run(program, code);
    const [, line, shown] = new RegExp(`/dist/${file}:(\\d+)\n(.*)\n`).exec(stderr) ?? [];
    const source = (await readFile(join(DIST, file), "utf8")).split("\n");
    expect(shown).toBe(source[Number(line) - 1]);
    expect(shown).toMatch(/^\s+(?:throw|return) new .{1,150}$/);
    expect(stderr).toContain(`\n${error}: `);
  },
);

/** Runs a program in a new Node process, and returns what it writes to stderr before it exits with code 1. */
async function run(name: string, code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), code);
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [join(folder, name)], (_error, _stdout, stderr) => {
      if (child.exitCode === 1) resolve(stderr);
      else reject(new Error(`exit code ${child.exitCode}: ${stderr}`));
    });
  });
}

test("importing the package does not load Node's fetch, which takes ten times longer than the rest", async () => {
  const code = `import(${JSON.stringify(pathToFileURL(join(DIST, "index.js")).href)}).then(() => console.log(process.moduleLoadList.join("\\n")))`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", code]);
  expect(stdout).toContain("NativeModule");
  expect(stdout).not.toContain("undici");
});
