/**
 * Runs a program of examples/ with the built package:
 *
 *     npm run example <name> [argument…]
 *
 * Without a key in the environment, the program talks to a sandbox that this command serves. A program that changes data
 * then needs no `--apply`, except sync-users.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";
import { npm } from "../package/npm.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLES = join(ROOT, "examples");
const RUNTIMES = join(ROOT, "test/runtimes");
const KEYS = ["POLYTOMIC_API_KEY", "POLYTOMIC_PARTNER_KEY", "POLYTOMIC_DEPLOYMENT_KEY"];
const ORGANIZATION = "POLYTOMIC_ORGANIZATION_ID";
/** The examples that change data only with `--apply`, without sync-users, which prints a plan first. */
const CHANGE_DATA = ["bulk-invite", "onboard-customer", "rotate-keys"];
/** The examples that need an organization, without those that check this themselves. */
const USE_ORGANIZATION = [...CHANGE_DATA, "cloudflare-worker", "find-user-by-email", "opentelemetry"];

type Environment = Readonly<Record<string, string | undefined>>;

const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith(".ts")).toSorted();
const [name = "", ...args] = process.argv.slice(2);
const found = files.find((each) => nameOf(each) === name);
const hasKey = KEYS.some((key) => process.env[key]);

if (found === undefined) {
  console.error(`Usage: npm run example <name>. Names:\n\n  ${files.map(nameOf).join("\n  ")}`);
  process.exitCode = 1;
} else if (hasKey && USE_ORGANIZATION.includes(name) && !process.env[ORGANIZATION]) {
  console.error(`Set ${ORGANIZATION} as well: the id of the organization that ${name} uses.`);
  process.exitCode = 1;
} else if (hasKey) {
  process.exitCode = await run(found, process.env);
} else {
  console.log("No key is set in the environment, so this program talks to a sandbox.\n");
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  if (CHANGE_DATA.includes(name)) args.push("--apply");
  process.exitCode = await run(found, {
    ...process.env,
    POLYTOMIC_DEPLOYMENT_KEY: sandbox.deploymentKey,
    POLYTOMIC_DEPLOYMENT_URL: served.url,
    [ORGANIZATION]: sandbox.organizationId,
  });
  await served.close();
}

function nameOf(file: string): string {
  return file.replace(/(?:\.test)?\.ts$/, "");
}

/** Runs a test with Vitest, the Worker with workerd, and every other example with Node. Returns the exit code. */
async function run(file: string, env: Environment): Promise<number> {
  if (file === "cloudflare-worker.ts") return runWorker(join(EXAMPLES, file), env);
  const program = file.endsWith(".test.ts")
    ? [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--root", EXAMPLES, file]
    : [join(EXAMPLES, file), ...args];
  const child = spawn(process.execPath, program, { env, stdio: "inherit" });
  // Ctrl-C reaches the program as well, since the terminal signals both. Wait for the program, which decides when to end.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

/** Runs a Worker with workerd, which is one of the tools of test/runtimes, and prints its response to GET /users. */
async function runWorker(worker: string, env: Environment): Promise<number> {
  await npm(["install", "--no-save"], { cwd: RUNTIMES });
  const { build } = await import("tsdown");
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-worker-"));
  try {
    await build({
      config: false,
      entry: { worker },
      outDir: folder,
      format: "esm",
      platform: "neutral",
      dts: false,
      deps: { alwaysBundle: [/.*/], onlyBundle: false },
      logLevel: "warn",
    });
    await writeFile(join(folder, "worker.capnp"), workerdConfig(env));
    const workerd = spawn(
      join(RUNTIMES, "node_modules/.bin/workerd"),
      ["serve", join(folder, "worker.capnp"), "--control-fd=3"],
      { stdio: ["ignore", "inherit", "inherit", "pipe"] },
    );
    try {
      const port = await portOf(workerd.stdio[3] as Readable);
      const response = await fetch(`http://127.0.0.1:${port}/users`);
      console.log(`GET /users → ${response.status}\n${await response.text()}`);
      return response.ok ? 0 : 1;
    } finally {
      workerd.kill();
      await once(workerd, "close");
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The Worker listens on a free port and may connect to this machine, where the sandbox is. */
function workerdConfig(env: Environment): string {
  const bindings = {
    POLYTOMIC_PARTNER_KEY: env["POLYTOMIC_PARTNER_KEY"] || env["POLYTOMIC_API_KEY"],
    POLYTOMIC_DEPLOYMENT_KEY: env["POLYTOMIC_DEPLOYMENT_KEY"],
    POLYTOMIC_DEPLOYMENT_URL: env["POLYTOMIC_DEPLOYMENT_URL"],
    POLYTOMIC_ORGANIZATION_ID: env[ORGANIZATION],
  };
  const written = Object.entries(bindings)
    .filter(([, value]) => value)
    .map(([key, value]) => `(name = ${JSON.stringify(key)}, text = ${JSON.stringify(value)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-07-01",
      bindings = [${written.join(", ")}],
    )),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
}

/** workerd reports the port on its control channel. */
async function portOf(control: Readable): Promise<number> {
  for await (const line of createInterface(control)) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number };
    if (event === "listen" && port !== undefined) return port;
  }
  throw new Error("workerd exited before it started to listen.");
}
