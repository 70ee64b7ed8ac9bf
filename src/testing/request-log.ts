import { BoundedMap, LIMITS, sizeOf, type Limits } from "./bounded-map.ts";
import type { IncomingRequest, OperationId } from "./call.ts";

/** The latest requests, without credentials. */
export class RequestLog {
  readonly #requests: BoundedMap<LoggedRequest, LoggedRequest>;

  constructor(limits: Limits = LIMITS) {
    this.#requests = new BoundedMap(limits);
  }

  /**
   * Adds a request that is running.
   *
   * @returns A function that adds the status of its response.
   */
  add({ method, url, headers, body }: IncomingRequest, operation: OperationId | undefined): (status: number) => void {
    const request: LoggedRequest = {
      operation,
      method,
      target: maskCreatedKeys(url.pathname + url.search),
      headers: Array.from(headers, ([name, value]) => [name, maskHeader(name, value)]),
      body: maskClientSecret(maskCreatedKeys(body)),
    };
    this.#requests.set(request, request, sizeOf([request.target, request.body, ...request.headers.flat()]));
    return (status) => void (request.status = status);
  }

  /** Oldest first. */
  read(): ReceivedRequest[] {
    return this.#requests.values().map(({ operation, method, target, headers, body, status }) => {
      return { operation, method, target, headers: Object.fromEntries(headers), body: parse(body), status };
    });
  }
}

/**
 * A request that a sandbox received. `***` replaces the values of `Authorization`, `Cookie` and `client_secret`, and every
 * created key.
 */
export interface ReceivedRequest {
  /** The `operationId`; `undefined` if the API does not have the route. */
  readonly operation: OperationId | undefined;
  /** The HTTP method in upper case, such as `"GET"`. */
  readonly method: string;
  /** Path and query, such as `"/api/organization/users"`. */
  readonly target: string;
  /** The headers by name in lower case, such as `authorization: "Bearer ***"` and `cookie: "***"`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body: parsed if it is JSON, otherwise text; `undefined` if the request has none. */
  readonly body: unknown;
  /** The status of the response; `undefined` while the request is running and if the connection was dropped. */
  readonly status: number | undefined;
}

/** A request in the log, with its body as text. */
interface LoggedRequest {
  readonly operation: OperationId | undefined;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Set when the response is ready. */
  status?: number;
}

/** Masks the value of a header with credentials, except for the scheme of `Authorization`. */
function maskHeader(name: string, value: string): string {
  const [scheme] = /^(?:Bearer |Basic |)/i.exec(value)!;
  if (name === "authorization") return `${scheme}***`;
  return name === "cookie" ? "***" : maskCreatedKeys(value);
}

function maskCreatedKeys(text: string): string {
  return text.replaceAll(/sandbox-minted-[\da-f-]{36}/g, "***");
}

/** The secret in the body of `createOrganization`. */
function maskClientSecret(body: string): string {
  return body.replaceAll(/("client_secret"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"***"');
}

function parse(body: string): unknown {
  if (body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
