/**
 * What the package costs its users, in bytes and in types, against `budgets.json`. The same on every machine.
 *
 *     npm run size      build, measure and print; exit 1 when something is over its budget
 */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { typeCost } from "./type-cost.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUDGETS = new URL("budgets.json", import.meta.url);

/** What somebody bundles who lists users. */
const PROGRAM = `
  import { Polytomic } from "./dist/index.js";
  const polytomic = new Polytomic({ partnerKey });
  console.log(await polytomic.organization(organizationId).users.list());
`;

type Costs = Readonly<Record<string, number>>;

async function costs(): Promise<Costs> {
  const { files, instantiations } = await typeCost(ROOT);
  return {
    "bytes to bundle": await bundledBytes(),
    "bytes in the package": packedBytes(),
    dependencies: await dependencies(),
    "files to type-check": files,
    instantiations,
  };
}

/** The program with what it imports, minified for browsers and gzipped. */
async function bundledBytes(): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

/** The unpacked package without its source maps. */
function packedBytes(): number {
  const options = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const packed = execFileSync("npm", options, { cwd: ROOT, encoding: "utf8", shell: process.platform === "win32" });
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string; size: number }[] }];
  return files.filter(({ path }) => !path.endsWith(".map")).reduce((sum, { size }) => sum + size, 0);
}

async function dependencies(): Promise<number> {
  const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<string, object>;
  const installed = [manifest["dependencies"], manifest["peerDependencies"], manifest["optionalDependencies"]];
  return installed.flatMap((group) => Object.keys(group ?? {})).length;
}

if (import.meta.main) {
  const budgets = JSON.parse(await readFile(BUDGETS, "utf8")) as Costs;
  for (const [what, cost] of Object.entries(await costs())) {
    const budget = budgets[what] ?? 0;
    const isOver = cost > budget;
    console.log(`${what.padEnd(22)}${format(cost)} of ${format(budget)}${isOver ? "  over budget" : ""}`);
    if (isOver) process.exitCode = 1;
  }
}

function format(count: number): string {
  return count.toLocaleString("en").replaceAll(",", " ").padStart(8);
}
