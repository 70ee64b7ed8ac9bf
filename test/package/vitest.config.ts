import { defineConfig } from "vitest/config";

/** `npm run test:package`: the tarball, published to a registry and installed from there. */
export default defineConfig({
  test: {
    include: ["test/package/*.test.ts"],
    globalSetup: "test/package/setup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
