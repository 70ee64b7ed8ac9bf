import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,wire,types,sandbox,cli,spec,docs,tooling}/**/*.test.ts", "examples/*.test.ts"],
    globalSetup: "test/build.ts",
    setupFiles: ["test/sandbox/contract/setup.ts"],
    testTimeout: 60_000, // many tests start processes, and a busy machine is not a failure
    maxWorkers: "100%", // much of the time goes into processes that tests start
    api: { host: "127.0.0.1" },
    typecheck: {
      enabled: true,
      include: ["test/types/**/*.test-d.ts"],
      checker: "node_modules/typescript-7/bin/tsc",
      tsconfig: "./tsconfig.json",
    },
  },
});
