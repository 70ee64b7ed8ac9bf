/**
 * Runs a program of examples/ with the package as it is built:
 *
 *     npm run example <name> [argument…]
 *
 * Where the environment has no key, the program talks to a sandbox that is served for it.
 */
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const KEYS = ["POLYTOMIC_API_KEY", "POLYTOMIC_PARTNER_KEY", "POLYTOMIC_DEPLOYMENT_KEY"];

const ORGANIZATION = "POLYTOMIC_ORGANIZATION_ID";

const files = (await readdir(join(ROOT, "examples"))).filter((file) => file.endsWith(".ts")).toSorted();
const [name = "", ...args] = process.argv.slice(2);
const found = files.find((each) => nameOf(each) === name);

if (found === undefined) {
  console.error(`npm run example <name>, where <name> is one of:\n\n  ${files.map(nameOf).join("\n  ")}`);
  process.exitCode = 1;
} else if (KEYS.some((key) => process.env[key]) && (await lacksOrganization(found))) {
  console.error(`Set ${ORGANIZATION} beside the key: the id of the organization that ${name} works in.`);
  process.exitCode = 1;
} else if (KEYS.some((key) => process.env[key])) {
  process.exitCode = await run(found, {});
} else {
  console.log("There is no key in the environment: the sandbox answers.\n");
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  process.exitCode = await run(found, {
    POLYTOMIC_DEPLOYMENT_KEY: sandbox.deploymentKey,
    POLYTOMIC_DEPLOYMENT_URL: served.url,
    [ORGANIZATION]: sandbox.organizationId,
  });
  await served.close();
}

async function lacksOrganization(file: string): Promise<boolean> {
  return !process.env[ORGANIZATION] && (await readFile(join(ROOT, "examples", file), "utf8")).includes(ORGANIZATION);
}

function nameOf(file: string): string {
  return file.replace(/(?:\.test)?\.ts$/, "");
}

/** A test is run by Vitest, the Worker by workerd, everything else by Node. */
async function run(file: string, env: Record<string, string>): Promise<number> {
  const example = join(ROOT, "examples", file);
  if (file.endsWith(".test.ts")) {
    return node(env, join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--root", join(ROOT, "examples"), file);
  }
  if (file !== "cloudflare-worker.ts") return node(env, example, ...args);
  const installed = await node({}, join(ROOT, "scripts/install-tools.ts"), join(ROOT, "test/runtimes"));
  return installed || node(env, join(ROOT, "scripts/docs/worker.ts"), example);
}

function node(env: Record<string, string>, ...program: string[]): Promise<number> {
  const child = spawn(process.execPath, program, { env: { ...process.env, ...env }, stdio: "inherit" });
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}
