/** In every test file, checks every exchange with a sandbox against the spec. A violation fails the test. */
import { afterEach, expect, vi } from "vitest";
import { checked, takeViolations } from "./checked.ts";

vi.mock("../../../src/testing/sandbox.ts", async (original) => {
  const real = await original<{ createSandbox: Parameters<typeof checked>[0] }>();
  return { ...real, createSandbox: checked(real.createSandbox) };
});

afterEach(() => {
  expect(takeViolations(), "exchanges against spec/openapi.yaml").toEqual([]);
});
