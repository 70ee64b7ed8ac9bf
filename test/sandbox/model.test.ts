import * as fc from "fast-check";
import { expect, test } from "vitest";
import { OPERATIONS } from "../../generated/contract.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { Model, type Command } from "./model/commands.ts";
import { organizationCommands, SECOND } from "./model/organizations.ts";
import { userCommands } from "./model/users.ts";

/** The command set of each resource. */
const SETS = [userCommands, organizationCommands];

/** After a command of any resource, all resources must agree with the model. */
function checked(command: Command): Command {
  return {
    check: (model) => command.check(model),
    run: async (model, real) => {
      await command.run(model, real);
      for (const { expectAgreement } of SETS) expectAgreement(model, real);
    },
    toString: () => command.toString(),
  };
}

const BUSY_MACHINE = { timeout: 300_000 };

test(
  "the SDK, the sandbox and the model agree on every sequence of calls by several clients",
  BUSY_MACHINE,
  async () => {
    const seen = new Set<string>();
    const commands = fc.commands(
      SETS.flatMap((set) => set.commands.map((command) => command.map(checked))),
      { maxCommands: 60, size: "+1" },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const sandbox = createSandbox({ organizations: [{}, { id: SECOND }] });
        const organizations = sandbox.snapshot().organizations.map(({ id }) => id);
        await fc.asyncModelRun(() => ({ model: new Model(), real: { sandbox, organizations } }), sequence);
        for (const { operation } of sandbox.requests) seen.add(operation!);
      }),
      { numRuns: 100 },
    );
    expect([...seen].toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  },
);
