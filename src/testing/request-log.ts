import type { OperationId } from "./call.ts";

/** A request that came in, as `sandbox.requests` shows it. */
export interface ReceivedRequest {
  /** The `operationId` that it was for; `undefined` where the API has no such route. */
  readonly operation: OperationId | undefined;
  /** The HTTP method in upper case. */
  readonly method: string;
  /** Path and query; `***` in place of a key. */
  readonly target: string;
  /** By name in lower case. Of `authorization` only the scheme is kept: `"Bearer ***"`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body: parsed where it is JSON, else its text; `undefined` where there is none. `***` in place of a key. */
  readonly body: unknown;
  /** The status of the answer; `undefined` while there is none, and where the connection was dropped. */
  readonly status: number | undefined;
}

/** What is noted of a request: the body as text, and what is found out later. */
export interface Entry {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  operation?: OperationId;
  status?: number;
}

const WORD = /[\w.~+-]+/g;

/** How many requests are kept; older ones are forgotten, so that a sandbox can run for days. */
const KEPT = 10_000;

/** What came in, without keys. */
export class RequestLog {
  readonly #issuedKeys: ReadonlySet<string>;
  #entries: Entry[] = [];

  /** @param issuedKeys Every key that there is or was, for the places in which no key belongs. */
  constructor(issuedKeys: ReadonlySet<string>) {
    this.#issuedKeys = issuedKeys;
  }

  add(request: Request, target: string, text: string): Entry {
    const headers: Record<string, string> = Object.fromEntries(request.headers);
    for (const [name, value] of Object.entries(headers)) {
      if (name.endsWith("authorization")) headers[name] = mask(value);
    }
    const entry: Entry = { method: request.method, target, headers, text };
    this.#entries.push(entry);
    if (this.#entries.length >= 2 * KEPT) this.#entries = this.#entries.slice(-KEPT);
    return entry;
  }

  /** Oldest first. */
  read(): ReceivedRequest[] {
    const conceal = this.#concealer();
    return this.#entries.slice(-KEPT).map(({ operation, method, target, headers, text, status }) => ({
      operation,
      method,
      target: conceal(target),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, conceal(value)])),
      body: parse(conceal(text)),
      status,
    }));
  }

  /** Keys that the sandbox makes are words, and too many to look for one by one; those of a seed can be anything. */
  #concealer(): (text: string) => string {
    const odd = [...this.#issuedKeys].filter((key) => key.replace(WORD, "") !== "");
    const written = odd.flatMap((key) => [
      key,
      encodeURIComponent(key),
      encodeURIComponent(key).replaceAll("'", "%27"),
    ]);
    return (text) =>
      written
        .reduce((rest, key) => rest.replaceAll(key, "***"), text)
        .replaceAll(WORD, (word) => (this.#issuedKeys.has(word) ? "***" : word));
  }
}

function mask(authorization: string): string {
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
