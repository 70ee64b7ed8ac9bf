/**
 * Runs a Cloudflare Worker under workerd, asks it for /users once, and prints the answer:
 *
 *     node scripts/docs/worker.ts examples/cloudflare-worker.ts
 *
 * The Worker's bindings are this process's environment. workerd is among the tools of test/runtimes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

const WORKERD = fileURLToPath(new URL("../../test/runtimes/node_modules/.bin/workerd", import.meta.url));

/** What the example calls its variables, and what `npm run example` calls them. */
const BINDINGS = {
  POLYTOMIC_PARTNER_KEY: process.env["POLYTOMIC_PARTNER_KEY"] || process.env["POLYTOMIC_DEPLOYMENT_KEY"],
  POLYTOMIC_ORGANIZATION_ID: process.env["POLYTOMIC_ORGANIZATION_ID"],
  POLYTOMIC_BASE_URL: process.env["POLYTOMIC_DEPLOYMENT_URL"],
};

const [worker] = process.argv.slice(2);
if (!worker) throw new Error("Say which Worker to run, such as examples/cloudflare-worker.ts.");

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
  await writeFile(join(folder, "worker.capnp"), configuration());
  const workerd = spawn(WORKERD, ["serve", join(folder, "worker.capnp"), "--control-fd=3"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const port = await portOf(workerd.stdio[3] as Readable);
    const response = await fetch(`http://127.0.0.1:${port}/users`);
    console.log(`GET /users → ${response.status}\n${await response.text()}`);
    process.exitCode = response.ok ? 0 : 1;
  } finally {
    workerd.kill();
    await once(workerd, "close");
  }
} finally {
  await rm(folder, { recursive: true });
}

/** A Worker on a free port of this machine that may reach the sandbox, which is on this machine as well. */
function configuration(): string {
  const bindings = Object.entries(BINDINGS)
    .filter(([, value]) => value)
    .map(([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-07-01",
      bindings = [${bindings.join(", ")}],
    )),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
}

/** workerd says on its control channel which port it has got. */
async function portOf(control: Readable): Promise<number> {
  for await (const line of createInterface(control)) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number };
    if (event === "listen" && port !== undefined) return port;
  }
  throw new Error("workerd ended before it listened.");
}
