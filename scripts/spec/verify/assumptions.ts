import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A claim about the API that the vendor does not document, or that the schemas of the spec cannot express. */
export interface Assumption {
  readonly id: string;
  readonly claim: string;
  /** The files that mark the claim as an assumption. A claim without files follows from what the vendor publishes. */
  readonly where?: readonly string[];
  /** Why no probe tests it. */
  readonly untested?: string;
}

export function readAssumptions(): Assumption[] {
  return parse(readFileSync(new URL("../../../spec/assumptions.yaml", import.meta.url), "utf8")) as Assumption[];
}
