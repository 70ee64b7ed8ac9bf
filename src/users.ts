import type { components, operations } from "../generated/schema.ts";
import type { ApiCall } from "./call.ts";
import type { RequestOptions } from "./config.ts";
import type { Data, ErrorOf, OperationId, OperationInput } from "./operations.ts";

/** A person who belongs to an organization. */
export type User = components["schemas"]["User"];
/** A person to invite. Give `role_ids` or `role`, never both. */
export type CreateUserRequest = components["schemas"]["CreateUserRequest"];
/** The roles that a user of the caller's own organization shall have. */
export type UpdateUserRequest = components["schemas"]["UpdateUserRequest"];
/** The roles that a user shall have, with the e-mail address that the user has. */
export type UpdatePartnerUserRequest = components["schemas"]["UpdatePartnerUserRequest"];
/** A minted key; its `value` is shown once only. */
export type ApiKey = components["schemas"]["ApiKey"];

/** Query parameters of `createApiKey`. */
type CreateApiKeyParams = NonNullable<operations["createPartnerUserApiKey"]["parameters"]["query"]>;

/** Starts the call of an operation; gives what is inside the envelope. */
export type StartCall = <Id extends OperationId>(
  id: Id,
  input: OperationInput<operations[Id]>,
  options: RequestOptions | undefined,
) => ApiCall<Data<operations[Id]>, ErrorOf<operations[Id]>>;

type Family = "CurrentOrg" | "Partner";

/** `listPartnerUsers` → `list`, `createPartnerUserApiKey` → `createApiKey`; an operation of no family keeps its id. */
type MethodName<Id, Of extends Family> = Id extends `${infer Verb}${Of}${"User" | "Users"}`
  ? Verb
  : Id extends `${infer Verb}${Of}User${infer Rest}`
    ? `${Verb}${Rest}`
    : Id extends `${string}${Family}User${string}`
      ? never
      : Id;

/** One method for each operation of a family. The class of a family that lacks one, or returns else, does not compile. */
type Facade<Of extends Family> = {
  [Id in OperationId as MethodName<Id, Of>]: (
    ...args: never[]
  ) => ApiCall<Data<operations[Id]>, ErrorOf<operations[Id]>>;
};

/** The users of the organization that the caller's key belongs to, or is scoped to. */
export class CurrentOrganizationUsers implements Facade<"CurrentOrg"> {
  readonly #start: StartCall;

  /** @internal */
  constructor(start: StartCall) {
    this.#start = start;
  }

  /**
   * Lists every user of the caller's organization. The API does not paginate.
   *
   * @param options Signal, time limits, retries, version and headers of this call.
   * @returns The users; an empty array when there are none.
   * @throws `ForbiddenError` when the key may not see the users, `NotFoundError` when its organization is gone.
   * What any call can end with is on {@link ApiCall}.
   * @example
   * const users = await polytomic.users.list();
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  list(options?: RequestOptions): ApiCall<User[], ErrorOf<operations["listCurrentOrgUsers"]>> {
    return this.#start("listCurrentOrgUsers", {}, options);
  }

  /**
   * Creates a user; the person is sent an invitation by mail. Roles take effect once it is accepted.
   *
   * @param body `email`, and `role_ids` with at least one role where roles shall be given.
   * @param options Signal, time limits, retries, version, headers and idempotency key of this call.
   * @returns The new user, its e-mail address in lower case.
   * @throws `ForbiddenError` when the key may not invite people here, `UnprocessableEntityError` when the body is
   * refused, such as an e-mail address that is taken, `ServerError` when the API fails.
   * What any call can end with is on {@link ApiCall}.
   * @example
   * const ada = await polytomic.users.create({ email: "ada@acmecorp.com", role_ids: [roleId] });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/create
   */
  create(
    body: CreateUserRequest,
    options?: RequestOptions,
  ): ApiCall<User, ErrorOf<operations["createCurrentOrgUser"]>> {
    return this.#start("createCurrentOrgUser", { body }, options);
  }

  /**
   * Gets one user of the caller's organization.
   *
   * @param id The id of the user, a UUID.
   * @param options Signal, time limits, retries, version and headers of this call.
   * @returns The user.
   * @throws `ForbiddenError` when the key may not see the user, `NotFoundError` when there is no such user,
   * `ServerError` when the API fails. What any call can end with is on {@link ApiCall}.
   * @example
   * const jane = await polytomic.users.get("a3f1c2d4-5b6e-7f89-0123-456789abcdef");
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  get(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations["getCurrentOrgUser"]>> {
    return this.#start("getCurrentOrgUser", { params: { path: { id } } }, options);
  }

  /**
   * Replaces the roles of a user. E-mail address and name stay as they are.
   *
   * @param id The id of the user, a UUID.
   * @param body `role_ids`, with at least one role.
   * @param options Signal, time limits, retries, version and headers of this call.
   * @returns The user as it is now.
   * @throws `ForbiddenError` when the key may not change the user, `UnprocessableEntityError` when the body is refused,
   * `NotFoundError` when there is no such user, `ServerError` when the API fails.
   * What any call can end with is on {@link ApiCall}.
   * @example
   * await polytomic.users.update(jane.id, { role_ids: [roleId] });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  update(
    id: string,
    body: UpdateUserRequest,
    options?: RequestOptions,
  ): ApiCall<User, ErrorOf<operations["updateCurrentOrgUser"]>> {
    return this.#start("updateCurrentOrgUser", { params: { path: { id } }, body }, options);
  }

  /**
   * Deletes a user, at once and for good.
   *
   * @param id The id of the user, a UUID.
   * @param options Signal, time limits, retries, version and headers of this call.
   * @returns The user that was deleted.
   * @throws `ForbiddenError` when the key may not delete the user, `NotFoundError` when there is no such user,
   * `ServerError` when the API fails. What any call can end with is on {@link ApiCall}.
   * @example
   * await polytomic.users.delete(jane.id);
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  delete(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations["deleteCurrentOrgUser"]>> {
    return this.#start("deleteCurrentOrgUser", { params: { path: { id } } }, options);
  }
}

/** The users of one customer organization. */
export class OrganizationUsers implements Facade<"Partner"> {
  readonly #start: StartCall;
  readonly #organizationId: string;

  /** @internal */
  constructor(start: StartCall, organizationId: string) {
    this.#start = start;
    this.#organizationId = organizationId;
  }

  /**
   * Lists every user of the organization. The API does not paginate.
   *
   * @param options Signal, time limits, retries, version and headers of this call.
   * @returns The users; an empty array when there are none.
   * @throws `ForbiddenError` when the key may not see the organization, `NotFoundError` when there is no such organization.
   * What any call can end with is on {@link ApiCall}.
   * @example
   * const users = await acme.users.list();
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  list(options?: RequestOptions): ApiCall<User[], ErrorOf<operations["listPartnerUsers"]>> {
    return this.#start("listPartnerUsers", { params: { path: { org_id: this.#organizationId } } }, options);
  }

  /**
   * Creates a user; the person is sent an invitation by mail. Roles take effect once it is accepted.
   *
   * @param body `email`, and `role_ids` with at least one role where roles shall be given.
   * @param options Signal, time limits, retries, version, headers and idempotency key of this call.
   * @returns The new user, its e-mail address in lower case.
   * @throws `ForbiddenError` when the key may not invite people here, `UnprocessableEntityError` when the body is
   * refused, such as an e-mail address that is taken, `ServerError` when the API fails.
   * What any call can end with is on {@link ApiCall}.
   * @example
   * const ada = await acme.users.create({ email: "ada@acmecorp.com", role_ids: [roleId] });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/create
   */
  create(body: CreateUserRequest, options?: RequestOptions): ApiCall<User, ErrorOf<operations["createPartnerUser"]>> {
    return this.#start("createPartnerUser", { params: { path: { org_id: this.#organizationId } }, body }, options);
  }

  /**
   * Gets one user of the organization.
   *
   * @param id The id of the user, a UUID.
   * @param options Signal, time limits, retries, version and headers of this call.
   * @returns The user.
   * @throws `ForbiddenError` when the key may not see the user, `NotFoundError` when there is no such user,
   * `ServerError` when the API fails. What any call can end with is on {@link ApiCall}.
   * @example
   * const jane = await acme.users.get("a3f1c2d4-5b6e-7f89-0123-456789abcdef");
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  get(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations["getPartnerUser"]>> {
    return this.#start("getPartnerUser", { params: { path: { org_id: this.#organizationId, id } } }, options);
  }

  /**
   * Replaces the roles of a user. E-mail address and name stay as they are, although `email` has to be sent.
   *
   * @param id The id of the user, a UUID.
   * @param body `role_ids`, with at least one role; and the `email` that the user has.
   * @param options Signal, time limits, retries, version and headers of this call.
   * @returns The user as it is now.
   * @throws `ForbiddenError` when the key may not change the user, `UnprocessableEntityError` when the body is refused,
   * `NotFoundError` when there is no such user, `ServerError` when the API fails.
   * What any call can end with is on {@link ApiCall}.
   * @example
   * await acme.users.update(jane.id, { email: jane.email, role_ids: [roleId] });
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  update(
    id: string,
    body: UpdatePartnerUserRequest,
    options?: RequestOptions,
  ): ApiCall<User, ErrorOf<operations["updatePartnerUser"]>> {
    return this.#start("updatePartnerUser", { params: { path: { org_id: this.#organizationId, id } }, body }, options);
  }

  /**
   * Deletes a user, at once and for good.
   *
   * @param id The id of the user, a UUID.
   * @param options Signal, time limits, retries, version and headers of this call.
   * @returns The user that was deleted.
   * @throws `ForbiddenError` when the key may not delete the user, `NotFoundError` when there is no such user,
   * `ServerError` when the API fails. What any call can end with is on {@link ApiCall}.
   * @example
   * await acme.users.delete(jane.id);
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/users/list
   */
  delete(id: string, options?: RequestOptions): ApiCall<User, ErrorOf<operations["deletePartnerUser"]>> {
    return this.#start("deletePartnerUser", { params: { path: { org_id: this.#organizationId, id } } }, options);
  }

  /**
   * Mints an API key for a user. Its value is in this answer and can never be read again: store it at once.
   *
   * @param id The id of the user, a UUID.
   * @param params `force: true` revokes a key that the user already has. What happens without it is not documented.
   * @param options Signal, time limits, retries, version, headers and idempotency key of this call.
   * @returns The key, as `value`.
   * @throws `ForbiddenError` when the key may not mint one here, `NotFoundError` when there is no such user,
   * `ServerError` when the API fails. What any call can end with is on {@link ApiCall}.
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
