import { defineConfig } from "vitest/config";

/** `npm run test:runtimes`: the smoke program on every runtime that is supported, with the tarball installed. */
export default defineConfig({
  test: {
    include: ["test/runtimes/*.test.ts"],
    globalSetup: "test/runtimes/setup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
