import type { components, operations } from "../../generated/schema.ts";
import type { ApiCall, MismatchedOperations, StartCall } from "../call.ts";
import type { AssertNever } from "../exact-types.ts";
import type { ErrorOf } from "../operations.ts";
import type { RequestOptions } from "../options.ts";

type SchemaIdentity = components["schemas"]["Identity"];

/** Who a key belongs to: a user, an organization, a partner, or the system of a self-hosted deployment. */
export interface Identity extends SchemaIdentity {}

/** The operation that each method calls. */
type Operations = { get: "getIdentity" };

/** The identity of the caller's key. */
export interface CurrentIdentity {
  /**
   * Returns who the key belongs to. It works with every kind of key, so use it to check a key, or to find out its kind.
   *
   * @param options The signal, time limits, retries, version and headers of this call.
   * @returns The identity. Every field is optional: a partner key, for example, has no organization.
   * @throws `UnauthorizedError` if the API does not know the key, `ServerError` if the API fails. {@link ApiCall} lists
   * the errors common to all calls.
   * @example
   * const { is_partner, organization_name } = await polytomic.identity.get();
   * @see https://apidocs.polytomic.com/2025-09-18/api-reference/identity/get
   */
  get(options?: RequestOptions): ApiCall<Identity, ErrorOf<operations[Operations["get"]]>>;
}

export function currentIdentity(start: StartCall): CurrentIdentity {
  return { get: (options) => start("getIdentity", {}, options) };
}

/** Does not compile while a method returns other data than its operation. The compiler names each such operation. */
export type MismatchedIdentityOperations = AssertNever<
  MismatchedOperations<CurrentIdentity, Operations>[keyof Operations]
>;

/** The operations that the methods above call. */
export type IdentityOperation = Operations[keyof Operations];
