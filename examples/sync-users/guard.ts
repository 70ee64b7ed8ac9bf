import type { User } from "polytomic-users";
import type { ChangeStep, CreateStep, Plan, Step } from "./plan.ts";

/** Knows who is an admin, so that the organization always keeps one. */
export class Admins {
  readonly #required: boolean;
  readonly #roles: ReadonlySet<string>;
  readonly #ids: Set<string>;

  /**
   * @param users The users of the organization.
   * @param roles The ids of the roles that make a user an admin. If empty, users whose legacy `role` is `admin` are
   * admins, and their role id is an admin role. `["none"]` means that the organization needs no admin.
   */
  constructor(users: readonly User[], roles: readonly string[]) {
    const named = roles.length > 0 ? [] : users.filter(({ role }) => role?.toLowerCase() === "admin");
    const learned = named.flatMap(({ role_ids }) => (role_ids?.length === 1 ? role_ids : []));
    this.#required = !roles.includes("none");
    this.#roles = new Set([...roles, ...learned].map((id) => id.toLowerCase()));
    this.#ids = new Set([...named, ...users.filter((user) => this.#hasAdminRole(user))].map(({ id }) => id));
  }

  /** Whether an admin is missing although the organization needs one. */
  get areUnknown(): boolean {
    return this.#required && this.#ids.size === 0;
  }

  /** Whether the step makes an existing user an admin. A new user does not count, since the invitation is still open. */
  promotes(step: Step): boolean {
    return step.action === "change" && this.#hasAdminRole(step);
  }

  /** Whether the organization still has an admin after these steps, if it needs one. */
  remainAfter(steps: readonly Step[]): boolean {
    const removed = new Set(steps.map((step) => (this.#demotes(step) ? step.user.id : "")));
    return (
      !this.#required || steps.some((step) => this.promotes(step)) || [...this.#ids].some((id) => !removed.has(id))
    );
  }

  /** Returns whether the step may be executed. A step that removes the last admin may not. */
  allow(step: Step): boolean {
    if (!this.#required || !this.#demotes(step)) return true;
    if (this.#ids.size === 1) return false;
    return this.#ids.delete(step.user.id); // even if the call fails later, since its outcome can be unknown
  }

  /** Records that the roles of a user were changed. */
  record(step: ChangeStep): void {
    if (this.promotes(step)) this.#ids.add(step.user.id);
  }

  /** Records that a user no longer exists. */
  forget({ id }: User): void {
    this.#ids.delete(id);
  }

  #demotes(step: Step): step is Exclude<Step, CreateStep> {
    return step.action !== "create" && !this.promotes(step) && this.#ids.has(step.user.id);
  }

  #hasAdminRole({ role_ids }: { readonly role_ids?: readonly string[] | null | undefined }): boolean {
    return role_ids?.some((id) => this.#roles.has(id.toLowerCase())) ?? false;
  }
}

/** How many users may be deleted: a number such as `5`, or a share such as `20%` of the users of the organization. */
export type Limit = `${number}` | `${number}%`;

export function isLimit(text: string): text is Limit {
  return /^(?:\d{1,9}|\d{1,2}%|100%)$/.test(text);
}

/** Returns the reasons not to apply the plan, if any. */
export function objectionsTo({ steps }: Plan, users: readonly User[], limit: Limit, admins: Admins): string[] {
  const deletions = steps.filter(({ action }) => action === "delete").length;
  const most = limit.endsWith("%") ? (users.length * Number.parseInt(limit, 10)) / 100 : Number(limit);
  const objections: string[] = [];
  if (deletions > most) {
    objections.push(
      `The plan deletes ${deletions} of ${users.length} users, but --max-delete is ${limit}. If the list is complete, pass --max-delete ${deletions}.`,
    );
  }
  if (steps.every(({ action }) => action === "create")) return objections;
  if (admins.areUnknown) {
    objections.push(
      "No user is known to be an admin. Pass the id of the admin role with --admin-role, or --admin-role none if the organization needs no admin.",
    );
  } else if (!admins.remainAfter(steps)) {
    objections.push(
      "The plan leaves the organization without an admin. Keep an existing admin on the list, or pass the id of the admin role with --admin-role.",
    );
  }
  return objections;
}
