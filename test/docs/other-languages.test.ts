import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { serveSandbox } from "../../src/cli/sandbox.ts";
import type { ServedSandbox } from "../../src/testing/node.ts";
import { blocksOf } from "./blocks.ts";

const blocks = await blocksOf("docs/guides/testing-other-languages.md");
const blockIn = (language: string): string => blocks.find((block) => block.language === language)!.text;
const run = promisify(execFile);

/** Runs the command `sandbox` on a free port until the end of the test. */
async function serve(...args: string[]): Promise<ServedSandbox> {
  const served = await serveSandbox([...args, "--port", "0"], () => undefined);
  onTestFinished(() => served.close());
  return served;
}

test("the Python tests of the guide pass against a served sandbox", async () => {
  const { url } = await serve();
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "test_directory.py"), blockIn("python"));
  const env = { PATH: process.env["PATH"], SANDBOX: url };
  const { stderr } = await run("python3", ["-W", "error", "-m", "unittest"], { cwd: folder, env });
  expect(stderr).toMatch(/^Ran 3 tests in .*\n\nOK$/m);
});

test("in the requests of a served sandbox, one whose connection was dropped has no status", async () => {
  const { url } = await serve("--fail", '{ "drop": true }');
  await expect(fetch(`${url}/api/organization/users`)).rejects.toThrow();
  const [request] = (await (await fetch(`${url}/_sandbox/requests`)).json()) as object[];
  expect(request).toHaveProperty("method", "GET");
  expect(request).not.toHaveProperty("status");
});
