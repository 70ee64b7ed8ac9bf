import type { User } from "polytomic-users";
import type { ListedUser } from "./read.ts";

/** What brings one user in line with the list. */
export type Step = CreateStep | ChangeStep | DeleteStep;

export interface CreateStep {
  readonly action: "create";
  readonly email: string;
  readonly role_ids: string[] | undefined;
}

export interface ChangeStep {
  readonly action: "change";
  readonly email: string;
  readonly role_ids: string[];
  readonly user: User;
}

export interface DeleteStep {
  readonly action: "delete";
  readonly email: string;
  readonly user: User;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** The number of users who already match the list. */
  readonly unchanged: number;
}

/** Compares the users of the organization with the list. The case of addresses and ids and the order of roles are ignored. */
export function makePlan(users: readonly User[], list: readonly ListedUser[]): Plan {
  const listed = new Map(list.map((entry) => [entry.email.toLowerCase(), entry]));
  const existing = new Set(users.map(({ email }) => email.toLowerCase()));
  const create = list
    .filter(({ email }) => !existing.has(email.toLowerCase()))
    .map((entry): Step => ({ action: "create", ...entry }));
  const changeOrDelete = users.flatMap((user): Step[] => {
    const entry = listed.get(user.email.toLowerCase());
    if (!entry) return [{ action: "delete", email: user.email, user }];
    const { role_ids } = entry;
    if (!role_ids || hasRoles(user, role_ids)) return [];
    return [{ action: "change", email: user.email, role_ids, user }];
  });
  return { steps: [...create, ...changeOrDelete], unchanged: users.length - changeOrDelete.length };
}

/** Whether the user has exactly these roles. */
export function hasRoles(user: User, role_ids: readonly string[]): boolean {
  return sorted(user.role_ids ?? []) === sorted(role_ids);
}

function sorted(ids: readonly string[]): string {
  return [...new Set(ids.map((id) => id.toLowerCase()))].toSorted().join(" ");
}

/** Describes the plan: every deletion, and the first creations and role changes. */
export function describePlan({ steps, unchanged }: Plan): string {
  const lines = (["create", "change", "delete"] as const).flatMap((action) => {
    const ofAction = steps.filter((step) => step.action === action);
    const shown = action === "delete" ? ofAction : ofAction.slice(0, 20);
    const rest = ofAction.length - shown.length;
    return [`${action}: ${ofAction.length}`, ...shown.map(describeStep), ...(rest > 0 ? [`  … and ${rest} more`] : [])];
  });
  return [...lines, `unchanged: ${unchanged}`].join("\n");
}

/** Describes a step in a line, such as `  ada@acmecorp.com  <old roles> → <new roles>`. */
export function describeStep(step: Step): string {
  const rolesOf = (ids: readonly string[] | null | undefined): string => ids?.join(" ") || "no roles";
  if (step.action === "delete") return `  ${step.email}`;
  if (step.action === "create") return `  ${step.email}  ${step.role_ids?.join(" ") ?? "default role"}`;
  return `  ${step.email}  ${rolesOf(step.user.role_ids)} → ${rolesOf(step.role_ids)}`;
}
