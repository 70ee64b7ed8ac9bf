import { defineConfig } from "vitest/config";

/** `npm run test:outside`: runs the spec, the sandbox and an example with software of other projects. */
export default defineConfig({
  test: {
    include: ["test/outside/*.test.ts"],
    api: { host: "127.0.0.1" },
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
