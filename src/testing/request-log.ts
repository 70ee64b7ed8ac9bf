import type { OperationId } from "./call.ts";

/** The latest 10 000 requests. It never returns a key. */
export class RequestLog {
  readonly #issuedKeys: ReadonlySet<string>;
  #entries: Entry[] = [];

  /** @param issuedKeys Every key that exists or existed, since a key can also be in a query, a header or a body. */
  constructor(issuedKeys: ReadonlySet<string>) {
    this.#issuedKeys = issuedKeys;
  }

  add(request: Request, target: string, text: string): Entry {
    const headers: Record<string, string> = Object.fromEntries(request.headers);
    for (const [name, value] of Object.entries(headers)) {
      if (name.endsWith("authorization")) headers[name] = maskCredentials(value);
    }
    const entry: Entry = { method: request.method, target, headers, text };
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * CAPACITY) this.#entries = this.#entries.slice(-CAPACITY);
    return entry;
  }

  /** Oldest first. */
  read(): ReceivedRequest[] {
    const mask = this.#createMask();
    return this.#entries.slice(-CAPACITY).map(({ operation, method, target, headers, text, status }) => ({
      operation,
      method,
      target: mask(target),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, mask(value)])),
      body: parse(mask(text)),
      status,
    }));
  }

  /** Looks up every word in the set of keys, since there can be many keys; only keys of a seed may be more than a word. */
  #createMask(): (text: string) => string {
    const notWords = [...this.#issuedKeys].filter((key) => key.replace(WORD, "") !== "");
    const spellings = notWords.flatMap((key) => [
      key,
      encodeURIComponent(key),
      encodeURIComponent(key).replaceAll("'", "%27"),
    ]);
    return (text) =>
      spellings
        .reduce((rest, key) => rest.replaceAll(key, "***"), text)
        .replaceAll(WORD, (word) => (this.#issuedKeys.has(word) ? "***" : word));
  }
}

/** A request that a sandbox received. Keys are replaced by `***`. */
export interface ReceivedRequest {
  /** The `operationId`; `undefined` if the API does not have the route. */
  readonly operation: OperationId | undefined;
  /** The HTTP method in upper case, such as `"GET"`. */
  readonly method: string;
  /** Path and query, such as `"/api/organization/users"`. */
  readonly target: string;
  /** The headers by name in lower case. `authorization` is reduced to its scheme: `"Bearer ***"`. */
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
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Set by the route. */
  operation?: OperationId;
  /** Set when the response is ready. */
  status?: number;
}

const CAPACITY = 10_000;
const WORD = /[\w.~+-]+/g;

function maskCredentials(authorization: string): string {
  const [, scheme] = /^(\S+) +\S/.exec(authorization) ?? [];
  return scheme ? `${scheme} ***` : "***";
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
