import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CHECKS = fileURLToPath(new URL("contract/register.ts", import.meta.url));

/** Runs an example against dist/, as a user would, but for the spec that looks on. */
function run(example: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["--import", CHECKS, `examples/${example}`], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

test.concurrent.each([
  ["sandbox-as-fetch.ts", "ada.lovelace@acmecorp.com"],
  ["sandbox-under-msw.ts", "There are 2 users."],
  ["sandbox-over-http.ts", '200 {"data":[{"email":"ada.lovelace@acmecorp.com"'],
  ["list-partner-users.ts", "jane.doe@acmecorp.com"],
])("%s runs to its end", async (example, shown) => {
  const { code, stdout, stderr } = await run(example);
  expect(stderr).toBe("");
  expect(stdout).toContain(shown);
  expect(code).toBe(0);
});
