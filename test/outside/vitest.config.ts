import { defineConfig } from "vitest/config";

/** `npm run test:outside`: compares the spec and the sandbox with tools of other projects, and runs the client in them. */
export default defineConfig({
  test: {
    include: ["test/outside/*.test.ts"],
    api: { host: "127.0.0.1" },
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
