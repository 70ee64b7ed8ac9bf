import { beforeAll, describe, expect, test } from "vitest";
import { consequencesOf, type Change, type Consequences } from "./consequences.ts";

/** What a person expects of a change: from what it means for users and for the façade, not from what the tools say. */
export interface Expectation extends Change {
  readonly verdict: Consequences["verdict"];
  /** What the type tests name: operation and what changed about it. Nothing, where users and façade need not know. */
  readonly names?: readonly string[];
  /** Whether src/ stops compiling, because it would do something else than the spec says. */
  readonly breaksFacade?: true;
  /** What the refusal says, where nothing may be generated. */
  readonly refused?: string;
}

/** Holds each change against what is expected of it. */
export function expectConsequences(of: string, changes: Readonly<Record<string, Expectation>>): void {
  describe(`${of}: users and façade are told as a person expects when`, () => {
    let found: Consequences[];
    beforeAll(async () => {
      found = await consequencesOf(Object.values(changes));
    }, 300_000);

    test.each(Object.entries(changes).map(([name, expected], index) => [name, expected, index] as const))(
      "%s",
      (_name, expected, index) => {
        const { verdict, refusal, named, broken } = found[index]!;
        expect(verdict).toBe(expected.verdict);
        if (expected.refused !== undefined) return expect(refusal).toContain(expected.refused);
        expect(refusal).toBeUndefined();
        expect(named).toEqual((expected.names ?? []).toSorted());
        expect(broken?.length !== 0, broken?.join()).toBe(expected.breaksFacade ?? false);
      },
    );
  });
}
