import type { components, operations } from "../generated/schema.ts";
import type { ApiCall } from "./call.ts";
import type { Data, ErrorOf, OperationId, OperationInput } from "./operations.ts";
import type { RequestOptions } from "./options.ts";

/** A person who belongs to an organization. */
export type User = components["schemas"]["User"];
/** The request body to create a user. Set `role_ids` or `role`, not both. */
export type CreateUserRequest = components["schemas"]["CreateUserRequest"];
/** The request body to update a user of the caller's own organization. */
export type UpdateUserRequest = components["schemas"]["UpdateUserRequest"];
/** The request body to update a user of a customer organization. It requires the user's current `email`. */
export type UpdatePartnerUserRequest = components["schemas"]["UpdatePartnerUserRequest"];
/** A new API key. The API returns its `value` only once. */
export type ApiKey = components["schemas"]["ApiKey"];

/** Query parameters of `createApiKey`. */
type CreateApiKeyParams = NonNullable<operations["createPartnerUserApiKey"]["parameters"]["query"]>;

/** Starts the call of an operation. The call resolves to the content of the envelope. */
export type StartCall = <Id extends OperationId>(
  id: Id,
  input: OperationInput<operations[Id]>,
  options: RequestOptions | undefined,
) => ApiCall<Data<operations[Id]>, ErrorOf<operations[Id]>>;

type Family = "CurrentOrg" | "Partner";

/** `listPartnerUsers` → `list`, `createPartnerUserApiKey` → `createApiKey`. Any other operation keeps its id. */
type MethodName<Id, Of extends Family> = Id extends `${infer Verb}${Of}${"User" | "Users"}`
  ? Verb
  : Id extends `${infer Verb}${Of}User${infer Rest}`
    ? `${Verb}${Rest}`
    : Id extends `${string}${Family}User${string}`
      ? never
      : Id;

/** One method for each operation of a family. A class that lacks one, or returns another type, does not compile. */
type Facade<Of extends Family> = {
  [Id in OperationId as MethodName<Id, Of>]: (
    ...args: never[]
  ) => ApiCall<Data<operations[Id]>, ErrorOf<operations[Id]>>;
};

/** The documentation of the methods that both classes below have. Editors and TypeDoc show it on the classes. */
interface UsersMethods {
  /**
   * Lists all users of the organization. The API does not paginate.
   *
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The users. The array is empty if there are none.
   * @throws `ForbiddenError` if the key has no access to the organization, `NotFoundError` if the organization does not
   * exist. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const users = await acme.users.list(); // or polytomic.users.list()
   */
  list(options?: RequestOptions): ApiCall<User[]>;

  /**
   * Creates a user. The API sends the person an invitation by email; roles take effect when it is accepted.
   *
   * @param body The `email`, and optionally `role_ids` with at least one role.
   * @param options The signal, time limits, retries, version, headers and idempotency key of this call.
   * @returns The new user. The API converts the email address to lower case.
   * @throws `ForbiddenError` if the key must not create users here, `UnprocessableEntityError` if the API rejects the
   * body, for example because the email address is taken, `ServerError` if the API fails. {@link ApiCall} lists the
   * errors common to all calls.
   * @example
   * const ada = await acme.users.create({ email: "ada@acmecorp.com", role_ids: [roleId] });
   */
  create(body: CreateUserRequest, options?: RequestOptions): ApiCall<User>;

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
   */
  get(id: string, options?: RequestOptions): ApiCall<User>;

  /**
   * Replaces the roles of a user. The email address and the name do not change.
   *
   * @param id The id of the user, a UUID.
   * @param body `role_ids` with at least one role. In a customer organization, also the user's current `email`.
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The updated user.
   * @throws `ForbiddenError` if the key must not change the user, `UnprocessableEntityError` if the API rejects the body,
   * `NotFoundError` if the user does not exist, `ServerError` if the API fails. {@link ApiCall} lists the errors common
   * to all calls.
   * @example
   * await acme.users.update(jane.id, { email: jane.email, role_ids: [roleId] });
   * await polytomic.users.update(jane.id, { role_ids: [roleId] });
   */
  update(id: string, body: UpdateUserRequest, options?: RequestOptions): ApiCall<User>;

  /**
   * Deletes a user immediately and permanently.
   *
   * @param id The id of the user, a UUID.
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The deleted user.
   * @throws `ForbiddenError` if the key must not delete the user, `NotFoundError` if the user does not exist,
   * `ServerError` if the API fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * await acme.users.delete(jane.id);
   */
  delete(id: string, options?: RequestOptions): ApiCall<User>;
}

/** The users of the organization that the caller's key belongs to or is scoped to. */
export class CurrentOrganizationUsers implements UsersMethods, Facade<"CurrentOrg"> {
  readonly #start: StartCall;

  /** @internal */
  constructor(start: StartCall) {
    this.#start = start;
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list-current-org-users
   */
  list(options?: RequestOptions): ApiCall<User[], ErrorOf<operations["listCurrentOrgUsers"]>> {
    return this.#start("listCurrentOrgUsers", {}, options);
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/create-current-org-user
   */
  create(
    body: CreateUserRequest,
    options?: RequestOptions,
  ): ApiCall<User, ErrorOf<operations["createCurrentOrgUser"]>> {
    return this.#start("createCurrentOrgUser", { body }, options);
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/get-current-org-user
   */
  get(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations["getCurrentOrgUser"]>> {
    return this.#start("getCurrentOrgUser", { params: { path: { id } } }, options);
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/update-current-org-user
   */
  update(
    id: string,
    body: UpdateUserRequest,
    options?: RequestOptions,
  ): ApiCall<User, ErrorOf<operations["updateCurrentOrgUser"]>> {
    return this.#start("updateCurrentOrgUser", { params: { path: { id } }, body }, options);
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/delete-current-org-user
   */
  delete(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations["deleteCurrentOrgUser"]>> {
    return this.#start("deleteCurrentOrgUser", { params: { path: { id } } }, options);
  }
}

/** The users of one customer organization. */
export class OrganizationUsers implements UsersMethods, Facade<"Partner"> {
  readonly #start: StartCall;
  readonly #organizationId: string;

  /** @internal */
  constructor(start: StartCall, organizationId: string) {
    this.#start = start;
    this.#organizationId = organizationId;
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  list(options?: RequestOptions): ApiCall<User[], ErrorOf<operations["listPartnerUsers"]>> {
    return this.#start("listPartnerUsers", { params: { path: { org_id: this.#organizationId } } }, options);
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/create
   */
  create(body: CreateUserRequest, options?: RequestOptions): ApiCall<User, ErrorOf<operations["createPartnerUser"]>> {
    return this.#start("createPartnerUser", { params: { path: { org_id: this.#organizationId } }, body }, options);
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/get
   */
  get(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations["getPartnerUser"]>> {
    return this.#start("getPartnerUser", { params: { path: { org_id: this.#organizationId, id } } }, options);
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/update
   */
  update(
    id: string,
    body: UpdatePartnerUserRequest,
    options?: RequestOptions,
  ): ApiCall<User, ErrorOf<operations["updatePartnerUser"]>> {
    return this.#start("updatePartnerUser", { params: { path: { org_id: this.#organizationId, id } }, body }, options);
  }

  /**
   * @inheritDoc
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/delete
   */
  delete(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations["deletePartnerUser"]>> {
    return this.#start("deletePartnerUser", { params: { path: { org_id: this.#organizationId, id } } }, options);
  }

  /**
   * Creates an API key for a user. The API returns its value only once, so store it at once.
   *
   * @param id The id of the user, a UUID.
   * @param params With `force: true`, the API first revokes the user's existing key. What happens to an existing key
   * otherwise is not documented.
   * @param options The signal, time limits, retries, version, headers and idempotency key of this call.
   * @returns The key, as `value`.
   * @throws `ForbiddenError` if the key must not create keys here, `NotFoundError` if the user does not exist,
   * `ServerError` if the API fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const { value } = await acme.users.createApiKey(jane.id, { force: true });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/create-api-key
   */
  createApiKey(
    id: string,
    params: CreateApiKeyParams = {},
    options?: RequestOptions,
  ): ApiCall<ApiKey, ErrorOf<operations["createPartnerUserApiKey"]>> {
    return this.#start(
      "createPartnerUserApiKey",
      { params: { path: { org_id: this.#organizationId, id }, query: params } },
      options,
    );
  }
}
