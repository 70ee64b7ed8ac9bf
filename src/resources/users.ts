import type { components, operations } from "../../generated/schema.ts";
import type { ApiCall, MismatchedOperations, StartCall } from "../call.ts";
import type { AssertNever } from "../exact-types.ts";
import type { ErrorOf, Input, OperationId } from "../operations.ts";
import type { IdempotentRequestOptions, RequestOptions } from "../options.ts";

type Schemas = components["schemas"];
type SchemaUser = Schemas["User"];
type SchemaCurrentUser = Schemas["CurrentOrganizationUser"];
type SchemaApiKey = Schemas["ApiKey"];

/** A person who belongs to an organization. */
export interface User extends SchemaUser {}

/** A user as `polytomic.users.list()` and `polytomic.users.get()` return it: a `User` with fields about harbors. */
export interface CurrentOrganizationUser extends SchemaCurrentUser {}

/** The request body to create a user. Set `role_ids` or `role`, not both. */
export type CreateUserRequest = WithOneRole<Schemas["CreateUserRequest"]>;

/** The request body to update a user of the caller's own organization. Set `role_ids` or `role`, not both. */
export type UpdateUserRequest = WithOneRole<Schemas["UpdateUserRequest"]>;

/**
 * The request body to update a user of a customer organization. It requires the user's current `email`. Set `role_ids` or
 * `role`, not both.
 */
export type UpdatePartnerUserRequest = WithOneRole<Schemas["UpdatePartnerUserRequest"]>;

/** A new API key. The API returns its `value` only once. */
export interface ApiKey extends SchemaApiKey {}

/** The API rejects a body with both fields. */
type WithOneRole<Body> = Input<Body> &
  (
    | {
        /** @deprecated Use `role_ids`. */
        readonly role?: undefined;
      }
    | { readonly role_ids?: undefined }
  );

type CreateApiKeyQuery = Input<NonNullable<operations["createPartnerUserApiKey"]["parameters"]["query"]>>;

/** Query parameters of `createApiKey`. */
export interface CreateApiKeyParams extends CreateApiKeyQuery {}

/** The operation that each method calls. */
type MethodOperations = Readonly<Record<"list" | "create" | "get" | "update" | "delete", OperationId>>;

type CurrentOrganizationOperations = {
  list: "listCurrentOrgUsers";
  create: "createCurrentOrgUser";
  get: "getCurrentOrgUser";
  update: "updateCurrentOrgUser";
  delete: "deleteCurrentOrgUser";
};

type PartnerOperations = {
  list: "listPartnerUsers";
  create: "createPartnerUser";
  get: "getPartnerUser";
  update: "updatePartnerUser";
  delete: "deletePartnerUser";
  createApiKey: "createPartnerUserApiKey";
};

/**
 * The methods that the users of every organization have. `update` is a property, because TypeScript would compare the
 * parameters of a method in both directions: users of a customer organization would pass for users that need no `email`.
 */
interface Users<Operations extends MethodOperations, Found extends User, UpdateBody> {
  /**
   * Lists all users of the organization. The API does not paginate.
   *
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The users. The array is empty if there are none.
   * @throws `ForbiddenError` if the key has no access to the organization, `NotFoundError` if the organization does
   * not exist. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const users = await acme.users.list(); // or polytomic.users.list()
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list (customer organization)
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list-current-org-users (the caller's own organization)
   */
  list(options?: RequestOptions): ApiCall<Found[], ErrorOf<operations[Operations["list"]]>>;

  /**
   * Creates a user. The API sends the person an invitation by email; roles take effect when it is accepted.
   *
   * @param body The `email`, and optionally `role_ids` with at least one role.
   * @param options The signal, time limits, retries, version, headers and idempotency key of this call.
   * @returns The new user. The API converts the email address to lower case.
   * @throws `ForbiddenError` if the key is not allowed to create users in this organization,
   * `UnprocessableEntityError` if the API rejects the body, for example because the email address is taken,
   * `ServerError` if the API fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const ada = await acme.users.create({ email: "ada@acmecorp.com", role_ids: [roleId] });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/create (customer organization)
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/create-current-org-user (the caller's own organization)
   */
  create(
    body: CreateUserRequest,
    options?: IdempotentRequestOptions,
  ): ApiCall<User, ErrorOf<operations[Operations["create"]]>>;

  /**
   * Returns one user.
   *
   * @param id The id of the user, a UUID.
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The user.
   * @throws `ForbiddenError` if the key has no access to the user, `NotFoundError` if the user does not exist,
   * `ServerError` if the API fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const jane = await acme.users.get("a3f1c2d4-5b6e-7f89-0123-456789abcdef");
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/get (customer organization)
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/get-current-org-user (the caller's own organization)
   */
  get(id: string, options?: RequestOptions): ApiCall<Found, ErrorOf<operations[Operations["get"]]>>;

  /**
   * Replaces the roles of a user, and changes nothing else: not even the email address, if `email` is a new one. Without
   * roles, it changes nothing.
   *
   * @param id The id of the user, a UUID.
   * @param body `role_ids` with at least one role. In a customer organization, also the user's current `email`.
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The updated user.
   * @throws `ForbiddenError` if the key is not allowed to change the user, `UnprocessableEntityError` if the API
   * rejects the body, `NotFoundError` if the user does not exist, `ServerError` if the API fails. {@link ApiCall}
   * lists the errors common to all calls.
   * @example
   * await acme.users.update(jane.id, { email: jane.email, role_ids: [roleId] });
   * await polytomic.users.update(jane.id, { role_ids: [roleId] });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/update (customer organization)
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/update-current-org-user (the caller's own organization)
   */
  readonly update: (
    id: string,
    body: UpdateBody,
    options?: RequestOptions,
  ) => ApiCall<User, ErrorOf<operations[Operations["update"]]>>;

  /**
   * Deletes a user immediately and permanently.
   *
   * @param id The id of the user, a UUID.
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The deleted user.
   * @throws `ForbiddenError` if the key is not allowed to delete the user, `NotFoundError` if the user does not
   * exist, `ServerError` if the API fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * await acme.users.delete(jane.id);
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/delete (customer organization)
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/delete-current-org-user (the caller's own organization)
   */
  delete(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations[Operations["delete"]]>>;

  /**
   * Lists the users and returns the one with this email address, without regard to case.
   *
   * @param email The email address.
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The user, or `undefined` if the organization has no user with this address.
   * @throws `ForbiddenError` if the key has no access to the organization, `NotFoundError` if the organization does
   * not exist. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const jane = await acme.users.findByEmail("Jane.Doe@acmecorp.com");
   * if (jane) await acme.users.delete(jane.id);
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list (customer organization)
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list-current-org-users (the caller's own organization)
   */
  findByEmail(
    email: string,
    options?: RequestOptions,
  ): ApiCall<Found | undefined, ErrorOf<operations[Operations["list"]]>>;
}

/** The users of the organization that the caller's key belongs to or is scoped to. */
export interface CurrentOrganizationUsers extends Users<
  CurrentOrganizationOperations,
  CurrentOrganizationUser,
  UpdateUserRequest
> {}

/** The users of one customer organization. */
export interface OrganizationUsers extends Users<PartnerOperations, User, UpdatePartnerUserRequest> {
  /**
   * Creates an API key for a user. The API returns its value only once, so store it at once.
   *
   * @param id The id of the user, a UUID.
   * @param params With `force: true`, the API first revokes the user's existing key. What happens to an existing key
   * otherwise is not documented.
   * @param options The signal, time limits, retries, version, headers and idempotency key of this call.
   * @returns The key, as `value`.
   * @throws `ForbiddenError` if the key is not allowed to create keys in this organization, `NotFoundError` if the
   * user does not exist, `ServerError` if the API fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const { value } = await acme.users.createApiKey(jane.id, { force: true });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/create-api-key
   */
  createApiKey(
    id: string,
    params?: CreateApiKeyParams,
    options?: IdempotentRequestOptions,
  ): ApiCall<ApiKey, ErrorOf<operations[PartnerOperations["createApiKey"]]>>;
}

export function currentOrganizationUsers(start: StartCall): CurrentOrganizationUsers {
  return {
    list: (options) => start("listCurrentOrgUsers", {}, options),
    create: (body, options) => start("createCurrentOrgUser", { body }, options),
    get: (id, options) => start("getCurrentOrgUser", { params: { path: { id } } }, options),
    update: (id, body, options) => start("updateCurrentOrgUser", { params: { path: { id } }, body }, options),
    delete: (id, options) => start("deleteCurrentOrgUser", { params: { path: { id } } }, options),
    findByEmail: (email, options) => start("listCurrentOrgUsers", { find: { field: "email", value: email } }, options),
  };
}

export function organizationUsers(start: StartCall, org_id: string): OrganizationUsers {
  return {
    list: (options) => start("listPartnerUsers", { params: { path: { org_id } } }, options),
    create: (body, options) => start("createPartnerUser", { params: { path: { org_id } }, body }, options),
    get: (id, options) => start("getPartnerUser", { params: { path: { org_id, id } } }, options),
    update: (id, body, options) => start("updatePartnerUser", { params: { path: { org_id, id } }, body }, options),
    delete: (id, options) => start("deletePartnerUser", { params: { path: { org_id, id } } }, options),
    findByEmail: (email, options) =>
      start("listPartnerUsers", { params: { path: { org_id } }, find: { field: "email", value: email } }, options),
    createApiKey: (id, query = {}, options) =>
      start("createPartnerUserApiKey", { params: { path: { org_id, id }, query } }, options),
  };
}

/** Does not compile while a method returns other data than its operation. The compiler names each such operation. */
export type MismatchedUsersOperations = [
  AssertNever<
    MismatchedOperations<CurrentOrganizationUsers, CurrentOrganizationOperations>[keyof CurrentOrganizationOperations]
  >,
  AssertNever<MismatchedOperations<OrganizationUsers, PartnerOperations>[keyof PartnerOperations]>,
];

/** The operations that the methods above call. */
export type UsersOperation =
  CurrentOrganizationOperations[keyof CurrentOrganizationOperations] | PartnerOperations[keyof PartnerOperations];
