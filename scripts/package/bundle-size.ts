import { gzipSync } from "node:zlib";
import { build } from "esbuild";

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
