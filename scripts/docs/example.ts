/**
 * Runs a program of examples/ with the built package, by default list-partner-users:
 *
 *     npm run demo -- [name] [argument…]
 *
 * Without a key in the environment, the program calls a sandbox that this command serves, and a program that changes data
 * needs no `--apply`.
 */
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";
import worker from "../../examples/cloudflare-worker.ts";
import { ROOT } from "./markdown.ts";

const EXAMPLES = join(ROOT, "examples");
const KEYS = ["POLYTOMIC_API_KEY", "POLYTOMIC_PARTNER_KEY", "POLYTOMIC_DEPLOYMENT_KEY"];

const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith(".ts")).toSorted();
const [name = "list-partner-users", ...args] = process.argv.slice(2);
const found = files.find((each) => nameOf(each) === name);

if (found === undefined) {
  console.error(`Unknown example: ${name}. Valid names:\n\n  ${files.map(nameOf).join("\n  ")}`);
  process.exitCode = 1;
} else if (KEYS.some((key) => process.env[key])) {
  process.exitCode = await run(found);
} else {
  console.log("No key is set in the environment, so this program calls a sandbox.\n");
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  process.env["POLYTOMIC_DEPLOYMENT_KEY"] = sandbox.deploymentKey;
  process.env["POLYTOMIC_DEPLOYMENT_URL"] = served.url;
  process.env["POLYTOMIC_ORGANIZATION_ID"] = sandbox.organizationId;
  args.push("--apply");
  process.exitCode = await run(found);
  await served.close();
}

function nameOf(file: string): string {
  return file.replace(/(?:\.test)?\.ts$/, "");
}

/** Runs a test with Vitest, and every other example with Node. Returns the exit code. */
async function run(file: string): Promise<number> {
  if (file === "cloudflare-worker.ts") return callWorker();
  const program = file.endsWith(".test.ts")
    ? [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--root", EXAMPLES, file]
    : [join(EXAMPLES, file), ...args];
  const child = spawn(process.execPath, program, { stdio: "inherit" });
  // Ctrl-C reaches the program as well, since the terminal signals both. Wait for the program, which decides when to end.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

/** Calls the Worker in this process, and prints its response to GET /users. */
async function callWorker(): Promise<number> {
  const { POLYTOMIC_ORGANIZATION_ID = "", ...env } = process.env;
  const request = new Request("https://worker.example/users");
  const response = await worker.fetch(request, { ...env, POLYTOMIC_ORGANIZATION_ID });
  console.log(`GET /users → ${response.status}\n${await response.text()}`);
  return response.ok ? 0 : 1;
}
