import { expect, onTestFinished, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ask, type Asked } from "./ask.ts";

const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
const MANY = 1000;
const seeded = Array.from({ length: MANY }, (_, index) => ({ email: `user-${index}@acmecorp.com` }));
const users = [{ id: JANE, email: "jane.doe@acmecorp.com" }, ...seeded];

type Walk = (this: { size: number }, ...values: unknown[]) => unknown;

/** Counts the walks through maps and sets as large as the users are many. */
function countWalks(): () => number {
  let walks = 0;
  for (const collection of [Map.prototype, Set.prototype]) {
    for (const name of [Symbol.iterator, "values", "entries", "keys", "forEach"] as const) {
      const original = Object.getOwnPropertyDescriptor(collection, name)!;
      const counted: Walk = function (...values) {
        if (this.size >= MANY) walks++;
        return (original.value as Walk).apply(this, values);
      };
      Object.defineProperty(collection, name, { ...original, value: counted });
      onTestFinished(() => void Object.defineProperty(collection, name, original));
    }
  }
  return () => walks;
}

test.each<[string, Asked]>([
  [`GET /users/${JANE}`, {}],
  ["POST /users", { body: { email: "ada@acmecorp.com" }, idempotencyKey: "12345678" }],
  [`PUT /users/${JANE}`, { body: { email: "jane.doe@acmecorp.com", role: "user" } }],
  [`POST /users/${JANE}/keys?force=true`, {}],
  [`DELETE /users/${JANE}`, {}],
])("no walk through the users is needed for %s", async (request, asked) => {
  const sandbox = createSandbox({ organizations: [{ users }] });
  const walks = countWalks();
  expect((await ask(sandbox, request, asked)).status).toBe(200);
  expect(walks()).toBe(0);
  sandbox.snapshot(); // which is one, to show that walks are seen
  expect(walks()).toBeGreaterThan(0);
});
