import type { SyncOutcome, SyncPlan, SyncStep } from "../sync/index.ts";
import type { AppliedTarget, PlannedTarget } from "./plans.ts";
import type { ListObjection } from "./targets.ts";
import { inWordsOfTheCommand } from "./wording.ts";

/** A step of the plan, and its outcome if the plan was applied. */
export type ReportedStep = SyncStep & Partial<Pick<SyncOutcome, "result" | "note">>;

/** What was planned and done in an organization. */
export interface OrganizationReport {
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** How many people need no change. */
  readonly unchanged: number;
  readonly steps: readonly ReportedStep[];
  readonly objections: SyncPlan["objections"];
  /** Why the organization could not be read or changed. */
  readonly problem?: string;
}

export interface Totals {
  readonly organizations: number;
  /** How many organizations were in line before. */
  readonly inLine: number;
  readonly unchanged: number;
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  /** The outcomes, if the plans were applied. */
  readonly done: number;
  readonly failed: number;
  readonly unknown: number;
  readonly notStarted: number;
  readonly objections: number;
  /** How many organizations could not be read or changed. */
  readonly problems: number;
}

/** What `--json` prints. */
export interface Report {
  /** Whether the plans were applied, at least in part. */
  readonly applied: boolean;
  /** What is wrong with the list as a whole. */
  readonly objections: readonly ListObjection[];
  readonly organizations: readonly OrganizationReport[];
  readonly total: Totals;
}

/** Reports plans, or what was done. */
export function createReport(
  results: readonly (PlannedTarget | AppliedTarget)[],
  objections: readonly ListObjection[],
  applied: boolean,
): Report {
  const organizations = results.map((result) => reportOrganization(result, applied));
  return { applied, objections, organizations, total: sum(organizations, objections.length) };
}

function reportOrganization(result: PlannedTarget | AppliedTarget, applied: boolean): OrganizationReport {
  const { target, plan, problem } = result;
  const { id, name } = target;
  const outcomes = "report" in result ? result.report?.outcomes : undefined;
  const outcomeOf = (index: number): Partial<ReportedStep> => {
    if (!applied) return {};
    const { result: outcome, note } = outcomes?.[index] ?? { result: "not started" as const };
    return { result: outcome, ...(note !== undefined && { note: inWordsOfTheCommand(note) }) };
  };
  const steps = (plan?.steps ?? []).map((step, index) => ({ ...step, ...outcomeOf(index) }) as ReportedStep);
  const { unchanged = 0, objections = [] } = plan ?? {};
  return { id, name, unchanged, steps, objections, ...(problem !== undefined && { problem }) };
}

function sum(organizations: readonly OrganizationReport[], listObjections: number): Totals {
  const steps = organizations.flatMap((organization) => organization.steps);
  const action = (name: SyncStep["action"]): number => steps.filter((step) => step.action === name).length;
  const result = (name: SyncOutcome["result"]): number => steps.filter((step) => step.result === name).length;
  const isInLine = (each: OrganizationReport): boolean =>
    each.steps.length + each.objections.length === 0 && each.problem === undefined;
  return {
    organizations: organizations.length,
    inLine: organizations.filter(isInLine).length,
    unchanged: organizations.reduce((total, { unchanged }) => total + unchanged, 0),
    create: action("create"),
    update: action("update"),
    delete: action("delete"),
    done: result("done"),
    failed: result("failed"),
    unknown: result("unknown"),
    notStarted: result("not started"),
    objections: organizations.reduce((total, { objections }) => total + objections.length, listObjections),
    problems: organizations.filter(({ problem }) => problem !== undefined).length,
  };
}

/** 0 in line, planned or applied; 1 something failed; 2 objections. */
export function exitCodeOf({ total }: Report): number {
  if (total.objections > 0) return 2;
  return total.problems + total.failed + total.unknown + total.notStarted > 0 ? 1 : 0;
}
