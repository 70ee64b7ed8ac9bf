import { paint, printable } from "./print.ts";
import type { OrganizationReport, Report, ReportedStep, Totals } from "./report.ts";

/** The name of each role by its id, for all organizations. */
export type RoleNames = ReadonlyMap<string, string>;

/** Describes what would change, and what speaks against it. Organizations that are in line are only counted. */
export function describePlans(report: Report, roleNames: RoleNames): string {
  const { organizations, objections, total } = report;
  return [
    ...objections.map(describeObjection),
    ...organizations.filter(needsAttention).flatMap((each) => describePlan(each, roleNames)),
    ...(organizations.length === 1 ? [] : [`In total: ${describeTotals(total)}`]),
    ...(total.inLine === organizations.length && objections.length === 0
      ? ["Everything is in line with the list."]
      : []),
  ].join("\n");
}

function needsAttention({ steps, objections, problem }: OrganizationReport): boolean {
  return steps.length + objections.length > 0 || problem !== undefined;
}

function describePlan(organization: OrganizationReport, roleNames: RoleNames): string[] {
  const { steps, objections, unchanged, problem } = organization;
  const count = (action: ReportedStep["action"]): number => steps.filter((step) => step.action === action).length;
  const counts = `create ${count("create")}, update ${count("update")}, delete ${count("delete")}, unchanged ${unchanged}`;
  if (problem !== undefined) return [`${nameOf(organization)}: ${paint("red", printable(problem))}`];
  return [
    `${nameOf(organization)}: ${counts}`,
    ...steps.map((step) => `  ${describeStep(step, roleNames)}`),
    ...firstOf(objections).map((objection) => `  ${describeObjection(objection)}`),
    ...(objections.length > MOST_OBJECTIONS ? [`  … and ${objections.length - MOST_OBJECTIONS} more objections`] : []),
  ];
}

/** A list of the wrong kind has a mistake in each line. */
const MOST_OBJECTIONS = 50;

function firstOf<T>(objections: readonly T[]): readonly T[] {
  return objections.slice(0, MOST_OBJECTIONS);
}

function describeObjection({ message }: { readonly message: string }): string {
  return paint("red", `! ${printable(message)}`);
}

function nameOf({ id, name }: OrganizationReport): string {
  if (name === undefined) return printable(id ?? "The organization of the key");
  return printable(id === undefined ? name : `${name} (${id})`);
}

const SIGNS = { create: "+", update: "~", delete: "-" } as const;
const COLORS = { create: "green", update: "yellow", delete: "red" } as const;

function describeStep(step: ReportedStep, roleNames: RoleNames): string {
  const namesOf = (ids: readonly string[]): string =>
    ids.map((id) => roleNames.get(id.toLowerCase()) ?? id).join(", ") || "no roles";
  const oldRoles = step.action === "create" ? undefined : namesOf(step.old_role_ids);
  const newRoles = step.action === "delete" ? undefined : step.role_ids ? namesOf(step.role_ids) : "default role";
  const roles = [oldRoles, newRoles].filter((each) => each !== undefined).join(" → ");
  return paint(COLORS[step.action], printable(`${SIGNS[step.action]} ${step.email}  ${roles}`));
}

function describeTotals(total: Totals): string {
  const { organizations, inLine, unchanged } = total;
  const counts = `create ${total.create}, update ${total.update}, delete ${total.delete}, unchanged ${unchanged}`;
  return `${organizations} organizations, ${inLine} of them in line; ${counts}`;
}

/** Describes what was done, and lists what was not. The counts contain no address. */
export function describeOutcomes({ organizations, total }: Report, roleNames: RoleNames): string {
  const changed = organizations.filter(needsAttention);
  return [
    ...changed.flatMap((each) => describeLeft(each, roleNames)),
    "",
    ...changed.map((each) => `${nameOf(each)}: ${countOutcomes(each.steps)}`),
    ...(changed.length === 1 ? [] : [`In total: ${countOutcomes(organizations.flatMap(({ steps }) => steps))}`]),
    ...(total.failed + total.unknown + total.notStarted > 0 ? ["Run the command again to do what is left."] : []),
  ].join("\n");
}

function describeLeft(organization: OrganizationReport, roleNames: RoleNames): string[] {
  const { steps, problem } = organization;
  const left = steps.filter(({ result, note }) => result !== "done" || note !== undefined);
  if (left.length === 0 && problem === undefined) return [];
  const lines = left.map((step) => {
    const reason = step.note === undefined ? "" : printable(`: ${step.note}`);
    return `  ${step.result} ${describeStep(step, roleNames)}${reason}`;
  });
  return ["", `${nameOf(organization)}:`, ...(problem === undefined ? [] : [`  ${printable(problem)}`]), ...lines];
}

const DONE = { create: "created", update: "updated", delete: "deleted" } as const;

function countOutcomes(steps: readonly ReportedStep[]): string {
  const done = Object.entries(DONE).map(
    ([action, name]) => `${name} ${steps.filter((step) => step.action === action && step.result === "done").length}`,
  );
  const others = ["failed", "unknown", "not started"].map(
    (result) => `${result} ${steps.filter((step) => step.result === result).length}`,
  );
  return [...done, ...others.filter((each) => !each.endsWith(" 0"))].join(", ");
}
