import { defineConfig, type UserConfig } from "tsdown";

const common: UserConfig = {
  format: ["esm", "cjs"],
  target: "es2022",
  tsconfig: "src/tsconfig.json",
  dts: true,
  sourcemap: true,
  fixedExtension: false, // package.json says what is ESM: .js and .cjs
  hash: false, // a shared chunk keeps its name from release to release
  clean: false, // the two builds below share a folder; the `build` script empties it
  // Nothing is left for users to install: these are built in, and nothing else may be.
  deps: { onlyBundle: ["openapi-fetch", "hono", "@hono/node-server"] },
  failOnWarn: true,
};

export default defineConfig([
  {
    ...common,
    platform: "neutral",
    entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" },
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
