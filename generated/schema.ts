// Written by `npm run generate` from spec/openapi.yaml. Do not edit.

export interface paths {
  "/api/organization/users": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the users of the current organization
     *
     * Returns all users of the organization in one response. The list is not paginated.
     */
    get: operations["listCurrentOrgUsers"];
    put?: never;
    /**
     * Create a user in the current organization
     *
     * Invites a person to the organization by email. The roles take effect when the person accepts the invitation.
     */
    post: operations["createCurrentOrgUser"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/organization/users/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    /**
     * Get a user of the current organization
     *
     * Returns the user with the given id.
     */
    get: operations["getCurrentOrgUser"];
    /**
     * Update the roles of a user of the current organization
     *
     * Replaces the roles of a user. It does not change the email address or the name.
     */
    put: operations["updateCurrentOrgUser"];
    post?: never;
    /**
     * Delete a user of the current organization
     *
     * Deletes a user immediately and permanently. Returns the deleted user.
     */
    delete: operations["deleteCurrentOrgUser"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/organizations/{org_id}/users": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
      };
      cookie?: never;
    };
    /**
     * List the users of an organization
     *
     * Returns all users of the organization in one response. The list is not paginated.
     */
    get: operations["listPartnerUsers"];
    put?: never;
    /**
     * Create a user in an organization
     *
     * Invites a person to the organization by email. The roles take effect when the person accepts the invitation.
     */
    post: operations["createPartnerUser"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/organizations/{org_id}/users/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    /**
     * Get a user of an organization
     *
     * Returns the user with the given id.
     */
    get: operations["getPartnerUser"];
    /**
     * Update the roles of a user of an organization
     *
     * Replaces the roles of a user. It requires `email`, but does not change the email address or the name.
     */
    put: operations["updatePartnerUser"];
    post?: never;
    /**
     * Delete a user of an organization
     *
     * Deletes a user immediately and permanently. Returns the deleted user.
     */
    delete: operations["deletePartnerUser"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/organizations/{org_id}/users/{id}/keys": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Create an API key for a user of an organization
     *
     * Creates an API key and returns it. No other response contains the key.
     */
    post: operations["createPartnerUserApiKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/me": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get the identity of the key
     *
     * Describes who the key belongs to: a user, an organization, or a partner.
     */
    get: operations["getIdentity"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/organization": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get the current organization
     *
     * Returns the organization that the key belongs to or is scoped to.
     */
    get: operations["getCurrentOrganization"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/organizations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the organizations of a partner
     *
     * Returns all organizations of the partner in one response, the partner's own organization first. The list is not
     *     paginated.
     */
    get: operations["listOrganizations"];
    put?: never;
    /**
     * Create an organization
     *
     * Creates a customer organization, with its system roles and without users. The name must be unique within the
     *     partner's account.
     */
    post: operations["createOrganization"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/organizations/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        id: components["parameters"]["CustomerOrganizationId"];
      };
      cookie?: never;
    };
    /**
     * Get an organization
     *
     * Returns the organization with the given id.
     */
    get: operations["getOrganization"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/permissions/roles": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the roles of the current organization
     *
     * Returns all roles of the organization in one response: the system roles and the custom roles. The ids of the roles
     *     differ from organization to organization. The list is not paginated.
     */
    get: operations["listRoles"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * A person who belongs to an organization. *Assumption* (`required-fields`): `id`, `email` and `organization_id` are
     *     always present, as they are in Polytomic's examples, although Polytomic's types make every field optional.
     */
    User: {
      /**
       * Format: uuid
       *
       * The id of the user.
       */
      id: string;
      /**
       * Format: email
       *
       * The email address, always in lower case. Compare addresses case-insensitively.
       */
      email: string;
      /**
       * Format: uuid
       *
       * The id of the organization that the user belongs to.
       */
      organization_id: string;
      /** The ids of the roles that the user has. */
      role_ids?: string[] | null;
      /**
       * @deprecated
       * The legacy name of a role. Use `role_ids`.
       */
      role?: string;
    };
    /**
     * A user of the current organization, as the list and a single get return it: the fields of a `User`, and those about
     *     harbors. *Assumption* (`required-fields`): `id`, `email` and `organization_id` are always present.
     */
    CurrentOrganizationUser: {
      /**
       * Format: uuid
       *
       * The id of the user.
       */
      id: string;
      /**
       * Format: email
       *
       * The email address, always in lower case. Compare addresses case-insensitively.
       */
      email: string;
      /**
       * Format: uuid
       *
       * The id of the organization that the user belongs to.
       */
      organization_id: string;
      /** The ids of the roles that the user has. */
      role_ids?: string[] | null;
      /**
       * @deprecated
       * The legacy name of a role. Use `role_ids`.
       */
      role?: string;
      /**
       * The ids of the harbors that the user can access. *Assumption* (`null-harbors`): it can be null, as
       *     `role_ids` can.
       */
      harbor_ids?: string[] | null;
      /** Whether the user can access only harbors. */
      harbor_only?: boolean;
    };
    /**
     * Who a key belongs to. Every field is optional: a partner key, for example, has no organization. *Assumption*
     *     (`identities`): exactly one of `is_user`, `is_organization`, `is_partner` and `is_system` is true.
     */
    Identity: {
      /**
       * Format: uuid
       *
       * The id of the user, if the key belongs to one.
       */
      id?: string;
      /**
       * Format: email
       *
       * The email address of the user, if the key belongs to one.
       */
      email?: string;
      /** Whether the key belongs to a user. */
      is_user?: boolean;
      /** Whether the key belongs to an organization. */
      is_organization?: boolean;
      /** Whether the key is a partner key. */
      is_partner?: boolean;
      /** Whether the key belongs to the system itself, as the key of a self-hosted deployment does. */
      is_system?: boolean;
      /**
       * Format: uuid
       *
       * The id of the organization that the key belongs to or is scoped to.
       */
      organization_id?: string;
      /** The name of that organization. */
      organization_name?: string;
      /**
       * @deprecated
       * The legacy name of the user's role. Use the user's `role_ids`.
       */
      role?: string;
    };
    /**
     * An organization: that of the caller, or of a partner's customer. *Assumption* (`required-organization-fields`): `id`
     *     and `name` are always present, although Polytomic's types make every field optional.
     */
    Organization: {
      /**
       * Format: uuid
       *
       * The id of the organization.
       */
      id: string;
      /** The name, which is unique within a partner's account. */
      name: string;
      /** The issuer for single sign-on, a URL. */
      issuer?: string;
      /** The email domain whose users sign in with single sign-on. */
      sso_domain?: string;
      /** The id of the organization at the single sign-on provider. */
      sso_org_id?: string;
    };
    /** A new organization. Only the name is required. */
    CreateOrganizationRequest: {
      /** The name, which no other organization of the partner has. *Assumption* (`blank-name`): it is not blank. */
      name: string;
      /** The email domain whose users sign in with single sign-on. */
      sso_domain?: string;
      /** The id of the organization at the single sign-on provider. */
      sso_org_id?: string;
      /** The issuer for single sign-on, a URL. */
      issuer?: string;
      /** The client id for single sign-on. */
      client_id?: string;
      /**
       * Format: password
       *
       * The client secret for single sign-on. No response contains it.
       */
      client_secret?: string;
    };
    /**
     * A role that users of an organization can have. *Assumption* (`required-role-fields`): `id` and `name` are always
     *     present, although Polytomic's types make every field optional.
     */
    Role: {
      /**
       * Format: uuid
       *
       * The id of the role, for `role_ids`.
       */
      id: string;
      /** The name of the role, such as `Member`. Compare names case-insensitively. */
      name: string;
      /**
       * Format: uuid
       *
       * The id of the organization that has the role.
       */
      organization_id?: string;
      /** Whether every organization has the role. False for a custom role. */
      system?: boolean;
    };
    /** A person to invite. Use `role_ids` or `role`, not both. */
    CreateUserRequest: {
      /**
       * Format: email
       *
       * The email address for the invitation and for signing in, such as `jane.doe@acmecorp.com`. *Assumption*
       *     (`email-format`): it has at most 254 characters.
       */
      email: string;
      /** The ids of the new roles, at least one. */
      role_ids?: string[];
      /**
       * @deprecated
       * The legacy name of a role, which is not blank. Use `role_ids`.
       */
      role?: string;
    };
    /** The new roles of a user. Use `role_ids` or `role`, not both. */
    UpdateUserRequest: {
      /** The ids of the new roles, at least one. */
      role_ids?: string[];
      /**
       * @deprecated
       * The legacy name of a role, which is not blank. Use `role_ids`.
       */
      role?: string;
    };
    /** The new roles of a user. Use `role_ids` or `role`, not both. */
    UpdatePartnerUserRequest: {
      /**
       * Format: email
       *
       * The user's current email address. It is required and does not change.
       */
      email: string;
      /** The ids of the new roles, at least one. */
      role_ids?: string[];
      /**
       * @deprecated
       * The legacy name of a role, which is not blank. Use `role_ids`.
       */
      role?: string;
    };
    /** An API key of a user. */
    ApiKey: {
      /**
       * Format: password
       *
       * The key itself. Store it, because no other response contains it.
       */
      value: string;
    };
    /** The envelope of one user. */
    UserEnvelope: {
      data: components["schemas"]["User"];
    };
    /** The envelope of a list of users. */
    UserListEnvelope: {
      /** The users, or `null` if there are none. */
      data: components["schemas"]["User"][] | null;
    };
    /** The envelope of one user of the current organization. */
    CurrentOrganizationUserEnvelope: {
      data: components["schemas"]["CurrentOrganizationUser"];
    };
    /** The envelope of a list of users of the current organization. */
    CurrentOrganizationUserListEnvelope: {
      /** The users, or `null` if there are none. */
      data: components["schemas"]["CurrentOrganizationUser"][] | null;
    };
    /** The envelope of a new API key. */
    ApiKeyEnvelope: {
      data: components["schemas"]["ApiKey"];
    };
    /** The envelope of an identity. */
    IdentityEnvelope: {
      data: components["schemas"]["Identity"];
    };
    /** The envelope of one organization. */
    OrganizationEnvelope: {
      data: components["schemas"]["Organization"];
    };
    /** The envelope of a list of organizations. */
    OrganizationListEnvelope: {
      /** The organizations, or `null` if there are none. */
      data: components["schemas"]["Organization"][] | null;
    };
    /** The envelope of a list of roles. */
    RoleListEnvelope: {
      /** The roles, or `null` if there are none. */
      data: components["schemas"]["Role"][] | null;
    };
    /** The body of an error response. Every field is optional. */
    ApiError: {
      /** The kind of error, such as `not_found`, for use in code. */
      key?: string;
      /** A description of the error for people, such as `User not found.` */
      message?: string;
      /** Details of the error, such as the invalid field: `{ "field": "email" }`. */
      metadata?: {
        [key: string]: unknown;
      } | null;
      /** The HTTP status, such as 404. */
      status?: number;
    };
  };
  responses: {
    /** All users of the organization. */
    UserListResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["UserListEnvelope"];
      };
    };
    /** The user. */
    UserResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "data": {
         *         "email": "jane.doe@acmecorp.com",
         *         "id": "a3f1c2d4-5b6e-7f89-0123-456789abcdef",
         *         "organization_id": "248df4b7-aa70-47b8-a036-33ac447e668d",
         *         "role_ids": [
         *           "d9f8e7c6-b5a4-3210-9fed-cba987654321"
         *         ],
         *         "role": "admin"
         *       }
         *     }
         */
        "application/json": components["schemas"]["UserEnvelope"];
      };
    };
    /** All users of the current organization. */
    CurrentOrganizationUserListResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["CurrentOrganizationUserListEnvelope"];
      };
    };
    /** The user. */
    CurrentOrganizationUserResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "data": {
         *         "email": "jane.doe@acmecorp.com",
         *         "id": "a3f1c2d4-5b6e-7f89-0123-456789abcdef",
         *         "organization_id": "248df4b7-aa70-47b8-a036-33ac447e668d",
         *         "role_ids": [
         *           "d9f8e7c6-b5a4-3210-9fed-cba987654321"
         *         ],
         *         "role": "admin",
         *         "harbor_ids": null,
         *         "harbor_only": false
         *       }
         *     }
         */
        "application/json": components["schemas"]["CurrentOrganizationUserEnvelope"];
      };
    };
    /** The created user. */
    CreatedUserResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "data": {
         *         "email": "ada.lovelace@acmecorp.com",
         *         "id": "c5d3e4b6-7081-4a92-8b34-5c6d7e8f9012",
         *         "organization_id": "248df4b7-aa70-47b8-a036-33ac447e668d",
         *         "role_ids": [
         *           "e1f2d3c4-b5a6-7890-1234-56789abcdef0"
         *         ],
         *         "role": "user"
         *       }
         *     }
         */
        "application/json": components["schemas"]["UserEnvelope"];
      };
    };
    /** The updated user. */
    UpdatedUserResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "data": {
         *         "email": "jane.doe@acmecorp.com",
         *         "id": "a3f1c2d4-5b6e-7f89-0123-456789abcdef",
         *         "organization_id": "248df4b7-aa70-47b8-a036-33ac447e668d",
         *         "role_ids": [
         *           "e1f2d3c4-b5a6-7890-1234-56789abcdef0"
         *         ],
         *         "role": "user"
         *       }
         *     }
         */
        "application/json": components["schemas"]["UserEnvelope"];
      };
    };
    /** Who the key belongs to. */
    IdentityResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["IdentityEnvelope"];
      };
    };
    /** The organization. */
    OrganizationResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "data": {
         *         "id": "248df4b7-aa70-47b8-a036-33ac447e668d",
         *         "name": "Acme Corp",
         *         "issuer": "https://login.acmecorp.com",
         *         "sso_domain": "acmecorp.com",
         *         "sso_org_id": "org_acme"
         *       }
         *     }
         */
        "application/json": components["schemas"]["OrganizationEnvelope"];
      };
    };
    /** The created organization. */
    CreatedOrganizationResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "data": {
         *         "id": "7c0f8a52-6d1e-4b3a-9f27-58e4d3c2b1a0",
         *         "name": "Globex",
         *         "issuer": "https://login.globex.example",
         *         "sso_domain": "globex.example",
         *         "sso_org_id": "org_globex"
         *       }
         *     }
         */
        "application/json": components["schemas"]["OrganizationEnvelope"];
      };
    };
    /** All organizations of the partner. */
    OrganizationListResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["OrganizationListEnvelope"];
      };
    };
    /** All roles of the organization. */
    RoleListResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["RoleListEnvelope"];
      };
    };
    /** The new key. No other response contains it. */
    ApiKeyResponse: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "data": {
         *         "value": "example-of-a-minted-api-key"
         *       }
         *     }
         */
        "application/json": components["schemas"]["ApiKeyEnvelope"];
      };
    };
    /**
     * The request is malformed. *Assumption* (`unknown-version`, `malformed-idempotency-key`, `malformed-force`,
     *     `body-not-taken`): this is the response to an unknown API version, a malformed idempotency key, a repeated or
     *     malformed `force`, and a body other than `{}` for an operation without a request body.
     */
    BadRequest: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "bad_request",
         *       "message": "Unknown API version 1999-12-31.",
         *       "metadata": null,
         *       "status": 400
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /**
     * The key is missing, not known, or of the wrong kind: the operations for partners only respond to an API key with this
     *     status. Polytomic documents it for some operations, and in older versions for all.
     */
    Unauthorized: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "unauthorized",
         *       "message": "The key is missing or not known.",
         *       "metadata": null,
         *       "status": 401
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /** The key is of the wrong kind, or belongs to another organization. */
    Forbidden: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "forbidden",
         *       "message": "This key may not manage the users of this organization.",
         *       "metadata": null,
         *       "status": 403
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /**
     * The organization or the user does not exist. *Assumption* (`update-of-unknown-user`): create and update respond
     *     with this status too, although Polytomic does not document it for them.
     */
    NotFound: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "not_found",
         *       "message": "User not found.",
         *       "metadata": null,
         *       "status": 404
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /**
     * A request with the same idempotency key is still running: retry with the same key once it has finished. Or the name
     *     of a new organization is taken.
     */
    Conflict: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /**
     * The request body is not valid: not a JSON object, or with fields that the operation does not accept. Polytomic
     *     documents this status for create and update. *Assumption* (`any-422`): other operations can return it too.
     */
    UnprocessableEntity: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /** The caller sent too many requests in a short time. */
    TooManyRequests: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        "Retry-After": components["headers"]["RetryAfter"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "too_many_requests",
         *       "message": "Too many requests. Try again later.",
         *       "metadata": null,
         *       "status": 429
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /** The server failed. It replays this response to every POST with the same idempotency key. */
    InternalServerError: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "internal_server_error",
         *       "message": "Something went wrong.",
         *       "metadata": null,
         *       "status": 500
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /** The server or a proxy failed. */
    ServerError: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        "Retry-After": components["headers"]["RetryAfter"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "service_unavailable",
         *       "message": "Try again later.",
         *       "metadata": null,
         *       "status": 503
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
  };
  parameters: {
    /**
     * The API version. Always send it: without it, the server uses a default version, which has changed before.
     * @example 2025-09-18
     */
    Version: string;
    /**
     * Identifies one intended change: 8 to 255 letters, digits, `-` and `_`, such as a UUID. For at least 24 hours, the
     *     server replays the first response, even an error, to every request with the same key, whatever its body is.
     * @example 6f1f4c5e-1d0a-4a9e-9a52-0c7b8f1e2d3a
     */
    IdempotencyKey: string;
    /**
     * The id of the organization.
     * @example 248df4b7-aa70-47b8-a036-33ac447e668d
     */
    OrganizationId: string;
    /**
     * The id of the organization.
     * @example 248df4b7-aa70-47b8-a036-33ac447e668d
     */
    CustomerOrganizationId: string;
    /**
     * The id of the user.
     * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
     */
    UserId: string;
    /**
     * If true, the API first revokes the user's existing key. Polytomic does not document what happens to that key
     *     otherwise.
     * @example true
     */
    Force: boolean;
  };
  requestBodies: {
    /** The name of the organization, and optionally its single sign-on. */
    CreateOrganization: {
      content: {
        "application/json": components["schemas"]["CreateOrganizationRequest"];
      };
    };
    /** The person to invite, and optionally the person's roles. */
    CreateUser: {
      content: {
        "application/json": components["schemas"]["CreateUserRequest"];
      };
    };
    /** The new roles of the user. */
    UpdateUser: {
      content: {
        /**
         * @example {
         *       "role_ids": [
         *         "e1f2d3c4-b5a6-7890-1234-56789abcdef0"
         *       ]
         *     }
         */
        "application/json": components["schemas"]["UpdateUserRequest"];
      };
    };
    /** The new roles of the user, and the user's current email address. */
    UpdatePartnerUser: {
      content: {
        /**
         * @example {
         *       "email": "jane.doe@acmecorp.com",
         *       "role_ids": [
         *         "e1f2d3c4-b5a6-7890-1234-56789abcdef0"
         *       ]
         *     }
         */
        "application/json": components["schemas"]["UpdatePartnerUserRequest"];
      };
    };
  };
  headers: {
    /**
     * The API version of the response.
     * @example 2025-09-18
     */
    Version: string;
    /**
     * When to retry, in seconds from now or as an HTTP date (RFC 9110, section 10.2.3).
     * @example 2
     */
    RetryAfter: string;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listCurrentOrgUsers: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["CurrentOrganizationUserListResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  createCurrentOrgUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
        /**
         * Identifies one intended change: 8 to 255 letters, digits, `-` and `_`, such as a UUID. For at least 24 hours, the
         *     server replays the first response, even an error, to every request with the same key, whatever its body is.
         * @example 6f1f4c5e-1d0a-4a9e-9a52-0c7b8f1e2d3a
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: components["requestBodies"]["CreateUser"];
    responses: {
      200: components["responses"]["CreatedUserResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  getCurrentOrgUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path: {
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["CurrentOrganizationUserResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  updateCurrentOrgUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path: {
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    requestBody: components["requestBodies"]["UpdateUser"];
    responses: {
      200: components["responses"]["UpdatedUserResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  deleteCurrentOrgUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path: {
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["UserResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  listPartnerUsers: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["UserListResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  createPartnerUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
        /**
         * Identifies one intended change: 8 to 255 letters, digits, `-` and `_`, such as a UUID. For at least 24 hours, the
         *     server replays the first response, even an error, to every request with the same key, whatever its body is.
         * @example 6f1f4c5e-1d0a-4a9e-9a52-0c7b8f1e2d3a
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
      };
      cookie?: never;
    };
    requestBody: components["requestBodies"]["CreateUser"];
    responses: {
      200: components["responses"]["CreatedUserResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  getPartnerUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["UserResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  updatePartnerUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    requestBody: components["requestBodies"]["UpdatePartnerUser"];
    responses: {
      200: components["responses"]["UpdatedUserResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  deletePartnerUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["UserResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  createPartnerUserApiKey: {
    parameters: {
      query?: {
        /**
         * If true, the API first revokes the user's existing key. Polytomic does not document what happens to that key
         *     otherwise.
         * @example true
         */
        force?: components["parameters"]["Force"];
      };
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
        /**
         * Identifies one intended change: 8 to 255 letters, digits, `-` and `_`, such as a UUID. For at least 24 hours, the
         *     server replays the first response, even an error, to every request with the same key, whatever its body is.
         * @example 6f1f4c5e-1d0a-4a9e-9a52-0c7b8f1e2d3a
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        org_id: components["parameters"]["OrganizationId"];
        /**
         * The id of the user.
         * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
         */
        id: components["parameters"]["UserId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["ApiKeyResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  getIdentity: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["IdentityResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  getCurrentOrganization: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["OrganizationResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  listOrganizations: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["OrganizationListResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  createOrganization: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
        /**
         * Identifies one intended change: 8 to 255 letters, digits, `-` and `_`, such as a UUID. For at least 24 hours, the
         *     server replays the first response, even an error, to every request with the same key, whatever its body is.
         * @example 6f1f4c5e-1d0a-4a9e-9a52-0c7b8f1e2d3a
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: components["requestBodies"]["CreateOrganization"];
    responses: {
      200: components["responses"]["CreatedOrganizationResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  getOrganization: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path: {
        /**
         * The id of the organization.
         * @example 248df4b7-aa70-47b8-a036-33ac447e668d
         */
        id: components["parameters"]["CustomerOrganizationId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["OrganizationResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  listRoles: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version. Always send it: without it, the server uses a default version, which has changed before.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["RoleListResponse"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["UnprocessableEntity"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
}
