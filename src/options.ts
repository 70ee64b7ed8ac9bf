import type { CallEvent } from "./events.ts";

/**
 * A key, or a function that returns one or a promise of one. The client calls the function before every attempt, except
 * the retries of a POST that may have taken effect, which use the same key as the attempt that failed.
 */
export type Key = string | (() => string | Promise<string>);

/** A key of one organization. It cannot be combined with `organizationId`, because it belongs to one already. */
interface ApiKeyOptions {
  /** The key of one organization, or a function that returns it. */
  readonly apiKey?: Key | undefined;
  readonly partnerKey?: undefined;
  readonly deploymentKey?: undefined;
  readonly organizationId?: undefined;
}

/** The option of a partner key and of a deployment key. */
interface OrganizationIdOption {
  /**
   * The id of the current organization, for a partner or deployment key. `polytomic.users`, `polytomic.roles` and
   * `polytomic.organizations.getCurrent()` work on it, and authenticate with `Authorization: Basic`.
   */
  readonly organizationId?: string | undefined;
}

interface PartnerKeyOptions extends OrganizationIdOption {
  /** A partner key, or a function that returns it. It has access to every customer organization. */
  readonly partnerKey?: Key | undefined;
  readonly apiKey?: undefined;
  readonly deploymentKey?: undefined;
}

interface DeploymentKeyOptions extends OrganizationIdOption {
  /** The key of a self-hosted deployment, or a function that returns it. Requires `baseUrl` or `POLYTOMIC_DEPLOYMENT_URL`. */
  readonly deploymentKey?: Key | undefined;
  readonly apiKey?: undefined;
  readonly partnerKey?: undefined;
}

/** The options that every client has. */
interface CommonOptions {
  /**
   * The URL of the API: https, or http on a loopback host. Without a scheme, it is https. Default: the environment
   * variable `POLYTOMIC_DEPLOYMENT_URL` if it is set, otherwise `https://app.polytomic.com`.
   */
  readonly baseUrl?: string | URL | undefined;
  /**
   * Whether `baseUrl` may be http on any host, for a network that you trust, such as that of a cluster: everybody in
   * it can read the key. Default: `true` if the environment variable `POLYTOMIC_ALLOW_INSECURE_CONNECTION` is `1` or
   * `true`, otherwise `false`.
   */
  readonly allowInsecureConnection?: boolean | undefined;
  /** The API version to request, as `YYYY-MM-DD`. Default: `API_VERSION`, the version that the types describe. */
  readonly version?: string | undefined;
  /** The time limit of one attempt, response body included, in milliseconds. 0 means no limit. Default: 60 000. */
  readonly timeout?: number | undefined;
  /** The time limit of a whole call with its retries and waits, in milliseconds. 0 means no limit. Default: 0. */
  readonly totalTimeout?: number | undefined;
  /** How many times a call may be retried when a retry is safe. Default: 2. */
  readonly maxRetries?: number | undefined;
  /**
   * How many requests of this client may run at the same time. Further calls wait in the order in which they were made.
   * The wait counts towards `totalTimeout`, but not towards `timeout`. Default: no limit.
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * The largest response body that is read, in bytes after decompression. A larger response fails the call with an
   * `UnexpectedResponseError`. Default: 100 000 000 for a list, which is enough for 100 000 users, and for
   * `untypedRequest()`; otherwise 1 000 000.
   */
  readonly maxResponseBytes?: number | undefined;
  /** Headers to send with every request, in addition to the client's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * The function that sends requests: `fetch` of any implementation, such as undici. What it throws on purpose reaches the
   * caller unchanged. Default: the global `fetch` at the time of the call.
   */
  readonly fetch?: Fetch | undefined;
  /** A function to call with every event, for logs, metrics and traces. Errors that it throws are ignored. */
  readonly onEvent?: ((event: CallEvent) => unknown) | undefined;
}

/**
 * Options of a client. Pass exactly one of `apiKey`, `partnerKey` and `deploymentKey`. If you pass none, the client
 * reads the key from whichever of these environment variables is set: `POLYTOMIC_API_KEY`, `POLYTOMIC_PARTNER_KEY` or
 * `POLYTOMIC_DEPLOYMENT_KEY`.
 *
 * @example
 * const polytomic = new Polytomic({ partnerKey: process.env.MY_PARTNER_KEY, timeout: 10_000, maxRetries: 4 });
 * @see https://apidocs.polytomic.com/2025-09-18/guides/obtaining-api-keys
 */
export type PolytomicOptions = CommonOptions & (ApiKeyOptions | PartnerKeyOptions | DeploymentKeyOptions);

/** What the client needs of `fetch`, so that every implementation fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** The second argument of `fetch`. */
interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly redirect: "manual";
}

/** What `fetch` returns: a `Response`. If it has a `body` that is a stream, the client reads this, otherwise `text()`. */
interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null; [Symbol.iterator](): Iterator<[string, string]> };
  text(): Promise<string>;
}

/** The options that every call has. */
interface CommonRequestOptions {
  /** A signal that aborts the call. The call then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** The time limit of one attempt, response body included, in milliseconds. 0 means no limit. Default: the client's. */
  readonly timeout?: number | undefined;
  /** The time limit of this call with its retries and waits, in milliseconds. 0 means no limit. Default: the client's. */
  readonly totalTimeout?: number | undefined;
  /** How many times this call may be retried when a retry is safe. Default: the client's. */
  readonly maxRetries?: number | undefined;
  /** The largest response body that is read, in bytes after decompression. Default: the client's. */
  readonly maxResponseBytes?: number | undefined;
  /** The API version to request, as `YYYY-MM-DD`. Default: the client's. */
  readonly version?: string | undefined;
  /** Headers to send with this call. They override the client's `headers`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Options of one call: the last argument of every method.
 *
 * @example
 * await acme.users.list({ signal: AbortSignal.timeout(2_000), maxRetries: 0 });
 */
export interface RequestOptions extends CommonRequestOptions {
  /** Only the options of a POST, or of an untyped PATCH, have an idempotency key. */
  readonly idempotencyKey?: undefined;
}

/**
 * Options of a call that sends a POST, such as `create`.
 *
 * @example
 * await acme.users.create({ email }, { idempotencyKey: "signup-4711" });
 */
export interface IdempotentRequestOptions extends CommonRequestOptions {
  /**
   * The `Idempotency-Key`: 8 to 255 characters of `A-Z a-z 0-9 - _`. Calls with the same key take
   * effect only once and get the same response. Default: a new UUID for each call.
   *
   * @see https://apidocs.polytomic.com/2025-09-18/guides/idempotent-requests
   */
  readonly idempotencyKey?: string | undefined;
}

/** A method of `untypedRequest()`. */
export type UntypedMethod = "get" | "post" | "put" | "patch" | "delete";

/** The last argument of `untypedRequest()`: `query`, `body`, and the options of the call. */
export type UntypedRequestInput<M extends UntypedMethod> = M extends "get"
  ? RequestOptions & UntypedQuery & { readonly body?: undefined }
  : (M extends "post" | "patch" ? IdempotentRequestOptions : RequestOptions) & UntypedQuery & UntypedBody;

interface UntypedQuery {
  /** The query parameters. A list repeats its parameter. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>> | undefined;
}

type QueryValue = boolean | number | string;

interface UntypedBody {
  /** The request body: an object or a list, which is sent as JSON. */
  readonly body?: object | undefined;
}

/** The options of any call. */
export type AnyRequestOptions = RequestOptions | IdempotentRequestOptions;
