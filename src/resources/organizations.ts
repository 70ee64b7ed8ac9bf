import type { components, operations } from "../../generated/schema.ts";
import type { ApiCall, MismatchedOperations, StartCall } from "../call.ts";
import type { AssertNever } from "../exact-types.ts";
import type { ErrorOf, Input } from "../operations.ts";
import type { IdempotentRequestOptions, RequestOptions } from "../options.ts";

type Schemas = components["schemas"];
type SchemaOrganization = Schemas["Organization"];
type CreateRequest = Input<Schemas["CreateOrganizationRequest"]>;

/** What the API returns about an organization. `polytomic.organization(id)` works on the organization with this `id`. */
export interface OrganizationData extends SchemaOrganization {}

/** The request body to create an organization. Only `name` is required. */
export interface CreateOrganizationRequest extends CreateRequest {}

/** The operation that each method calls. */
type Operations = {
  list: "listOrganizations";
  create: "createOrganization";
  get: "getOrganization";
  getCurrent: "getCurrentOrganization";
};

/** The organizations of a partner or of a self-hosted deployment, and the caller's own. */
export interface Organizations {
  /**
   * Lists all organizations of the partner, the partner's own first. It requires a partner or deployment key. The API does
   * not paginate.
   *
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The organizations. The array is empty if there are none.
   * @throws `UnauthorizedError` if the key is an API key or is not known, `ServerError` if the API fails. {@link ApiCall}
   * lists the errors common to all calls.
   * @example
   * for (const { id, name } of await polytomic.organizations.list()) console.log(id, name);
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/organization/list
   */
  list(options?: RequestOptions): ApiCall<OrganizationData[], ErrorOf<operations[Operations["list"]]>>;

  /**
   * Creates a customer organization. It has the system roles and no users. It requires a partner or deployment key.
   *
   * @param body The `name`, which no other organization of the partner has, and optionally the single sign-on.
   * @param options The signal, time limits, retries, version, headers and idempotency key of this call.
   * @returns The new organization.
   * @throws `ConflictError` if the name is taken, `UnprocessableEntityError` if the API rejects the body, `ServerError`
   * if the API fails. {@link ApiCall} lists the errors common to all calls. Errors conceal the `client_secret`.
   * @example
   * const { id } = await polytomic.organizations.create({ name: "Globex" });
   * const { users } = polytomic.organization(id);
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/organization/create
   */
  create(
    body: CreateOrganizationRequest,
    options?: IdempotentRequestOptions,
  ): ApiCall<OrganizationData, ErrorOf<operations[Operations["create"]]>>;

  /**
   * Returns one organization. It requires a partner or deployment key.
   *
   * @param id The id of the organization, a UUID.
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The organization.
   * @throws `ForbiddenError` if the key has no access to the organization, `NotFoundError` if the organization does not
   * exist, `ServerError` if the API fails. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const { name } = await polytomic.organizations.get("248df4b7-aa70-47b8-a036-33ac447e668d");
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/organization/get
   */
  get(id: string, options?: RequestOptions): ApiCall<OrganizationData, ErrorOf<operations[Operations["get"]]>>;

  /**
   * Returns the organization that the key belongs to. A partner or deployment key requires `organizationId`.
   *
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The organization.
   * @throws `UnauthorizedError` if the API does not know the key, `ForbiddenError` if the key has no access to the
   * organization, `NotFoundError` if the organization does not exist. {@link ApiCall} lists the errors common to all
   * calls.
   * @example
   * const { id, name } = await polytomic.organizations.getCurrent();
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/organization/get-current
   */
  getCurrent(options?: RequestOptions): ApiCall<OrganizationData, ErrorOf<operations[Operations["getCurrent"]]>>;
}

export function organizations(start: StartCall): Organizations {
  const alternative = "`organizations.get(id)`";
  return {
    list: (options) => start("listOrganizations", {}, options),
    create: (body, options) => start("createOrganization", { body }, options),
    get: (id, options) => start("getOrganization", { params: { path: { id } } }, options),
    getCurrent: (options) => start("getCurrentOrganization", { alternative }, options),
  };
}

/** Does not compile while a method returns other data than its operation. The compiler names each such operation. */
export type MismatchedOrganizationsOperations = AssertNever<
  MismatchedOperations<Organizations, Operations>[keyof Operations]
>;

/** The operations that the methods above call. */
export type OrganizationsOperation = Operations[keyof Operations];
