/**
 * What the package costs its users, in bytes and in types, against `budgets.json`. The same on every machine.
 *
 *     npm run size      build, measure and print; exit 1 when something is over its budget
 */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleSize } from "./bundle-size.ts";
import { typeCost } from "./type-cost.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUDGETS = new URL("budgets.json", import.meta.url);

/** What somebody bundles and type-checks who lists users. */
const PROGRAM = `
  import { Polytomic } from "polytomic-users";
  const users = await new Polytomic({ partnerKey: "a-key" }).organization("an-id").users.list();
  export const emails: string[] = users.map(({ email }) => email);
`;

type Costs = Readonly<Record<string, number>>;

async function costs(): Promise<Costs> {
  const { files, instantiations } = await typeCost(PROGRAM, { "polytomic-users": ROOT });
  return {
    "bytes to bundle": await bundleSize(PROGRAM, ROOT),
    "bytes in the package": packedBytes(),
    dependencies: await dependencies(),
    "files to type-check": files,
    instantiations,
  };
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
