import { ApiCall, type StartCall } from "./call.ts";
import { configure, validate, type Config } from "./config.ts";
import { InvalidArgumentError } from "./errors.ts";
import type { AssertNever } from "./exact-types.ts";
import { checkSearch, findItem, type Search } from "./find.ts";
import { prepare, type CallInput, type PreparedRequest } from "./http/prepare.ts";
import { RequestQueue } from "./http/queue.ts";
import { send, type ApiResponse } from "./http/send.ts";
import { prepareUntyped } from "./http/untyped.ts";
import { withoutPrototype } from "./objects.ts";
import {
  describeOperation,
  findOperation,
  operation,
  type ErrorOf,
  type Method,
  type Operation,
  type OperationAt,
  type OperationId,
  type PathWith,
  type RequestArguments,
  type ResponseBody,
} from "./operations.ts";
import type { AnyRequestOptions, PolytomicOptions, UntypedMethod, UntypedRequestInput } from "./options.ts";
import { currentIdentity, type CurrentIdentity, type IdentityOperation } from "./resources/identity.ts";
import { organizations, type Organizations, type OrganizationsOperation } from "./resources/organizations.ts";
import { currentOrganizationRoles, organizationRoles, type Roles, type RolesOperation } from "./resources/roles.ts";
import {
  currentOrganizationUsers,
  organizationUsers,
  type CurrentOrganizationUsers,
  type OrganizationUsers,
  type UsersOperation,
} from "./resources/users.ts";

/**
 * A client for the Polytomic Users API.
 *
 * @example
 * const polytomic = new Polytomic({ partnerKey: process.env.MY_PARTNER_KEY });
 * const acme = polytomic.organization("248df4b7-aa70-47b8-a036-33ac447e668d");
 * for (const user of await acme.users.list()) console.log(user.email);
 *
 * @see https://apidocs.polytomic.com/2025-09-18/guides/obtaining-api-keys
 */
export class Polytomic {
  readonly #config: Config;
  readonly #queue: RequestQueue;

  /** The users of the organization that the key belongs to, or of `organizationId`. */
  readonly users: CurrentOrganizationUsers;

  /** The roles of the organization that the key belongs to, or of `organizationId`. */
  readonly roles: Roles;

  /** The organizations of the partner, and the one that the key belongs to. */
  readonly organizations: Organizations;

  /** Who the key belongs to. */
  readonly identity: CurrentIdentity;

  /**
   * Creates a client. Sends nothing.
   *
   * @param options Exactly one key, and any settings that differ from the defaults. Without a key, the client reads it
   * from the environment.
   * @throws `ConfigurationError` if the options are invalid. The message says what to do.
   * @example
   * const polytomic = new Polytomic({ apiKey: process.env.MY_API_KEY, timeout: 5_000 });
   */
  constructor(options: PolytomicOptions = {}) {
    this.#config = configure(options);
    this.#queue = new RequestQueue(this.#config.maxConcurrency);
    this.users = currentOrganizationUsers(this.#start);
    this.roles = currentOrganizationRoles(this.#start);
    this.organizations = organizations(this.#start);
    this.identity = currentIdentity(this.#start);
    // A proxy of the client, and an object that inherits from it, have no private fields.
    for (const name of ["organization", "request", "untypedRequest"] as const) {
      const value = (this[name] as (...args: never[]) => unknown).bind(this);
      Object.defineProperty(this, name, { value, configurable: true, writable: true });
    }
  }

  /**
   * Returns one customer organization. Sends nothing; its methods reject an id that is not a UUID.
   *
   * @param id The id of the organization, a UUID.
   * @returns The organization, which has `users` and `roles`.
   * @example
   * const users = await polytomic.organization("248df4b7-aa70-47b8-a036-33ac447e668d").users.list();
   */
  organization(id: string): Organization {
    return new Organization(id, organizationUsers(this.#start, id), organizationRoles(this.#start, id));
  }

  /**
   * Calls any operation of the spec by its method and path. Unlike the methods, it sends a body unchanged, even with
   * fields that the spec does not have yet.
   *
   * @param method The HTTP method in lower case.
   * @param path A path template of the spec.
   * @param input `params` (`path` and `query`), `body`, and the options of this call.
   * @returns The body as the spec defines it, with its envelope.
   * @throws the errors of the operation's method. {@link ApiCall} lists the errors common to all calls.
   * @example
   * const { data } = await polytomic.request("get", "/api/organizations/{org_id}/users", {
   *   params: { path: { org_id: "248df4b7-aa70-47b8-a036-33ac447e668d" } },
   * });
   */
  request<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    ...[input]: RequestArguments<M, P>
  ): ApiCall<ResponseBody<OperationAt<M, P>>, ErrorOf<OperationAt<M, P>>> {
    return this.#call(() => {
      const { params, body, ...options } = withoutPrototype(input as CallInput & AnyRequestOptions);
      const found = findOperation(method, path);
      if (!found) {
        const argument = ["get", "post", "put", "delete"].includes(method) ? "path" : "method";
        throw new InvalidArgumentError(noOperation(method, path), { argument });
      }
      const others = ["params", "body"];
      return prepare(this.#config, found, { params, body, options, others, allowsUnknownFields: true });
    });
  }

  /**
   * Calls a path, a method or a parameter that the spec does not have yet, with the same credentials, retries,
   * idempotency and errors as every other call. Retries a PATCH like a POST.
   *
   * A partner or deployment key with `organizationId` is scoped to this organization, unless the path is
   * `/api/organizations` or below it. In errors and events, the operation has the id `"untypedRequest"` and the path as you
   * pass it, which can contain ids.
   *
   * @param method The HTTP method in lower case.
   * @param path The path, which starts with `/`. Encode what you insert with `encodeURIComponent()`.
   * @param input `query`, `body`, and the options of this call.
   * @returns The parsed JSON of the response, with its envelope. Check it before you use it.
   * @throws `InvalidArgumentError` if the path could reach another route than it seems to, such as one with `..`, `?`,
   * `#`, `//` or an encoded slash.
   * {@link ApiCall} lists the errors common to all calls.
   * @example
   * const path = `/api/organizations/${acme.id}/users/${id}/keys`;
   * const body = await polytomic.untypedRequest("post", path, { query: { force: true } });
   */
  untypedRequest<M extends UntypedMethod>(method: M, path: string, input?: UntypedRequestInput<M>): ApiCall<unknown> {
    return this.#call(() => prepareUntyped(this.#config, { method, path, input }));
  }

  readonly #start: StartCall = (id: OperationId, { find, ...input }: StartInput, options: AnyRequestOptions = {}) => {
    const called = operation(id);
    return this.#call<never, never>(
      () => {
        if (find) checkSearch(find);
        return prepare(this.#config, called, { ...input, options });
      },
      (response, { ids }) => {
        const data = unwrap(called, response.data);
        const call = { operation: describeOperation(called), ids: { ...ids }, attempts: response.attempts };
        return { ...response, data: find ? findItem(data, find, call) : data };
      },
    );
  };

  /** Starts a call. Errors of its arguments reject the call. */
  #call<T, E>(
    prepareCall: () => PreparedRequest,
    finish = (response: ApiResponse<unknown>, _request: PreparedRequest): ApiResponse<unknown> => response,
  ): ApiCall<T, E> {
    try {
      const request = validate(InvalidArgumentError, prepareCall);
      const response = send(this.#config, this.#queue, request).then((received) => finish(received, request));
      return new ApiCall<T, E>(response as Promise<ApiResponse<T>>);
    } catch (error) {
      return new ApiCall<T, E>(Promise.reject(error));
    }
  }
}

/** What `#start` takes for any operation. */
type StartInput = Omit<CallInput, "options"> & { readonly find?: Search };

/** Does not compile while the spec has an operation that no method calls. The compiler names the operation. */
export type OperationsWithoutMethod = AssertNever<
  Exclude<OperationId, UsersOperation | RolesOperation | OrganizationsOperation | IdentityOperation>
>;

/** Takes the data out of its envelope. An empty list can be `null`. */
function unwrap({ data: type }: Operation, body: unknown): unknown {
  const { data } = body as { data: unknown };
  return type === "list" ? (data ?? []) : data;
}

/** The message shows only what looks like a method and a path: anything else can be a misplaced key. */
function noOperation(method: unknown, path: unknown): string {
  const name = `${String(method)} ${String(path)}`;
  const shown = /^\w{1,7} \/[\w/{}-]*$/.test(name) ? ` ${name}` : "";
  return `The spec has no operation${shown}. Pass a method in lower case and a path template of the spec, or use \`untypedRequest()\`.`;
}

/** A customer organization, as `polytomic.organization(id)` returns it. */
export class Organization {
  /** The id of the organization. */
  readonly id: string;
  /** The users of the organization. */
  readonly users: OrganizationUsers;
  /** The roles of the organization. They require a partner or deployment key; for an API key, use `polytomic.roles`. */
  readonly roles: Roles;

  /** @internal */
  constructor(id: string, users: OrganizationUsers, roles: Roles) {
    this.id = id;
    this.users = users;
    this.roles = roles;
  }
}
