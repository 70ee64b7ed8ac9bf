import type { components, operations } from "../../generated/schema.ts";
import type { ApiCall, CallTarget, MismatchedOperations, StartCall } from "../call.ts";
import type { AssertNever } from "../exact-types.ts";
import type { ErrorOf } from "../operations.ts";
import type { RequestOptions } from "../options.ts";

type SchemaRole = components["schemas"]["Role"];

/** A role that users of an organization can have. */
export interface Role extends SchemaRole {}

/** The operation that each method calls. */
type Operations = { list: "listRoles" };

/** The roles of one organization. */
export interface Roles {
  /**
   * Lists all roles of the organization: the system roles and the custom ones. Each organization has its own role ids. The
   * API does not paginate.
   *
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The roles. The array is empty if there are none.
   * @throws `ServerError` if the API fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const roles = await acme.roles.list(); // or polytomic.roles.list()
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/permissions/roles/list
   */
  list(options?: RequestOptions): ApiCall<Role[], ErrorOf<operations[Operations["list"]]>>;

  /**
   * Lists the roles and returns the one with this name, without regard to case.
   *
   * @param name The name of the role, such as `"Member"`.
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The role, or `undefined` if the organization has no role with this name.
   * @throws `InvalidArgumentError` if two roles have this name: the message contains their ids. `ServerError` if the API
   * fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const member = await acme.roles.findByName("Member");
   * if (member) await acme.users.create({ email: "ada@acmecorp.com", role_ids: [member.id] });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/permissions/roles/list
   */
  findByName(
    name: string,
    options?: RequestOptions,
  ): ApiCall<Role | undefined, ErrorOf<operations[Operations["list"]]>>;
}

export function currentOrganizationRoles(start: StartCall): Roles {
  return rolesOf(start, { alternative: "`organization(id).roles`" });
}

/** The API has no path for the roles of a customer organization, so the key is scoped to it. */
export function organizationRoles(start: StartCall, org_id: string): Roles {
  return rolesOf(start, { scope: org_id, alternative: "`polytomic.roles`" });
}

function rolesOf(start: StartCall, target: CallTarget): Roles {
  return {
    list: (options) => start("listRoles", target, options),
    findByName: (name, options) => start("listRoles", { ...target, find: { field: "name", value: name } }, options),
  };
}

/** Does not compile while a method returns other data than its operation. The compiler names each such operation. */
export type MismatchedRolesOperations = AssertNever<MismatchedOperations<Roles, Operations>[keyof Operations]>;

/** The operations that the methods above call. */
export type RolesOperation = Operations[keyof Operations];
