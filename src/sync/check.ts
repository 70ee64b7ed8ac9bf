import { InvalidArgumentError } from "../index.ts";
import { checkPlan } from "./check-plan.ts";
import type { ApplyOptions, ExistingUser, PlanChecks, PlanOptions, SyncPlan, WantedUser } from "./types.ts";

/** The options of a plan, with their defaults. */
export interface PlanSettings {
  readonly roles: PlanOptions["roles"];
  readonly maxDelete: PlanChecks["maxDelete"];
  readonly delete: boolean;
  readonly keep: readonly string[];
  readonly adminRole: string | false;
}

/** Checks the arguments of `planSync()`, and returns its options with their defaults. */
export function checkPlanArguments(
  users: readonly ExistingUser[],
  wanted: readonly WantedUser[],
  options: PlanOptions,
): PlanSettings {
  checkUsers(users, "users");
  refuseIf(!Array.isArray(wanted), "wanted", "must be an array of people, each with an `email`");
  checkNames(options, ["roles", "maxDelete", "delete", "keep", "adminRole"]);
  const { roles, maxDelete = "20%", delete: deletes = true, keep = [], adminRole = "Admin" } = options;
  const isList = (value: unknown): boolean => value === undefined || Array.isArray(value);
  refuseIf(!isList(roles), "options.roles", "must be an array of roles, such as `await acme.roles.list()`");
  refuseIf(!isList(keep), "options.keep", "must be an array of ids or email addresses");
  const isName = (value: unknown): boolean => value === undefined || value === null || typeof value === "string";
  const isRole = (role: { id?: unknown; name?: unknown } | null | undefined): boolean =>
    typeof role === "object" && role !== null && isName(role.id) && isName(role.name);
  refuseIf(!(roles ?? []).every(isRole), "options.roles", "contains a role whose `id` or `name` is not text");
  refuseIf(!keep.every((each) => typeof each === "string"), "options.keep", "must be an array of ids or email addresses"); // prettier-ignore
  refuseIf(typeof deletes !== "boolean", "options.delete", "must be `true` or `false`");
  refuseIf(adminRole !== false && (typeof adminRole !== "string" || adminRole.trim() === ""), "options.adminRole", "must be the name or id of a role, or `false`"); // prettier-ignore
  checkLimit(maxDelete);
  return { roles, maxDelete, delete: deletes, keep, adminRole };
}

/** Checks that a list of users can be compared. The API could return others, which the spec does not allow. */
export function checkUsers(users: readonly ExistingUser[], argument: string): void {
  refuseIf(!Array.isArray(users), argument, "must be an array of users, such as `await acme.users.list()`");
  const isUser = (user: ExistingUser | null): boolean => typeof user?.id === "string" && typeof user.email === "string";
  refuseIf(!users.every(isUser), argument, "contains a user without an `id` or an `email`");
  const isOrganization = ({ organization_id: id }: ExistingUser): boolean => (id ?? undefined) === undefined || typeof id === "string"; // prettier-ignore
  refuseIf(!users.every(isOrganization), argument, "contains a user whose `organization_id` is not text");
  const areRoles = (ids: unknown): boolean => Array.isArray(ids) && ids.every((id) => typeof id === "string");
  refuseIf(!users.every(({ role_ids }) => (role_ids ?? undefined) === undefined || areRoles(role_ids)), argument, "contains a user whose `role_ids` are not an array of ids"); // prettier-ignore
  const organizations = new Set(users.flatMap(({ organization_id }) => organization_id?.toLowerCase() ?? []));
  refuseIf(organizations.size > 1, argument, "must be the users of one organization; make a plan for each");
}

function checkLimit(maxDelete: unknown): void {
  const isNumber = typeof maxDelete === "number" && Number.isInteger(maxDelete) && maxDelete >= 0;
  const isShare = typeof maxDelete === "string" && /^(?:100|\d{1,2}(?:\.\d+)?)%$/.test(maxDelete);
  refuseIf(!isNumber && !isShare, "options.maxDelete", 'must be a whole number, or a share from "0%" to "100%"');
}

/** Checks the arguments of `applySync()`, and returns its options with their defaults. */
export function checkApplyArguments(
  users: unknown,
  plan: SyncPlan,
  options: ApplyOptions,
): { concurrency: number; signal: AbortSignal | undefined; onOutcome: ApplyOptions["onOutcome"] } {
  const hasMethods = typeof (users as { list?: unknown } | null)?.list === "function";
  refuseIf(!hasMethods, "users", "must be `polytomic.users` or `polytomic.organization(id).users`");
  checkPlan(plan);
  checkLimit(plan.checks.maxDelete);
  checkNames(options, ["concurrency", "signal", "onOutcome"]);
  const { concurrency = 4, signal, onOutcome } = options;
  refuseIf(!Number.isInteger(concurrency) || concurrency < 1, "options.concurrency", "must be a whole number from 1");
  refuseIf(signal !== undefined && typeof signal.aborted !== "boolean", "options.signal", "must be an `AbortSignal`");
  refuseIf(onOutcome !== undefined && typeof onOutcome !== "function", "options.onOutcome", "must be a function");
  return { concurrency, signal, onOutcome };
}

function checkNames(options: object | null, valid: readonly string[]): void {
  refuseIf(typeof options !== "object" || options === null, "options", "must be an object");
  const unknown = Object.keys(options!).find((name) => !valid.includes(name));
  refuseIf(
    unknown !== undefined,
    "options",
    `has the unknown option \`${unknown}\`. Valid options: ${valid.join(", ")}`,
  );
}

function refuseIf(isWrong: boolean, argument: string, rule: string): void {
  if (isWrong) throw new InvalidArgumentError(`\`${argument.replace("options.", "")}\` ${rule}.`, { argument });
}
