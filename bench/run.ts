/**
 * Compares this client with other clients. Prints the results, and writes results.md and results.svg.
 *
 *     npm run bench      builds the package, installs the other clients and measures
 */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundleSize } from "../scripts/package/size.ts";
import { clients, timed } from "./clients.ts";
import { manyOperations } from "./many-operations.ts";
import { PROGRAMS } from "./programs.ts";
import { report, type Calls, type Results } from "./report.ts";
import { inRounds, pick } from "./rounds.ts";
import { typeCost } from "./type-cost.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(HERE, "..");
const OURS = "polytomic-users";
/** `polytomic` imports this Node module, so the bundler must treat it as external. */
const VENDOR_NEEDS = ["stream"];
const NAMES = Object.keys(clients(timed));
const CALL_ROUNDS = 7;

const server = fork(join(HERE, "server.ts"));
const [port] = (await once(server, "message")) as [number];
const baseUrl = `http://127.0.0.1:${port}`;

const results: Results = {
  bundles: await step("bundles", bundles),
  types: await step("types", types),
  inMemory: await step("calls in memory", () => calls("memory", 1)),
  sequential: await step("calls over HTTP, one at a time", () => calls(baseUrl, 1)),
  parallel: await step("calls over HTTP, 64 in flight", () => calls(baseUrl, 64)),
  ...(await step("a list of 100 000 users", listMany)),
  load: await step("20 000 calls, 5 % with a fault", () => child("load", [], ["--expose-gc"])),
  imports: await step("imports", imports),
  generation: await step("generation", generation),
  sandbox: await step("the sandbox", () => inRounds(["2", "100000"], (count) => child<number>("sandbox", [count]), 5)),
};
server.disconnect();
await report(results);

async function step<T>(what: string, measure: () => Promise<T>): Promise<T> {
  process.stderr.write(`${what} …\n`);
  return measure();
}

/** Measures each client in processes of its own. */
async function calls(url: string, inFlight: number): Promise<Calls> {
  const measured = await inRounds(
    NAMES,
    (name) => child<{ cpu: number; wall: number }>("calls", [name, url, String(inFlight)]),
    CALL_ROUNDS,
  );
  return { cpu: pick(measured, "cpu"), wall: pick(measured, "wall") };
}

async function listMany(): Promise<Pick<Results, "listTime" | "listMemory">> {
  const measured = await inRounds(
    NAMES,
    (name) => child<{ time: number; memory: number }>("list-many", [name, baseUrl]),
    5,
  );
  return { listTime: pick(measured, "time"), listMemory: pick(measured, "memory") };
}

/** Measures the imports, in milliseconds. */
async function imports(): Promise<Results["imports"]> {
  const modules: Record<string, string> = {
    "an empty module": "data:text/javascript,",
    "openapi-fetch": "openapi-fetch",
    "polytomic-users": "../../dist/index.js",
    ky: "ky",
    polytomic: "polytomic",
  };
  return inRounds(Object.keys(modules), (name) => child<number>("import", [modules[name]!]), 15);
}

async function bundles(): Promise<Results["bundles"]> {
  const sizes: Results["bundles"] = {};
  for (const [name, program] of Object.entries(PROGRAMS)) {
    sizes[name] = await bundleSize(program, name === OURS ? ROOT : HERE, name === OURS ? [] : VENDOR_NEEDS);
  }
  return sizes;
}

async function types(): Promise<Results["types"]> {
  const costs: Results["types"] = {};
  for (const [name, program] of Object.entries(PROGRAMS)) {
    costs[name] = await typeCost(program, {
      "polytomic-users": ROOT,
      polytomic: join(HERE, "node_modules/polytomic"),
      "openapi-fetch": join(HERE, "node_modules/openapi-fetch"),
      ky: join(HERE, "node_modules/ky"),
      schema: join(ROOT, "generated"),
    });
  }
  return costs;
}

/** Measures `npm run generate` in a copy of the project, in seconds: with the real spec, and with 300 operations. */
async function generation(): Promise<Results["generation"]> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-bench-"));
  const generate = async (): Promise<number> => {
    const start = performance.now();
    await promisify(execFile)("npm", ["run", "generate"], { cwd: folder, shell: process.platform === "win32" });
    return (performance.now() - start) / 1000;
  };
  try {
    for (const name of ["generated", "package.json", ".prettierrc.json", "scripts", "spec"]) {
      await cp(join(ROOT, name), join(folder, name), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
    const ours = await generate();
    await writeFile(join(folder, "spec/openapi.yaml"), await manyOperations(300));
    return { ours, many: await generate() };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs a program of children/ and returns what it prints. */
async function child<T>(name: string, options: string[], nodeOptions: string[] = []): Promise<T> {
  const program = [...nodeOptions, join(HERE, "children", `${name}.ts`), ...options];
  const { stdout } = await promisify(execFile)(process.execPath, program);
  return JSON.parse(stdout) as T;
}
