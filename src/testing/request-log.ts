import { BoundedMap, sizeOf } from "./bounded-map.ts";
import type { OperationId } from "./call.ts";
import { findCredentials, maskHeader, maskQuery } from "./credentials.ts";
import { createMask, type Mask } from "./mask.ts";

/** The latest requests: at most 10 000, and 16 MiB. It does not return keys. */
export class RequestLog {
  readonly #issuedKeys: ReadonlySet<string>;
  /** Each request with its credentials, which can be keys that the sandbox does not know. */
  readonly #entries: BoundedMap<Entry, readonly string[]> = new BoundedMap({ entries: 10_000, bytes: 16 * 1024 ** 2 });

  /** @param issuedKeys Every key that exists or existed, since a key can be anywhere in a request. */
  constructor(issuedKeys: ReadonlySet<string>) {
    this.#issuedKeys = issuedKeys;
  }

  add({ method, headers }: Request, target: string, text: string): Entry {
    const masked = Array.from(headers, ([name, value]) => [name, maskHeader(name, value)] as const);
    const entry: Entry = { method, target: maskQuery(target), headers: masked, text };
    const credentials = findCredentials(headers);
    this.#entries.set(entry, credentials, sizeOf([target, text, ...masked.flat(), ...credentials]));
    return entry;
  }

  /** Oldest first. */
  read(): ReceivedRequest[] {
    const mask = remember(createMask([...this.#issuedKeys, ...this.#entries.values().flat()]));
    return this.#entries.keys().map(({ operation, method, target, headers, text, status }) => ({
      operation,
      method: mask(method),
      target: mask(target),
      headers: Object.fromEntries(headers.map(([name, value]) => [mask(name), mask(value)])),
      body: readBody(text, mask),
      status,
    }));
  }
}

/**
 * A request that a sandbox received. `***` replaces every key, even if it is encoded: the keys that the sandbox has or had,
 * and those that it does not know if a request had them in `Authorization` or in another header for credentials.
 */
export interface ReceivedRequest {
  /** The `operationId`; `undefined` if the API does not have the route. */
  readonly operation: OperationId | undefined;
  /** The HTTP method in upper case, such as `"GET"`. */
  readonly method: string;
  /** Path and query, such as `"/api/organization/users"`. The values of parameters such as `token` are `***`. */
  readonly target: string;
  /** The headers by name in lower case, such as `authorization: "Bearer ***"` and `cookie: "***"`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body: parsed if it is JSON, otherwise text; `undefined` if the request has none. */
  readonly body: unknown;
  /** The status of the response; `undefined` while the request is running and if the connection was dropped. */
  readonly status: number | undefined;
}

/** A request in the log, with its body as text. */
export interface Entry {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  /** Set by the route. */
  operation?: OperationId;
  /** Set when the response is ready. */
  status?: number;
}

/** Masks a text once, since most headers are the same in every request. */
function remember(mask: Mask): Mask {
  const results = new Map<string, string>();
  return (text) => {
    const result = results.get(text) ?? mask(text);
    results.set(text, result);
    return result;
  };
}

/** Parses a body that is JSON and masks its names and values one by one, without their escapes. */
function readBody(text: string, mask: Mask): unknown {
  if (text === "") return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return mask(text);
  }
  const root: Json = { body };
  const pending = [root];
  for (const json of pending) {
    for (const [name, value] of Object.entries(json)) {
      const maskedName = Array.isArray(json) ? name : mask(name);
      if (maskedName !== name) {
        delete json[name];
        json[maskedName] = value;
      }
      if (typeof value === "object" && value !== null) pending.push(value as Json);
      else if (mask(String(value)) !== String(value)) json[maskedName] = mask(String(value));
    }
  }
  return root["body"];
}

type Json = Record<string, unknown>;
