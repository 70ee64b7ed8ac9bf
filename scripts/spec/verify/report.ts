import { API_VERSION, OPERATIONS } from "../../../generated/contract.ts";
import type { Assumption } from "./assumptions.ts";
import type { Leftovers } from "./created.ts";
import { dataOf, describe, notTested, type Finding } from "./finding.ts";
import type { Exchanged, Lab } from "./lab.ts";

export interface Report {
  /** What was verified. `null` if the run could not start. */
  readonly target: string | null;
  readonly version: string;
  /** One row per operation: whether every response matched the spec. */
  readonly contract: readonly Row[];
  readonly assumptions: readonly Row[];
  /** The names of all response headers. */
  readonly headers: readonly string[];
  /** The created users that were not deleted. */
  readonly left: Leftovers;
  /** Why the run verified less than it should have, or nothing at all. */
  readonly problems: readonly string[];
  readonly exitCode: number;
}

export interface Row extends Finding {
  readonly id: string;
  readonly claim: string;
}

interface Results {
  readonly assumptions: readonly Assumption[];
  readonly findings: ReadonlyMap<string, Finding>;
  readonly left: Leftovers;
  readonly problems: readonly string[];
  readonly interruption: Interruption;
}

/** The exit code of a run that a signal ended: 128 and the number of the signal. */
type Interruption = number | undefined;

export function createReport(lab: Lab, results: Results): Report {
  const contract = Object.keys(OPERATIONS).map((id) => contractRow(id, lab.exchanges));
  const assumptions = results.assumptions.map(({ id, claim, untested }) => ({
    id,
    claim,
    ...(results.findings.get(id) ?? notTested(untested ?? NEEDS_USER)),
  }));
  const { left, interruption } = results;
  const problems = [...results.problems, ...(interruption === undefined ? describeUnverified(lab) : [INTERRUPTED])];
  const isContradicted = contract.some(({ result }) => result === "contradicted");
  const otherwise = isContradicted ? 1 : problems.length > 0 ? 2 : 0;
  return {
    target: lab.target.name,
    version: API_VERSION,
    contract,
    assumptions,
    headers: headerNames(lab),
    left,
    problems: [...problems, ...describeLeftovers(left)],
    exitCode: exitCodeOf(left, interruption ?? otherwise),
  };
}

/** The report of a run that could not start, or that ended early. */
export function createFailure(problem: string | undefined, left: Leftovers, interruption?: Interruption): Report {
  return {
    target: null,
    version: API_VERSION,
    contract: [],
    assumptions: [],
    headers: [],
    left,
    problems: [problem ?? INTERRUPTED, ...describeLeftovers(left)],
    exitCode: exitCodeOf(left, interruption ?? 2),
  };
}

const NEEDS_USER = "needs --write, and a user that could be created";
const INTERRUPTED = "The run was interrupted.";

/** A user that is left matters most, because somebody has to delete it. */
function exitCodeOf({ ids, mayHaveMore }: Leftovers, otherwise: number): number {
  return ids.length > 0 || mayHaveMore ? 2 : otherwise;
}

function contractRow(operation: string, exchanges: readonly Exchanged[]): Row {
  const own = exchanges.filter((each) => each.operation === operation);
  const violations = [...new Set(own.flatMap((each) => each.violations))];
  const statuses = [...new Set(own.map(({ reply }) => describe(reply)))].toSorted().join(", ");
  const row = { id: operation, claim: `Every response of ${operation} matches the spec.` };
  if (violations.length > 0) return { ...row, result: "contradicted", evidence: violations.join("; ") };
  if (own.some(({ reply }) => reply.failure === undefined && reply.status === 200)) {
    return { ...row, result: "holds", evidence: statuses };
  }
  if (own.length > 0) return { ...row, ...notTested(`no success: ${statuses}`) };
  const isRead = OPERATIONS[operation as keyof typeof OPERATIONS].method === "get";
  if (isRead) return { ...row, ...notTested("needs a key for this operation, and a user in the list") };
  const isCreated = exchanges.some((each) => each.operation?.startsWith("create") && dataOf(each.reply) !== undefined);
  return { ...row, ...notTested(isCreated ? "the user was created with the other family of operations" : NEEDS_USER) };
}

/** Without a single success, the run says nothing about the API. */
function describeUnverified({ exchanges }: Lab): string[] {
  const replies = exchanges.flatMap(({ reply }) => (reply.failure === undefined ? [reply] : []));
  if (replies.some(({ status }) => status === 200)) return [];
  if (replies.length === 0) return ["Nothing could be verified: the API sent no complete response."];
  if (replies.every(({ status }) => status === 401)) {
    return ["Nothing could be verified: the API rejected the key of the environment (401)."];
  }
  return ["Nothing could be verified: no request with the key of the environment succeeded."];
}

function describeLeftovers({ ids, mayHaveMore, possibleIds }: Leftovers): string[] {
  return [
    ...ids.map((id) => `This run created the user ${id}, and could not confirm that it is deleted. Delete it by hand.`),
    ...(mayHaveMore ? ["A user with the address of --email may exist. Look for it, and delete it by hand."] : []),
    ...possibleIds.map((id) => `Possibly left: the user ${id}. Check who that is before you delete it.`),
  ];
}

function headerNames({ exchanges, names }: Lab): string[] {
  const all = exchanges.flatMap(({ reply }) => (reply.failure === undefined ? reply.headerNames : []));
  const shown = [...new Set(all)].map((name) => names.header(name) ?? "(name not shown)");
  return [...new Set(shown)].toSorted();
}

export function format(report: Report): string {
  const lines = [
    `API version ${report.version}, at ${report.target}.`,
    "",
    ...table("The contract", report.contract),
    "",
    ...table("Assumptions and documented behaviour (they do not change the exit code)", report.assumptions),
    "",
    ...wrap(`Response headers: ${report.headers.join(", ") || "none"}`, 110),
    ...report.problems.flatMap((problem) => ["", ...wrap(problem, 110)]),
  ];
  return `${lines.join("\n")}\n`;
}

function table(title: string, rows: readonly Row[]): string[] {
  const line = (result: string, claim: string, evidence: string): string =>
    `  ${result.padEnd(14)}${claim.padEnd(64)}${evidence}`.trimEnd();
  const body = rows.flatMap(({ id, claim, result, evidence }) => {
    const claims = wrap(id in OPERATIONS ? claim : `${id}: ${claim}`, 60);
    const evidences = wrap(evidence, 56);
    const height = Math.max(claims.length, evidences.length);
    return Array.from({ length: height }, (_, index) =>
      line(index === 0 ? result : "", claims[index] ?? "", evidences[index] ?? ""),
    );
  });
  return [title, line("result", "claim", "evidence"), ...body];
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
