import { defineConfig } from "vitest/config";

/** `npm run test:browser`: runs the SDK and opens the site in the Chromium of this machine. */
export default defineConfig({
  test: {
    include: ["test/browser/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
