import * as fc from "fast-check";
import { expect, test } from "vitest";
import { OPERATIONS } from "../../generated/contract.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { CallCommand, CLIENTS, KINDS, type Choice } from "./commands.ts";
import { Model } from "./model.ts";

const choices: fc.Arbitrary<Choice> = fc.record({
  client: fc.constantFrom(...CLIENTS),
  family: fc.constantFrom("current", "partner"),
  organization: fc.nat(1),
  user: fc.nat(20),
  email: fc.constantFrom("ada@acmecorp.com", "ADA@acmecorp.com", "Grace@acmecorp.com", "alan.turing@example.com"),
  role: fc.constantFrom("admin", "user", "auditor"),
  force: fc.boolean(),
});

const BUSY_MACHINE = { timeout: 300_000 };

test(
  "the SDK, the sandbox and the model agree on every sequence of calls by several clients",
  BUSY_MACHINE,
  async () => {
    const seen = new Set<string>();
    const commands = fc.commands(
      KINDS.map((kind) => choices.map((choice) => new CallCommand(kind, choice))),
      { maxCommands: 60, size: "+1" },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const sandbox = createSandbox({ organizations: [{}, {}] });
        const organizations = sandbox.snapshot().organizations.map(({ id }) => id);
        await fc.asyncModelRun(() => ({ model: new Model(), real: { sandbox, organizations } }), sequence);
        for (const { operation } of sandbox.requests) seen.add(operation!);
      }),
      { numRuns: 100 },
    );
    expect([...seen].toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  },
);
