import { ConfigurationError } from "../errors.ts";
import { isObject } from "../objects.ts";
import { ThrownByCall } from "./thrown.ts";

/**
 * Reads the body of a response as text, or stops and returns `undefined` when it has more than `limit` bytes. When it
 * stops, or when the signal aborts, the connection is released.
 */
export async function readBody(response: Response, limit: number, signal: AbortSignal): Promise<string | undefined> {
  const source = sourceOf(response.body);
  if (!source) return limitText((await response.text()) ?? "", limit); // a stub can have no body, and no text either
  const release = (): void => void source.cancel().catch(() => {});
  signal.addEventListener("abort", release, { once: true });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await source.read();
    if (done) return decode(chunks, bytes);
    if (!ArrayBuffer.isView(value)) {
      release();
      throw misuse("a Response whose body does not consist of bytes (Uint8Array).");
    }
    bytes += value.byteLength;
    if (bytes > limit) {
      release();
      return undefined;
    }
    chunks.push(value as Uint8Array);
  }
}

function limitText(text: string, limit: number): string | undefined {
  return new TextEncoder().encode(text).byteLength > limit ? undefined : text;
}

/** What the body is read from, chunk by chunk. */
interface Source {
  read(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  cancel(): Promise<unknown>;
}

/** Reads a stream of the web, which not every browser can iterate over, or a stream of Node, as node-fetch has it. */
function sourceOf(body: unknown): Source | undefined {
  if (isWebStream(body)) return body.getReader();
  if (!isObject(body) || !(Symbol.asyncIterator in body)) return undefined;
  const iterator = (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return { read: () => iterator.next(), cancel: async () => iterator.return?.() };
}

function isWebStream(body: unknown): body is ReadableStream<unknown> {
  return isObject(body) && typeof body["getReader"] === "function";
}

const decoder = new TextDecoder();

function decode(chunks: readonly Uint8Array[], size: number): string {
  if (chunks.length === 1) return decoder.decode(chunks[0]);
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return decoder.decode(bytes);
}

/** The responses so far that do not say themselves that they were read: those without a web stream. */
const seen = new WeakSet<object>();

/** Refuses what is not a new `Response`: a stub often has less, and a test can return the same one twice. */
export function checkResponse(response: Response): void {
  if (!isResponse(response)) {
    throw misuse(
      "a value that is not a Response. Return `new Response(body, { status, headers })`, or let the global `fetch` create one.",
    );
  }
  if (response.bodyUsed || response.body?.locked || seen.has(response)) {
    throw misuse(
      "a Response whose body has already been read. Return a new Response for each request, or `response.clone()`.",
    );
  }
  if (!isWebStream(response.body)) seen.add(response);
}

function misuse(found: string): ThrownByCall {
  return new ThrownByCall(new ConfigurationError(`\`fetch\` returned ${found}`));
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
