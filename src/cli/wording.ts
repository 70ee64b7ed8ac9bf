import type { ExistingRole, ExistingUser, Objection, SyncPlan } from "../sync/index.ts";
import type { List } from "./list.ts";

/** Options of the library, and what a user of the command sets or does instead. */
const WORDS: readonly (readonly [library: string, command: string])[] = [
  ["`baseUrl`, `version` and", "`baseUrl` and"], // the command cannot choose the version
  ["`allowInsecureConnection: true` or ", ""],
  ["first apply a plan with `delete: false`", "first run the command with --apply --no-delete"],
  ["Pass the key as an option.", "Set the key in a variable of its own."],
  ["`apiKey`", "POLYTOMIC_API_KEY"],
  ["`partnerKey`", "POLYTOMIC_PARTNER_KEY"],
  ["`deploymentKey`", "POLYTOMIC_DEPLOYMENT_KEY"],
  ["`baseUrl`", "POLYTOMIC_DEPLOYMENT_URL"],
  ["`maxDelete`", "--max-delete"],
];

/** Replaces the options of the library in a message. */
export function inWordsOfTheCommand(message: string): string {
  return WORDS.reduce((text, [library, command]) => text.replaceAll(library, command), message);
}

/** What the objections to the plan of an organization are about. */
export interface PlanFacts {
  readonly plan: SyncPlan;
  readonly users: readonly ExistingUser[];
  readonly roles: readonly ExistingRole[];
  readonly unit: List["unit"];
  /** The value of `--admin-role`. */
  readonly adminRole: string | false | undefined;
  /** The address of the user that the key belongs to. */
  readonly keyUser: string | undefined;
  /** Whether the list is for several organizations. */
  readonly isOneOfMany: boolean;
}

/** The objections to a plan in words of the command. They include a wrong `--admin-role`, even if nothing changes. */
export function wordObjections(facts: PlanFacts): Objection[] {
  const { objections, checks } = facts.plan;
  const isMissing = facts.adminRole !== undefined && checks.adminRoles === null;
  const isNamed = objections.some(({ kind }) => kind === "unknown-admins");
  const all: readonly Objection[] =
    isMissing && !isNamed ? [...objections, { kind: "unknown-admins", message: "" }] : objections;
  return all.map((objection) => ({ ...objection, message: wordObjection(objection, facts) }));
}

function wordObjection({ kind, line, message }: Objection, facts: PlanFacts): string {
  if (kind === "kept-user") return wordKeptUser(line, facts);
  if (kind === "too-many-deletions") return wordTooManyDeletions(facts);
  if (kind === "unknown-admins") return `${wordUnknownAdmins(facts)} ${ABOUT_ADMINS}`;
  if (kind === "last-admin") return `${LAST_ADMIN} ${ABOUT_ADMINS}`;
  const words = inWordsOfTheCommand(message);
  if (facts.unit === "Line") return words;
  const ofEntry = words.replace(/^Line (?=\d)/, "Entry ");
  return kind === "repeated-address" ? ofEntry.replace(/ is also line (?=\d)/, " is also entry ") : ofEntry;
}

function wordKeptUser(line: number | undefined, { unit, keyUser }: PlanFacts): string {
  if (line !== undefined) {
    return `${unit} ${line}: this is the user that the key belongs to, whose roles must not be changed. Leave out the roles.`;
  }
  const email = keyUser === undefined ? "" : `, ${JSON.stringify(keyUser)},`;
  return `The user that the key belongs to${email} is not on the list, but must not be deleted. Add the user to the list.`;
}

function wordTooManyDeletions({ plan, users, isOneOfMany }: PlanFacts): string {
  const { maxDelete, mostDeletions } = plan.checks;
  const deletions = plan.steps.filter(({ action }) => action === "delete").length;
  const managed = users.filter((user) => !user.harbor_only).length;
  const scope = isOneOfMany ? ", which is then the limit for every organization" : "";
  return `The plan deletes ${deletions} of ${managed} users, but --max-delete is ${maxDelete}, which allows ${mostDeletions}. If the list is complete, set --max-delete to ${deletions}${scope}.`;
}

const LAST_ADMIN =
  "The plan leaves the organization without an admin. Keep an existing admin on the list, with the role of an admin.";
const ABOUT_ADMINS =
  "Set --admin-role to the role that makes a user an admin, or to none if the organization needs none.";

function wordUnknownAdmins({ plan, roles, adminRole }: PlanFacts): string {
  if (plan.checks.adminRoles !== null) return "No user has the role of an admin.";
  const names = roles.map(({ id, name }) => `${name} (${id})`).join(", ") || "none";
  return `It is not known who is an admin: no role, or more than one, has the name or id ${JSON.stringify(adminRole ?? "Admin")}. The organization has: ${names}.`;
}
