import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

/** Runs a program through a copy of the launcher, with options of Node. */
async function launch(program: string, ...nodeOptions: string[]): Promise<SpawnSyncReturns<string>> {
  const folder = await mkdtemp(join(tmpdir(), "launcher-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp("scripts/run.cjs", join(folder, "run.cjs"));
  await writeFile(join(folder, "program.ts"), program);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "old.cjs"), 'Object.defineProperty(process.versions, "node", { value: "20.19.0" });');
  return spawnSync(process.execPath, [...nodeOptions, "run.cjs", "program", "--flag", "a b"], {
    cwd: folder,
    encoding: "utf8",
  });
}

test("the launcher runs a program as the main module, with its arguments and its exit code", async () => {
  const program = "console.log(import.meta.main, ...process.argv.slice(2)); process.exitCode = 3;";
  expect(await launch(program)).toMatchObject({ status: 3, stdout: "true --flag a b\n", stderr: "" });
});

test("an error that a launched program throws is printed, and the exit code is 1", async () => {
  const { status, stderr } = await launch('throw new Error("It broke.");');
  expect(status).toBe(1);
  expect(stderr).toContain("Error: It broke.\n    at ");
});

test("the launcher does not run a program on Node 20, and says how to get Node 24", async () => {
  const { status, stdout, stderr } = await launch('console.log("It ran.");', "--require", "./old.cjs");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^This command needs Node 24, but is running on Node 20\.19\.0\. `npm ci` installs Node 24/);
});

test("the table in CONTRIBUTING.md lists every npm script except the lifecycle scripts, and no others", async () => {
  const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: Record<string, string> };
  const table = (await readFile("CONTRIBUTING.md", "utf8")).matchAll(/^\| `npm (?:run )?([\w:]+)/gm);
  const listed = [...table].map(([, name]) => name!);
  const { prepack: _prepack, prepublishOnly: _prepublishOnly, ...commands } = scripts;
  expect(listed.toSorted()).toEqual(Object.keys(commands).toSorted());
});
