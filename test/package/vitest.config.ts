import { defineConfig } from "vitest/config";

/** `npm run test:package`: publishes the tarball to a local registry and installs it from there. */
export default defineConfig({
  test: {
    include: ["test/package/*.test.ts"],
    globalSetup: "test/package/setup.ts",
    testTimeout: 300_000, // compilers are slow on a busy machine
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
