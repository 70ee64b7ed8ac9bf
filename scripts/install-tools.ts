/**
 * Installs the tools of a test folder that has a lockfile of its own, unless they are there already.
 *
 *     node scripts/install-tools.ts test/package
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { npm } from "./release/npm.ts";

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("Say which folder's tools to install, such as test/package.");

/** When a file was written last, in milliseconds; 0 when there is none. */
const writtenAt = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

// npm writes the hidden lockfile when an installation is complete.
const installed = await writtenAt(join(folder, "node_modules", ".package-lock.json"));
if (installed < (await writtenAt(join(folder, "package-lock.json")))) {
  console.log(`Installing the tools of ${folder}.`);
  await npm(["ci"], { cwd: folder });
}
