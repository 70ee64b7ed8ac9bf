/**
 * Measures what the package costs its users, in bytes and in types, and compares that with budgets.json. The results are
 * the same on every machine.
 *
 *     npm run size      builds, measures and prints; exit code 1 when a budget is exceeded
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "./npm.ts";
import { bundleSize } from "./bundle-size.ts";
import { typeCost } from "./type-cost.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUDGETS = new URL("budgets.json", import.meta.url);

/** A program that lists users, which is bundled and type-checked. */
const PROGRAM = `
  import { Polytomic } from "polytomic-users";
  const users = await new Polytomic({ partnerKey: "a-key" }).organization("an-id").users.list();
  export const emails: string[] = users.map(({ email }) => email);
`;

/** Costs, or their budgets, by name. */
type Costs = Readonly<Record<string, number>>;

export async function costs(root: string = ROOT): Promise<Costs> {
  const { files, instantiations } = await typeCost(PROGRAM, { "polytomic-users": root });
  return {
    "bytes to bundle": await bundleSize(PROGRAM, root),
    "bytes in the package": await packedBytes(root),
    dependencies: await dependencies(root),
    "files to type-check": files,
    instantiations,
  };
}

/** The size of the unpacked package. */
async function packedBytes(root: string): Promise<number> {
  const packed = await npm(["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root });
  const [{ unpackedSize }] = JSON.parse(packed) as [{ unpackedSize: number }];
  return unpackedSize;
}

/** The number of packages that an installation may add. */
export async function dependencies(root: string): Promise<number> {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Record<string, object>;
  const groups = [manifest["dependencies"], manifest["peerDependencies"], manifest["optionalDependencies"]];
  return groups.flatMap((group) => Object.keys(group ?? {})).length;
}

/** Prints each cost with its budget. Returns the exit code. */
export function compare(measured: Costs, budgets: Costs): number {
  let exitCode = 0;
  for (const [name, cost] of Object.entries(measured)) {
    const budget = budgets[name] ?? 0;
    console.log(`${name.padEnd(22)}${format(cost)} of ${format(budget)}${cost > budget ? "  over budget" : ""}`);
    if (cost > budget) exitCode = 1;
  }
  return exitCode;
}

function format(count: number): string {
  return count.toLocaleString("en").replaceAll(",", " ").padStart(8);
}

if (import.meta.main) {
  process.exitCode = compare(await costs(), JSON.parse(await readFile(BUDGETS, "utf8")) as Costs);
}
