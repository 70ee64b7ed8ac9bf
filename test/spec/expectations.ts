import { beforeAll, describe, expect, test } from "vitest";
import { consequencesOf, type Change, type Consequences } from "./consequences.ts";

/** What a change of the spec must lead to, decided by its meaning for users and the façade, not by the tools. */
export interface Expectation extends Change {
  readonly verdict: Consequences["verdict"];
  /** What the type tests report: operations and what changed about them. Omitted if the types stay the same. */
  readonly names?: readonly string[];
  /** Whether the façade of the frozen spec must not compile, because it would not do what the spec says. */
  readonly breaksFacade?: true;
  /** A part of the error message, if nothing must be generated. */
  readonly refused?: string;
}

/** Tests that each change has the expected consequences. The keys are clauses such as "a path is renamed". */
export function expectConsequences(changes: Readonly<Record<string, Expectation>>): void {
  describe("a change of the spec", () => {
    let found: Consequences[];
    beforeAll(async () => {
      found = await consequencesOf(Object.values(changes));
    }, 600_000);

    const cases = Object.entries(changes).map(([clause, expected], index) => [nameOf(clause, expected), expected, index] as const); // prettier-ignore
    test.each(cases)("%s", (_name, expected, index) => {
      const { verdict, refusal, named, broken } = found[index]!;
      expect(verdict).toBe(expected.verdict);
      if (expected.refused !== undefined) return expect(refusal).toContain(expected.refused);
      expect(refusal).toBeUndefined();
      expect(named).toEqual((expected.names ?? []).toSorted());
      expect(broken?.length !== 0, broken?.join()).toBe(expected.breaksFacade ?? false);
    });
  });
}

function nameOf(clause: string, { verdict, refused, breaksFacade, names }: Expectation): string {
  const further = refused
    ? "nothing is generated"
    : breaksFacade
      ? "the façade does not compile"
      : names
        ? "the type tests fail"
        : "everything compiles";
  return `if ${clause}, the change is rated ${verdict} and ${further}`;
}
