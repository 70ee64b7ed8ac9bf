/**
 * Compares the size of the package with its budgets:
 *
 *     npm run check -- size
 */
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { npm } from "./npm.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const PROGRAM = `
  import { Polytomic } from "polytomic-users";
  const users = await new Polytomic({ partnerKey: "a-key" }).organization("an-id").users.list();
  console.log(users.map(({ email }) => email));
`;

/** The largest accepted sizes, in bytes. */
export const BUDGETS = {
  /** A program that lists users: bundled, minified and gzipped. */
  bundled: 19_300,
  /** The package, unpacked. csv-parse in the command `sync` is 47 kB of it. */
  unpacked: 790_000,
};

type Sizes = typeof BUDGETS;

/**
 * The bytes of a program for browsers, bundled, minified and gzipped.
 *
 * @param from The folder from which its imports are resolved.
 * @param external Modules that are not bundled.
 */
export async function bundleSize(program: string, from: string, external: string[] = []): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: from, loader: "ts" },
    bundle: true,
    external,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

async function unpackedSize(): Promise<number> {
  const packed = await npm(["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: ROOT });
  return (JSON.parse(packed) as [{ unpackedSize: number }])[0].unpackedSize;
}

/** Prints each size with its budget. Returns the exit code. */
export function compare(sizes: Sizes, budgets: Sizes = BUDGETS): number {
  const lines = Object.entries(budgets).map(([name, budget]) => {
    const size = sizes[name as keyof Sizes];
    return `${name} ${size} of ${budget} bytes${size > budget ? ", over budget" : ""}`;
  });
  console.log(lines.join("; "));
  return lines.some((line) => line.endsWith("over budget")) ? 1 : 0;
}

if (import.meta.main) {
  process.exitCode = compare({ bundled: await bundleSize(PROGRAM, ROOT), unpacked: await unpackedSize() });
}
