import { expect, onTestFinished, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { send, type RequestParts } from "./send.ts";

const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
const MANY = 1000;
const seeded = Array.from({ length: MANY }, (_, index) => ({ email: `user-${index}@acmecorp.com` }));
const users = [{ id: JANE, email: "jane.doe@acmecorp.com" }, ...seeded];

type Method = (this: { size: number }, ...values: unknown[]) => unknown;

/** Counts the iterations over maps and sets that have as many entries as there are users. */
function countIterations(): () => number {
  let iterations = 0;
  for (const collection of [Map.prototype, Set.prototype]) {
    for (const name of [Symbol.iterator, "values", "entries", "keys", "forEach"] as const) {
      const original = Object.getOwnPropertyDescriptor(collection, name)!;
      const counted: Method = function (...values) {
        if (this.size >= MANY) iterations++;
        return (original.value as Method).apply(this, values);
      };
      Object.defineProperty(collection, name, { ...original, value: counted });
      onTestFinished(() => void Object.defineProperty(collection, name, original));
    }
  }
  return () => iterations;
}

test.each<[string, RequestParts]>([
  [`GET /users/${JANE}`, {}],
  ["POST /users", { body: { email: "ada@acmecorp.com" }, idempotencyKey: "12345678" }],
  [`PUT /users/${JANE}`, { body: { email: "jane.doe@acmecorp.com", role: "user" } }],
  [`POST /users/${JANE}/keys?force=true`, {}],
  [`DELETE /users/${JANE}`, {}],
])("%s does not iterate over the users", async (request, parts) => {
  const sandbox = createSandbox({ organizations: [{ users }] });
  const iterations = countIterations();
  expect((await send(sandbox, request, parts)).status).toBe(200);
  expect(iterations()).toBe(0);
  sandbox.snapshot(); // iterates, which shows that iterations are counted
  expect(iterations()).toBeGreaterThan(0);
});
