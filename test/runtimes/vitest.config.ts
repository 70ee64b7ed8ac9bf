import { defineConfig } from "vitest/config";

/** `npm run test:runtimes`: runs the smoke program with the installed tarball on every supported runtime. */
export default defineConfig({
  test: {
    include: ["test/runtimes/*.test.ts"],
    globalSetup: "test/runtimes/setup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
