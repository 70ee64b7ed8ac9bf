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
     * Returns every user of the organization at once; the list is not paginated.
     */
    get: operations["listCurrentOrgUsers"];
    put?: never;
    /**
     * Create a user in the current organization
     *
     * Adds a person to the organization and sends an invitation by mail. Roles take effect once it is accepted.
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
     * Returns one user by id.
     */
    get: operations["getCurrentOrgUser"];
    /**
     * Update the roles of a user of the current organization
     *
     * Replaces the roles of a user. E-mail address and name stay as they are.
     */
    put: operations["updateCurrentOrgUser"];
    post?: never;
    /**
     * Delete a user of the current organization
     *
     * Removes a user at once and for good, and returns the user that was removed.
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
     * Returns every user of the organization at once; the list is not paginated.
     */
    get: operations["listPartnerUsers"];
    put?: never;
    /**
     * Create a user in an organization
     *
     * Adds a person to the organization and sends an invitation by mail. Roles take effect once it is accepted.
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
     * Returns one user by id.
     */
    get: operations["getPartnerUser"];
    /**
     * Update the roles of a user of an organization
     *
     * Replaces the roles of a user. E-mail address and name stay as they are, although `email` has to be sent.
     */
    put: operations["updatePartnerUser"];
    post?: never;
    /**
     * Delete a user of an organization
     *
     * Removes a user at once and for good, and returns the user that was removed.
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
     * Mint an API key for a user of an organization
     *
     * Returns a new API key. Its value is shown in this answer and never again.
     */
    post: operations["createPartnerUserApiKey"];
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
     * A person who belongs to an organization. The vendor's types make every field optional, yet its examples show
     *     all of them. *Assumption:* `id`, `email` and `organization_id` are always there.
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
       * The e-mail address, in lower case whatever was sent. Compare without regard to case.
       */
      email: string;
      /**
       * Format: uuid
       *
       * The id of the organization that the user belongs to.
       */
      organization_id: string;
      /** The ids of the roles that the user has. */
      role_ids?: string[];
      /**
       * @deprecated
       * The legacy name of a role. Use `role_ids`.
       */
      role?: string;
    };
    /** A person to invite. Give `role_ids` or `role`, never both. */
    CreateUserRequest: {
      /**
       * Format: email
       *
       * The e-mail address that the invitation goes to and that the person signs in with.
       */
      email: string;
      /** The ids of the roles to give; at least one. */
      role_ids?: string[];
      /**
       * @deprecated
       * The legacy name of a role. Use `role_ids`.
       */
      role?: string;
    };
    /** The roles that a user shall have. Give `role_ids` or `role`, never both. */
    UpdateUserRequest: {
      /** The ids of the roles to give; at least one. */
      role_ids?: string[];
      /**
       * @deprecated
       * The legacy name of a role. Use `role_ids`.
       */
      role?: string;
    };
    /** The roles that a user shall have. Give `role_ids` or `role`, never both. */
    UpdatePartnerUserRequest: {
      /**
       * Format: email
       *
       * The e-mail address that the user has. It has to be sent and is not changed.
       */
      email: string;
      /** The ids of the roles to give; at least one. */
      role_ids?: string[];
      /**
       * @deprecated
       * The legacy name of a role. Use `role_ids`.
       */
      role?: string;
    };
    /** An API key that was minted for a user. */
    ApiKey: {
      /**
       * Format: password
       *
       * The key itself, shown this once only. Store it at once.
       */
      value: string;
    };
    /** One user. */
    UserEnvelope: {
      data: components["schemas"]["User"];
    };
    /** All users of an organization. */
    UserListEnvelope: {
      /** The users; `null` when there are none. */
      data: components["schemas"]["User"][] | null;
    };
    /** A newly minted API key. */
    ApiKeyEnvelope: {
      data: components["schemas"]["ApiKey"];
    };
    /** What an error answer says. Any of its fields can be missing. */
    ApiError: {
      /** A short name for the kind of error, for programs. */
      key?: string;
      /** What went wrong, for people. */
      message?: string;
      /** More about the error, such as the field that it is about. */
      metadata?: {
        [key: string]: unknown;
      } | null;
      /** The HTTP status again. */
      status?: number;
    };
  };
  responses: {
    /** The users of the organization. */
    UserList: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        "application/json": components["schemas"]["UserListEnvelope"];
      };
    };
    /** The user. */
    User: {
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
    /** The user that was created. */
    CreatedUser: {
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
    /** The user as it is now. */
    UpdatedUser: {
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
    /** The new key. This is the only time that it is shown. */
    ApiKey: {
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
     * The request cannot be read. *Assumption:* this is what an unknown API version, a body that is not JSON, an
     *     idempotency key of a wrong form and a `force` that is no boolean get.
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
         *       "message": "There is no API version 1999-12-31.",
         *       "metadata": null,
         *       "status": 400
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /** There is no key, or it is not known. Not listed by the vendor for this version; older versions list it. */
    Unauthorized: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "unauthorized",
         *       "message": "The key is missing or not valid.",
         *       "metadata": null,
         *       "status": 401
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /** The key is of a kind, or of an organization, that may not do this. */
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
     * There is no such organization or user. *Assumption:* the vendor does not list this status for the operations
     *     that create and update; they too are told an organization or a user that may not exist.
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
         *       "message": "There is no user with this id.",
         *       "metadata": null,
         *       "status": 404
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /** A request with the same idempotency key is still running. Ask again with the same key once it has finished. */
    Conflict: {
      headers: {
        "X-Polytomic-Version": components["headers"]["Version"];
        [name: string]: unknown;
      };
      content: {
        /**
         * @example {
         *       "key": "conflict",
         *       "message": "A request with this idempotency key is still running.",
         *       "metadata": null,
         *       "status": 409
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /**
     * The request body is not acceptable. *Assumption:* this is also what a request gets whose idempotency key was used
     *     for another request, whether or not it has a body.
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
    /** Too many requests in a short time. */
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
         *       "message": "Slow down.",
         *       "metadata": null,
         *       "status": 429
         *     }
         */
        "application/json": components["schemas"]["ApiError"];
      };
    };
    /** The server failed. A POST with an idempotency key is answered with this same failure from now on. */
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
    /** The server, or something in front of it, failed. */
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
     * The API version that answers. Without it the server picks a default, which can be one that answers in
     *     another envelope; a client always sends it.
     * @example 2025-09-18
     */
    Version: string;
    /**
     * Names one intended change. The first request with a key fixes the outcome, errors included; every later
     *     one with that key is given the same answer, for at least 24 hours.
     * @example 6f1f4c5e-1d0a-4a9e-9a52-0c7b8f1e2d3a
     */
    IdempotencyKey: string;
    /**
     * The id of the organization.
     * @example 248df4b7-aa70-47b8-a036-33ac447e668d
     */
    OrganizationId: string;
    /**
     * The id of the user.
     * @example a3f1c2d4-5b6e-7f89-0123-456789abcdef
     */
    UserId: string;
    /**
     * Whether to revoke a key that the user already has before the new one is made. What happens without it when
     *     there is a key is not documented by the vendor.
     * @example true
     */
    Force: boolean;
  };
  requestBodies: {
    /** The person to invite. */
    CreateUser: {
      content: {
        "application/json": components["schemas"]["CreateUserRequest"];
      };
    };
    /** The roles that the user shall have. */
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
    /** The roles that the user shall have, with the e-mail address that the user has. */
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
     * The API version that answered.
     * @example 2025-09-18
     */
    Version: string;
    /**
     * How long to wait before the next try, in seconds or as an HTTP date (RFC 9110, section 10.2.3).
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
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: components["responses"]["UserList"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      429: components["responses"]["TooManyRequests"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  createCurrentOrgUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
        /**
         * Names one intended change. The first request with a key fixes the outcome, errors included; every later
         *     one with that key is given the same answer, for at least 24 hours.
         * @example 6f1f4c5e-1d0a-4a9e-9a52-0c7b8f1e2d3a
         */
        "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: components["requestBodies"]["CreateUser"];
    responses: {
      200: components["responses"]["CreatedUser"];
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
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
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
      200: components["responses"]["User"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
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
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
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
      200: components["responses"]["UpdatedUser"];
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
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
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
      200: components["responses"]["User"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
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
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
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
      200: components["responses"]["UserList"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      429: components["responses"]["TooManyRequests"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  createPartnerUser: {
    parameters: {
      query?: never;
      header?: {
        /**
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
        /**
         * Names one intended change. The first request with a key fixes the outcome, errors included; every later
         *     one with that key is given the same answer, for at least 24 hours.
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
      200: components["responses"]["CreatedUser"];
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
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
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
      200: components["responses"]["User"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
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
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
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
      200: components["responses"]["UpdatedUser"];
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
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
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
      200: components["responses"]["User"];
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      403: components["responses"]["Forbidden"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      429: components["responses"]["TooManyRequests"];
      500: components["responses"]["InternalServerError"];
      "5XX": components["responses"]["ServerError"];
    };
  };
  createPartnerUserApiKey: {
    parameters: {
      query?: {
        /**
         * Whether to revoke a key that the user already has before the new one is made. What happens without it when
         *     there is a key is not documented by the vendor.
         * @example true
         */
        force?: components["parameters"]["Force"];
      };
      header?: {
        /**
         * The API version that answers. Without it the server picks a default, which can be one that answers in
         *     another envelope; a client always sends it.
         * @example 2025-09-18
         */
        "X-Polytomic-Version"?: components["parameters"]["Version"];
        /**
         * Names one intended change. The first request with a key fixes the outcome, errors included; every later
         *     one with that key is given the same answer, for at least 24 hours.
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
      200: components["responses"]["ApiKey"];
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
