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

/** Users install nothing else: these packages are bundled, and nothing else may be. */
const BUNDLED = ["openapi-fetch", "csv-parse"];

const common: UserConfig = {
  format: { cjs: { dts: {} }, esm: { dts: false } },
  plugins: [declarationsOfCommonJs, thirdPartyNotices(BUNDLED)],
  target: "es2022",
  tsconfig: "src/tsconfig.json",
  minify: false, // the shipped code is meant to be read; users' bundlers minify
  fixedExtension: false, // .js and .cjs, as package.json says `"type": "module"`
  hash: false, // a shared chunk keeps its name from release to release
  deps: { onlyBundle: ["openapi-fetch"] },
  failOnWarn: true,
};

/** Imports the client's entry instead of bundling a second copy of the client, and of its types. */
const fromClient = (extension: "js" | "cjs"): Rolldown.Plugin => ({
  name: "from-client",
  resolveId: {
    order: "pre", // before the plugin that bundles declarations
    handler: (source) => (source === "../index.ts" ? { id: `../index.${extension}`, external: true } : null),
  },
});

export default defineConfig([
  {
    ...common,
    platform: "neutral",
    entry: { index: "src/index.ts" },
  },
  {
    ...common,
    platform: "neutral",
    entry: { "sync/index": "src/sync/index.ts" },
    // Unlike `plugins`, this also reaches the bundle of the declarations.
    inputOptions: (options, format) => ({
      ...options,
      plugins: [fromClient(format === "cjs" ? "cjs" : "js"), options.plugins],
    }),
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
    deps: { onlyBundle: ["csv-parse"] },
    entry: { main: "src/cli/main.ts" },
    // The command imports the other entries instead of bundling a second copy of them.
    plugins: [
      {
        name: "entries-of-the-command",
        resolveId: (source) =>
          /^\.\.\/(?:(?:sync|testing)\/)?(?:index|node)\.ts$/.test(source)
            ? { id: source.replace(".ts", ".js"), external: true }
            : null,
      },
    ],
  },
]);
