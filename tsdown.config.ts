import { basename } from "node:path";
import { defineConfig, type Rolldown, type UserConfig } from "tsdown";
import { thirdPartyNotices } from "./scripts/package/notices.ts";

/** Writes `index.d.ts` next to `index.js`. It re-exports `index.d.cts`, so that both module systems share one set of types. */
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

/** Users install nothing else: this package is bundled, and nothing else may be. */
const BUNDLED = ["openapi-fetch"];

const common: UserConfig = {
  format: { cjs: { dts: {} }, esm: { dts: false } },
  plugins: [declarationsOfCommonJs, thirdPartyNotices(BUNDLED)],
  target: "es2022",
  tsconfig: "src/tsconfig.json",
  minify: false, // the shipped code is meant to be read; users' bundlers minify
  fixedExtension: false, // .js and .cjs, as package.json says `"type": "module"`
  hash: false, // a shared chunk keeps its name from release to release
  deps: { onlyBundle: BUNDLED },
  failOnWarn: true,
};

export default defineConfig([
  {
    ...common,
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
    outDir: "dist/cli",
    entry: { main: "src/cli/main.ts" },
    // The command imports the other entries instead of bundling a second copy of them.
    plugins: [
      {
        name: "entries-of-the-command",
        resolveId: (source) =>
          /^\.\.\/(?:testing\/)?(?:index|node)\.ts$/.test(source)
            ? { id: source.replace(".ts", ".js"), external: true }
            : null,
      },
    ],
  },
]);
