import type { operations } from "../generated/schema.ts";
import { ApiCall, type Answer } from "./call.ts";
import { configure, type Config, type PolytomicOptions, type RequestOptions } from "./config.ts";
import { InvalidArgumentError } from "./errors.ts";
import type { CallInput } from "./http/prepare.ts";
import { send } from "./http/send.ts";
import {
  findOperation,
  operation,
  type Data,
  type ErrorOf,
  type Method,
  type Operation,
  type OperationAt,
  type OperationId,
  type OperationInput,
  type PathWith,
  type RequestArguments,
  type ResponseBody,
} from "./operations.ts";
import { CurrentOrganizationUsers, OrganizationUsers, type StartCall } from "./users.ts";

/**
 * A client of the Polytomic Users API.
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

  /** The users of the organization that the key belongs to, or that `organizationId` names. */
  readonly users: CurrentOrganizationUsers;

  /**
   * Makes a client. Nothing is sent.
   *
   * @param options Exactly one key, and what else differs from the defaults. Without a key, the environment's.
   * @throws `ConfigurationError` when the options cannot work; it says what to do.
   * @example
   * const polytomic = new Polytomic({ apiKey: process.env.MY_API_KEY, timeout: 5_000 });
   */
  constructor(options: PolytomicOptions = {}) {
    this.#config = configure(options);
    this.users = new CurrentOrganizationUsers(this.#start);
  }

  /**
   * One customer organization. Nothing is sent; an id that is no UUID is refused by the calls.
   *
   * @param id The id of the organization, a UUID.
   * @returns The organization, which has `users`.
   * @example
   * const users = await polytomic.organization("248df4b7-aa70-47b8-a036-33ac447e668d").users.list();
   */
  organization(id: string): Organization {
    return new Organization(id, new OrganizationUsers(this.#start, id));
  }

  /**
   * Calls any operation of the spec by method and path.
   *
   * @param method The HTTP method in lower case.
   * @param path A path template of the spec.
   * @param input `params` (`path` and `query`), `body`, and the options of this call.
   * @returns The body as the spec has it, envelope and all.
   * @throws what the operation's method throws; what any call can end with is on {@link ApiCall}.
   * @example
   * const { data } = await polytomic.request("get", "/api/organizations/{org_id}/users", {
   *   params: { path: { org_id: "248df4b7-aa70-47b8-a036-33ac447e668d" } },
   * });
   */
  request<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    ...[input]: RequestArguments<OperationAt<M, P>>
  ): ApiCall<ResponseBody<OperationAt<M, P>>, ErrorOf<OperationAt<M, P>>> {
    const { params, body, ...options } = (input ?? {}) as CallInput & RequestOptions;
    const found = findOperation(method, path);
    const answer = found
      ? send(this.#config, found, { ...(params && { params }), body }, options)
      : Promise.reject(new InvalidArgumentError(noOperation(method, path)));
    return new ApiCall(answer as Promise<Answer<ResponseBody<OperationAt<M, P>>>>, options.signal);
  }

  readonly #start: StartCall = <Id extends OperationId>(
    id: Id,
    input: OperationInput<operations[Id]>,
    options: RequestOptions = {},
  ) => {
    const called = operation(id);
    const answer = send(this.#config, called, input as CallInput, options).then((got) => unwrap(called, got));
    return new ApiCall<Data<operations[Id]>, ErrorOf<operations[Id]>>(
      answer as Promise<Answer<Data<operations[Id]>>>,
      options?.signal,
    );
  };
}

/** What is no path is not shown: it can be a key in the wrong place. */
function noOperation(method: unknown, path: unknown): string {
  const asked = /^\w{1,7} \/[\w/{}-]*$/.test(`${String(method)} ${String(path)}`)
    ? ` ${String(method)} ${String(path)}`
    : "";
  return `The spec has no operation${asked}. It takes a method in lower case and a path template of the spec.`;
}

/** A customer organization, as `polytomic.organization(id)` gives it. */
export class Organization {
  /** The id of the organization. */
  readonly id: string;
  /** The users of the organization. */
  readonly users: OrganizationUsers;

  /** @internal */
  constructor(id: string, users: OrganizationUsers) {
    this.id = id;
    this.users = users;
  }
}

/** The envelope's `data`; the list of an organization without users is `null` there. */
function unwrap({ data: kind }: Operation, answer: Answer<unknown>): Answer<unknown> {
  const { data } = answer.data as { data: unknown };
  return { ...answer, data: kind === "list" ? (data ?? []) : data };
}
