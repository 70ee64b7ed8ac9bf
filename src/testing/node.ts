import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { checkInteger, checkNames, show } from "./check.ts";

/** What can be served: a sandbox, or whatever else answers a request. */
export interface Answering {
  /** Answers a request. When it rejects, the connection is dropped. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** A sandbox that is served over HTTP. */
export interface ServedSandbox {
  /** Where it is served, without a slash at the end: the `baseUrl` for a client. */
  readonly url: string;
  /** Ends the server and every connection to it, and with that what is held by a delay. */
  close(): Promise<void>;
}

/** Where to serve. */
export interface ListenOptions {
  /** The port; 0, the default, takes a free one. */
  readonly port?: number;
  /** The address to listen on. Default: `127.0.0.1`, which only this machine can reach. */
  readonly hostname?: string;
}

/**
 * Serves a sandbox over HTTP. For Node, and for what has Node's `http` module.
 *
 * @param sandbox What answers.
 * @param options Where to serve; by default on a free port of this machine.
 * @returns Where it is served, once it is.
 * @throws `TypeError` when an option makes no sense; rejects with the system's error, such as `EADDRINUSE`.
 * @example
 * const sandbox = createSandbox();
 * const served = await listen(sandbox);
 * const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, baseUrl: served.url });
 * await served.close();
 */
export async function listen(sandbox: Answering, options: ListenOptions = {}): Promise<ServedSandbox> {
  checkNames("listen()", options, ["port", "hostname"]);
  const { port = 0, hostname = "127.0.0.1" } = options;
  checkInteger("`port`", port, 0, 65_535);
  if (typeof hostname !== "string" || hostname === "") {
    throw new TypeError(`\`hostname\` must be an address to listen on, such as "127.0.0.1"; got ${show(hostname)}.`);
  }
  if (typeof sandbox?.fetch !== "function") throw new TypeError(`listen() takes a sandbox; got ${show(sandbox)}.`);
  const server = createServer((incoming, outgoing) => void answer(sandbox, incoming, outgoing));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${address}]` : address;
  let closed: Promise<void> | undefined;
  return { url: `http://${host}:${taken}`, close: () => (closed ??= close(server)) };
}

async function answer(sandbox: Answering, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  try {
    const request = await readRequest(incoming, gone.signal);
    if (request) await send(await sandbox.fetch(request), outgoing);
    else outgoing.writeHead(400).end();
  } catch {
    outgoing.destroy();
  }
}

/** What came over HTTP, whose signal aborts when the caller hangs up; `undefined` where that can be no `Request`. */
async function readRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | undefined> {
  const { method = "GET", url, headers } = incoming;
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  const body = /^(?:GET|HEAD)$/.test(method) ? null : Buffer.concat(chunks);
  try {
    return new Request(`http://${headers.host}${url}`, {
      method,
      headers: headers as Record<string, string>,
      body,
      signal,
    });
  } catch {
    return undefined;
  }
}

/** Sends what arrives of the body; an answer that is to break off has its whole length from the sandbox, and rejects. */
async function send({ status, headers, body }: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(status, Object.fromEntries(headers));
  outgoing.flushHeaders();
  for await (const chunk of body ?? []) await new Promise((sent) => outgoing.write(chunk, sent));
  outgoing.end();
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
