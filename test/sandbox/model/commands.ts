/** Random calls by several clients. Each call is made with the SDK, and the model predicts its result. */
import * as fc from "fast-check";
import { expect } from "vitest";
import type { SnapshotOrganization } from "../../../src/testing/index.ts";
import { accessOf, CLIENTS, MintedKeys, type Access, type Caller, type Real } from "./clients.ts";

/** What the sandbox should contain: the minted keys, and the records of each resource. */
export class Model {
  readonly keys: MintedKeys = new MintedKeys();
  readonly #records: Map<unknown, unknown> = new Map();

  /** The records of a resource. */
  of<Records>(create: (keys: MintedKeys) => Records): Records {
    if (!this.#records.has(create)) this.#records.set(create, create(this.keys));
    return this.#records.get(create) as Records;
  }
}

/** How the model test calls a resource. */
export interface Definition<Records, Choice> {
  /** Creates the model of the resource. */
  readonly create: (keys: MintedKeys) => Records;
  /** The arguments of calls. */
  readonly choices: fc.Arbitrary<Choice>;
  readonly calls: Readonly<Record<string, (call: Access & { records: Records; choice: Choice }) => Promise<void>>>;
  /** The family of each call that only one family has. */
  readonly onlyFamilyOf?: Readonly<Record<string, Caller["family"]>>;
  /** The records of an organization in the model. */
  readonly expected: (records: Records, organization: string) => unknown;
  /** The same records in the sandbox. */
  readonly actual: (organization: SnapshotOrganization) => unknown;
}

/** The commands of one resource. */
export interface CommandSet {
  readonly commands: readonly fc.Arbitrary<Command>[];
  /** Compares all records of the resource with the model. */
  readonly expectAgreement: (model: Model, real: Real) => void;
}

export type Command = fc.AsyncCommand<Model, Real>;

export function commandSet<Records, Choice>(definition: Definition<Records, Choice>): CommandSet {
  const { create, choices, calls, onlyFamilyOf = {}, expected, actual } = definition;
  const commands = Object.entries(calls).map(([name, run]) =>
    fc.tuple(callers, choices).map(([caller, choice]): Command => ({
      check: () => (onlyFamilyOf[name] ?? caller.family) === caller.family,
      run: (model, real) => run({ ...accessOf(model.keys, real, caller), records: model.of(create), choice }),
      toString: () => `${name}(${JSON.stringify({ ...caller, ...choice })})`,
    })),
  );
  return {
    commands,
    expectAgreement: (model, { sandbox, organizations }) => {
      const records = model.of(create);
      expect(sandbox.snapshot().organizations.map(actual)).toEqual(organizations.map((id) => expected(records, id)));
    },
  };
}

const callers: fc.Arbitrary<Caller> = fc.record({
  client: fc.constantFrom(...CLIENTS),
  family: fc.constantFrom("current", "partner"),
  organization: fc.nat(1),
  key: fc.nat(20),
});
