import { basename } from "node:path";
import { defineConfig, type Rolldown, type UserConfig } from "tsdown";
import { trimOpenapiFetch } from "./scripts/trim-openapi-fetch.ts";

/** Writes `index.d.ts` beside `index.js`, which says that `index.d.cts` has the declarations. */
const declarationsOfCommonJs: Rolldown.Plugin = {
  name: "declarations-of-commonjs",
  generateBundle({ format }, bundle) {
    for (const output of Object.values(bundle)) {
      if (format !== "es" || output.type !== "chunk" || !output.isEntry) continue;
      const source = `export * from "./${basename(output.name)}.cjs";\n`;
      this.emitFile({ type: "asset", fileName: `${output.name}.d.ts`, source });
    }
  },
};

const common: UserConfig = {
  format: { cjs: { dts: {} }, esm: { dts: false } },
  plugins: [trimOpenapiFetch, declarationsOfCommonJs],
  target: "es2022",
  tsconfig: "src/tsconfig.json",
  sourcemap: true,
  fixedExtension: false, // package.json says what is ESM: .js and .cjs
  hash: false, // a shared chunk keeps its name from release to release
  clean: false, // the builds below share a folder; the `build` script empties it
  // Nothing is left for users to install: these are built in, and nothing else may be.
  deps: { onlyBundle: ["openapi-fetch", "hono"] },
  outputOptions: { comments: { jsdoc: false } }, // they are in the declarations
  minify: { mangle: { toplevel: true, keepNames: { function: false, class: true } } },
  failOnWarn: true,
};

/** The client keeps its lines: Node prints the line that threw, which else is the whole file. */
const withLines: UserConfig["minify"] = { ...(common.minify as object), codegen: { removeWhitespace: false } };

export default defineConfig([
  {
    ...common,
    minify: withLines,
    platform: "neutral",
    entry: { index: "src/index.ts" },
  },
  {
    ...common,
    platform: "neutral",
    entry: { "testing/index": "src/testing/index.ts" },
  },
  {
    ...common,
    platform: "node",
    entry: { "testing/node": "src/testing/node.ts" },
  },
  {
    ...common,
    platform: "node",
    format: "esm",
    dts: false,
    entry: { "testing/cli": "src/testing/cli.ts" },
    // The command runs on the other two entries, and brings no second copy of them.
    plugins: [
      {
        name: "polytomic-sandbox",
        resolveId: (source) =>
          /^\.\/(?:index|node)\.ts$/.test(source) ? { id: source.replace(".ts", ".js"), external: true } : null,
      },
    ],
  },
]);
