import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes of a program with what it imports from a folder, minified for browsers and gzipped; external modules left out. */
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
