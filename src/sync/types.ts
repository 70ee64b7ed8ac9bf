/** What `planSync` and `applySync` take and return. Everything in a plan is plain data, which survives JSON. */

/** A person who should be a user, such as an entry of a directory or a row of a CSV file. */
export interface WantedUser {
  /** The email address. It must be one that the API accepts, without spaces, invisible characters or a display name. */
  readonly email: string;
  /**
   * All roles that the person should have: names, whose case does not matter, or ids. Without it, the roles of an
   * existing user stay as they are, and a new user gets the default role.
   */
  readonly roles?: readonly string[] | null | undefined;
  /** The line of the file that the entry comes from, which objections name. Default: its position in the list, from 1. */
  readonly line?: number | undefined;
}

/** What a plan needs to know about a user. Every `User` of this package has it. */
export interface ExistingUser {
  /** The id of the user. */
  readonly id: string;
  /** The email address. */
  readonly email: string;
  /** The id of the organization, which all users of a plan share. */
  readonly organization_id?: string | undefined;
  /** The ids of the roles. */
  readonly role_ids?: readonly string[] | null | undefined;
  /** Whether the user can access only harbors. Only `polytomic.users.list()` returns it. */
  readonly harbor_only?: boolean | undefined;
}

/** What a plan needs to know about a role. */
export interface ExistingRole {
  /** The id of the role. */
  readonly id?: string | undefined;
  /** The name of the role. */
  readonly name?: string | undefined;
}

/** The options of `planSync()`. */
export interface PlanOptions {
  /**
   * The roles of the organization. Names of roles need them, and so does a plan that changes roles or deletes users, to
   * find the last admin.
   */
  readonly roles?: readonly ExistingRole[] | undefined;
  /**
   * How many users a plan may delete: a number, or a share of the current users from `"0%"` to `"100%"`.
   * Default: `"20%"`.
   */
  readonly maxDelete?: number | `${number}%` | undefined;
  /** Whether to delete the users who are not on the list. Default: `true`. */
  readonly delete?: boolean | undefined;
  /**
   * The ids or email addresses of users who are never changed or deleted, such as the user that the API key belongs to.
   * A plan that would do so has an objection. What matches no user is ignored, so that the same option fits many
   * organizations.
   */
  readonly keep?: readonly string[] | undefined;
  /**
   * The name or id of the role that makes a user an admin. The organization always keeps a user with this role. Pass
   * `false` if the organization needs no admin. Default: `"Admin"`.
   */
  readonly adminRole?: string | false | undefined;
}

/** A user to create. */
export interface CreateStep {
  /** What the step does. */
  readonly action: "create";
  /** The email address as the list has it. */
  readonly email: string;
  /** The ids of the roles. Without it, the user gets the default role. */
  readonly role_ids?: readonly string[];
  /** The line of the entry, or its position in the list. */
  readonly line: number;
}

/** A user whose roles to replace. */
export interface UpdateStep {
  /** What the step does. */
  readonly action: "update";
  /** The id of the user. */
  readonly id: string;
  /** The email address of the user. */
  readonly email: string;
  /** The ids of the new roles. */
  readonly role_ids: readonly string[];
  /** The ids of the roles that the user had when the plan was made. */
  readonly old_role_ids: readonly string[];
  /** The line of the entry, or its position in the list. */
  readonly line: number;
}

/** A user to delete. */
export interface DeleteStep {
  /** What the step does. */
  readonly action: "delete";
  /** The id of the user. */
  readonly id: string;
  /** The email address of the user. A user who has another one by now is not deleted. */
  readonly email: string;
  /** The ids of the roles that the user had when the plan was made. */
  readonly old_role_ids: readonly string[];
}

/** A change of one user. */
export type SyncStep = CreateStep | UpdateStep | DeleteStep;

/** Why a plan must not be applied. */
export interface Objection {
  /** The rule that the plan breaks. */
  readonly kind:
    | "invalid-address"
    | "similar-address"
    | "unclear-user"
    | "repeated-address"
    | "invalid-roles"
    | "unknown-role"
    | "ambiguous-role"
    | "harbor-only-user"
    | "kept-user"
    | "too-many-deletions"
    | "unknown-admins"
    | "last-admin";
  /** The line of the list, if the objection is about one. */
  readonly line?: number;
  /** The code point that an address must not contain, such as `"U+200B"`. */
  readonly codePoint?: string;
  /** What is wrong and what to do, as a sentence. Invisible characters are shown as `<U+200B>`. */
  readonly message: string;
}

/** The changes that make the users of an organization match a list. Plain data: it can be stored as JSON. */
export interface SyncPlan {
  /** The changes, in the order in which they are applied: creations, role changes, deletions. */
  readonly steps: readonly SyncStep[];
  /** The number of people on the list who need no change. */
  readonly unchanged: number;
  /**
   * Why the plan must not be applied. Empty if it can be. Correct the entries that objections name, and make a new plan.
   * Do not leave these entries out of the list: the next plan would delete the people.
   */
  readonly objections: readonly Objection[];
  /** What `applySync()` checks again before it changes anything. */
  readonly checks: PlanChecks;
}

/** What `applySync()` checks against the users as they are when it is called. */
export interface PlanChecks {
  /** The organization of the users. `null` if it had no users, or if they did not have this field. */
  readonly organization_id: string | null;
  /** How many users may be deleted: a number, or a share of the users. */
  readonly maxDelete: number | `${number}%`;
  /** The most deletions that were allowed when the plan was made. */
  readonly mostDeletions: number;
  /** The ids and addresses of the users who are never changed or deleted. */
  readonly keep: readonly string[];
  /** The ids of the roles that make a user an admin. Empty if no admin is needed; `null` if they are unknown. */
  readonly adminRoles: readonly string[] | null;
}

/** The options of `applySync()`. */
export interface ApplyOptions {
  /** How many calls run at the same time: a whole number from 1. Default: 4. */
  readonly concurrency?: number | undefined;
  /** Once it is aborted, no further step starts. Running changes finish, so that their outcome is known. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the outcome of each step, as soon as it is known. An observer that throws changes nothing. */
  readonly onOutcome?: ((outcome: SyncOutcome) => void) | undefined;
}

/** What happened to one step. */
export interface SyncOutcome {
  /** The step of the plan. */
  readonly step: SyncStep;
  /**
   * `done`: the user is as the step wants it. `failed`: the API refused the change. `unknown`: the change may have taken
   * effect, or may still do so, because the response was lost or an error of the server; make a new plan to find out.
   * `not started`: nothing was changed, for the reason in `note`.
   */
  readonly result: "done" | "failed" | "unknown" | "not started";
  /** Why the step was not done, or what was different than planned. */
  readonly note?: string;
  /** The error of the call, if one failed. */
  readonly error?: unknown;
}

/** What `applySync()` did. */
export interface SyncReport {
  /** The outcome of each step, in the order of the plan. */
  readonly outcomes: readonly SyncOutcome[];
  /** How many steps have each result. */
  readonly counts: Readonly<Record<SyncOutcome["result"], number>>;
  /** Whether every step is done: the users are as the plan wants them. */
  readonly isComplete: boolean;
}
