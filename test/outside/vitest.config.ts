import { defineConfig } from "vitest/config";

/** `npm run test:outside`: runs the spec, the sandbox, the client and an example with software of other projects. */
export default defineConfig({
  test: {
    api: { host: "127.0.0.1" },
    testTimeout: 90_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "tools", include: ["test/outside/!(next|queue).test.ts"], sequence: { groupOrder: 0 } },
      },
      // These keep the machine busy, which would delay the tests that depend on time. So they run after them.
      {
        extends: true,
        test: { name: "busy", include: ["test/outside/{next,queue}.test.ts"], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
