import { checkPlanArguments } from "./check.ts";
import { planDeletions } from "./deletions.ts";
import { adminObjections, chooseAdminRoles, limitObjections, mostDeletions } from "./guard.ts";
import { isUnchanged, matchEntries } from "./match.ts";
import { isIn, peopleOf } from "./people.ts";
import type { ExistingUser, PlanChecks, PlanOptions, SyncPlan, WantedUser } from "./types.ts";
import { readWanted } from "./wanted.ts";

/**
 * Compares the users of an organization with a list of the people who should be its users, and plans the changes. Sends
 * nothing.
 *
 * The plan has objections if it could take access away from somebody by mistake, or if the list is not clear:
 * `applySync()` refuses such a plan. Harbor-only users are never changed or deleted, if the users come from
 * `polytomic.users.list()`: the users of a customer organization do not have the field that says so.
 *
 * @param users All users of the organization, from `users.list()`.
 * @param wanted The people who should be users. A person without `roles` keeps their roles.
 * @param options The roles of the organization, and the limits of what the plan may do.
 * @returns The plan: steps, objections, and how many people need no change. Plain data, which can be stored as JSON.
 * @throws `InvalidArgumentError` if an argument has the wrong type, an option is unknown, or the users belong to several
 * organizations. What is wrong with the content of the list is an objection.
 * @example
 * const wanted = [{ email: "jane.doe@acmecorp.com" }, { email: "john.smith@acmecorp.com" }, { email: "ada@acmecorp.com" }];
 * const plan = planSync(await acme.users.list(), wanted, { roles: await acme.roles.list() });
 * for (const { message } of plan.objections) console.error(message);
 * for (const { action, email } of plan.steps) console.log(action, email);
 */
export function planSync(
  users: readonly ExistingUser[],
  wanted: readonly WantedUser[],
  options: PlanOptions = {},
): SyncPlan {
  const settings = checkPlanArguments(users, wanted, options);
  const list = readWanted(wanted, settings.roles);
  const matches = matchEntries(list.entries, peopleOf(users), isIn(settings.keep));
  const deletions = settings.delete ? planDeletions(users, { list, matches, isKept: isIn(settings.keep) }) : [];
  const planned = [...matches, ...deletions];
  const steps = ORDER.flatMap((action) => planned.flatMap(({ step }) => (step?.action === action ? [step] : [])));
  const managed = users.filter((user) => !user.harbor_only);
  const adminRoles = chooseAdminRoles(settings);
  const checks: PlanChecks = {
    organization_id: users.find(({ organization_id }) => organization_id)?.organization_id ?? null,
    maxDelete: settings.maxDelete,
    mostDeletions: mostDeletions(settings.maxDelete, managed.length),
    keep: settings.keep,
    adminRoles: adminRoles.ids,
  };
  const objections = [
    ...list.objections,
    ...planned.flatMap(({ objection }) => objection ?? []),
    ...adminObjections(steps, managed, adminRoles),
    ...limitObjections(steps, managed.length, checks),
  ];
  return { steps, unchanged: matches.filter(isUnchanged).length, objections, checks };
}

const ORDER = ["create", "update", "delete"] as const;
