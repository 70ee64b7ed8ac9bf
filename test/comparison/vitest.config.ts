import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/comparison/**/*.test.ts"], api: { host: "127.0.0.1" }, testTimeout: 30_000 },
});
