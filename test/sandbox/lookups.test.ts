import { expect, onTestFinished, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { FACTS, OPERATION_IDS, pathOf, USER, type OperationFacts } from "../facts.ts";
import { send } from "./send.ts";

const MANY = 1000;
const seeded = Array.from({ length: MANY }, (_, index) => ({ email: `user-${index}@acmecorp.com` }));
const users = [{ id: USER, email: "jane.doe@acmecorp.com" }, ...seeded];

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

const WITHOUT_LISTS = OPERATION_IDS.filter((id) => FACTS[id].family === "partner" && FACTS[id].data !== "users");

test.each(WITHOUT_LISTS)("%s does not iterate over the users", async (id) => {
  const facts: OperationFacts = FACTS[id];
  const sandbox = createSandbox({ organizations: [{ users }] });
  const iterations = countIterations();
  const { status } = await send(sandbox, `${facts.method} ${pathOf(facts)}`, facts.body ? { body: facts.body } : {});
  expect(status).toBe(200);
  expect(iterations()).toBe(0);
  sandbox.snapshot(); // iterates, which shows that iterations are counted
  expect(iterations()).toBeGreaterThan(0);
});
