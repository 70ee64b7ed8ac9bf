import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isLoopback } from "../../src/formats.ts";
import { UnreadableError } from "./document.ts";

export interface Source {
  /** The name in messages: the file as given, or the URL without its query, which can contain a key. */
  readonly name: string;
  /** Where the text was found, after redirects. Relative links start here. */
  readonly url: URL;
  readonly text: string;
}

export interface Limits {
  /** In bytes, for each file and response. */
  readonly size: number;
  /** In milliseconds, for each request, body included. */
  readonly timeout: number;
}

const LIMITS: Limits = { size: 5_000_000, timeout: 30_000 };
const MAX_REDIRECTS = 5;

/** Reads a file or a URL. */
export async function readSource(fileOrUrl: string, limits: Limits = LIMITS): Promise<Source> {
  if (fileOrUrl === "") throw new UnreadableError("The name of a file is empty. Pass a file or a URL.");
  const isUrl = /^(https?:|[a-z][a-z\d+.-]+:\/\/)/i.test(fileOrUrl);
  const url = isUrl ? parseUrl(fileOrUrl) : pathToFileURL(resolve(fileOrUrl));
  const name = isUrl ? url.href.replace(/[?#].*/, "") : fileOrUrl;
  try {
    return { name, ...(await (url.protocol === "file:" ? readFile(url, limits) : download(url, limits))) };
  } catch (error) {
    throw new UnreadableError(`Cannot read ${name}: ${reasonOf(error as NodeJS.ErrnoException, limits)}.`, {
      cause: error,
    });
  }
}

/** Its messages do not repeat the URL, which can contain a password. */
function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new UnreadableError("Cannot read a URL: it is not a valid URL.");
  const url = new URL(text);
  if (hasCredentials(url)) throw new UnreadableError("Cannot read a URL: it contains credentials. Remove them.");
  return url;
}

function hasCredentials({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}

function reasonOf(error: NodeJS.ErrnoException, { timeout }: Limits): string {
  if (error.name === "TimeoutError") return `no complete response within ${timeout / 1000} s. Try again later`;
  if (error.code === "ENOENT")
    return "the file does not exist. Check the path, or pass a URL that starts with https://";
  if (error.code === "EISDIR") return "it is a directory. Pass a file";
  const { message } = error.cause instanceof Error ? error.cause : error; // the message of fetch is only "fetch failed"
  return message.split("\n")[0]!.replace(/\.$/, "");
}

async function readFile(url: URL, { size }: Limits): Promise<Omit<Source, "name">> {
  return { url, text: await decodeText(createReadStream(fileURLToPath(url)), size) };
}

async function download(start: URL, { size, timeout }: Limits): Promise<Omit<Source, "name">> {
  const signal = AbortSignal.timeout(timeout);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    refuseInsecure(url);
    if (hasCredentials(url)) throw new Error("the server redirects to a URL that contains credentials");
    const response = await fetch(url, { redirect: "manual", signal });
    const location = response.headers.get("location");
    if (response.ok) return { url, text: await decodeText(response.body ?? [], size) };
    await response.body?.cancel();
    if (response.status < 300 || response.status >= 400 || location === null) {
      throw new Error(`the server responded with status ${response.status}. Check the address`);
    }
    url = new URL(location, url);
  }
  throw new Error(`the server redirects more than ${MAX_REDIRECTS} times`);
}

function refuseInsecure({ protocol, hostname }: URL): void {
  if (protocol === "https:" || (protocol === "http:" && isLoopback(hostname))) return;
  throw new Error(`${protocol}//${hostname} is not allowed. Use https, or http on a loopback host`);
}

async function decodeText(chunks: AsyncIterable<Uint8Array> | readonly [], limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw new Error(`it is larger than ${limit} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
