import { ConfigurationError } from "../errors.ts";
import { isObject } from "../objects.ts";

/**
 * Reads the body of a response as text, or stops and returns `undefined` when it has more than `limit` bytes. When it
 * stops, or when the signal aborts, the connection is released.
 */
export async function readBody(response: Response, limit: number, signal: AbortSignal): Promise<string | undefined> {
  const chunks = chunksOf(response.body, signal);
  if (!chunks) return limitText((await response.text()) ?? "", limit); // a stub can have no body, and no text either
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of chunks) {
    if (!ArrayBuffer.isView(chunk)) {
      throw new ConfigurationError("`fetch` returned a Response whose body does not consist of bytes (Uint8Array).");
    }
    bytes += chunk.byteLength;
    if (bytes > limit) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function limitText(text: string, limit: number): string | undefined {
  return new TextEncoder().encode(text).byteLength > limit ? undefined : text;
}

/** Returns the chunks of a stream: of the web, or of Node, as node-fetch has it. */
function chunksOf(body: unknown, signal: AbortSignal): AsyncIterable<unknown> | undefined {
  if (!isObject(body)) return undefined;
  if (typeof body["getReader"] === "function") return readStream(body as unknown as ReadableStream, signal);
  return Symbol.asyncIterator in body ? (body as AsyncIterable<unknown>) : undefined;
}

/** Not every browser can iterate over a web stream. */
async function* readStream(stream: ReadableStream, signal: AbortSignal): AsyncGenerator {
  const reader = stream.getReader();
  const release = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", release, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    release();
  }
}

/** The responses so far: the body of each can be read only once. */
const seen = new WeakSet<object>();

/** Refuses what is not a new `Response`: a stub often has less, and a test can return the same one twice. */
export function checkResponse(response: Response): void {
  if (!isResponse(response)) {
    throw new ConfigurationError(
      "`fetch` returned a value that is not a Response. Return `new Response(body, { status, headers })`, or let the global `fetch` create one.",
    );
  }
  if (response.bodyUsed || response.body?.locked || seen.has(response)) {
    throw new ConfigurationError(
      "`fetch` returned a Response whose body has already been read. Return a new Response for each request, or `response.clone()`.",
    );
  }
  seen.add(response);
}

function isResponse(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { status, ok, headers, text } = value;
  const hasFields = typeof status === "number" && typeof ok === "boolean" && typeof text === "function";
  return hasFields && isHeaders(headers);
}

/** Unlike `Headers`, a Map returns `undefined` for a name that it does not have. */
function isHeaders(value: unknown): boolean {
  if (!isObject(value) || typeof value["get"] !== "function" || !(Symbol.iterator in value)) return false;
  return (value as unknown as Headers).get("x-polytomic-version") !== undefined;
}
