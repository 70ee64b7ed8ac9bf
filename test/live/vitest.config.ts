import { defineConfig } from "vitest/config";

/** `npm run spec:verify` starts these tests, because they need its target and its user. */
export default defineConfig({
  test: {
    include: ["test/live/*.test.ts"],
    pool: "threads", // Ctrl-C signals every process of a terminal, and only spec:verify must handle it
    fileParallelism: false,
    testTimeout: 300_000, // each request has a timeout of its own
    hookTimeout: 300_000,
  },
});
