/** Where a tool deviates from the spec or the sandbox, although both are right. The tests fail when a limit is gone. */

/** The limits of Prism. */
export const PRISM_LIMITS = {
  lowerCaseScheme: "refuses `bearer` in lower case, although RFC 9110 compares schemes without regard to case",
  emptyIdempotencyKey:
    "treats an empty `Idempotency-Key` as if it were absent, although the spec requires 8 characters",
  malformedJson: "does not respond to a request whose body is not JSON",
  truncatedResponse: "does not respond if the upstream response ends too early",
  notImplemented: "replaces an upstream 501 with a mocked success",
} as const;

/** The limits of the generated clients. */
export const CLIENT_LIMITS = {
  heyApiAuth:
    "the client of @hey-api/openapi-ts applies every scheme of an operation in turn, so that a key in `auth` is sent as Basic, unless `auth` is a function that chooses the scheme",
  orvalNot: "the zod schemas of orval ignore `not`, and accept a body with both `role` and `role_ids`",
  orvalUuid: "the zod schemas of orval accept only the UUIDs of RFC 9562, and Polytomic's examples have others",
  swaggerFormat:
    "the client of swagger-typescript-api does not read a body whose response is a `$ref`, unless `format` is set",
  swaggerType: "the client of swagger-typescript-api sends no JSON content type for a body that is a `$ref`, unless `type` is set", // prettier-ignore
} as const;
