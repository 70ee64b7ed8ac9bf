import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { checkInteger, checkNames, show } from "./check.ts";

/**
 * Serves a sandbox over HTTP, in Node and in other runtimes with a `node:http` module.
 *
 * @param sandbox The sandbox to serve.
 * @param options The port and the address. Default: a free port of this machine.
 * @returns The URL and a function that stops the server. The promise resolves once the server listens.
 * @throws `TypeError` if an option is invalid. If the system refuses the port, its error, such as `EADDRINUSE`.
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
  if (typeof sandbox?.fetch !== "function")
    throw new TypeError(`listen() must be given a sandbox; got ${show(sandbox)}.`);
  const server = createServer((incoming, outgoing) => void handle(sandbox, incoming, outgoing));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { address, family, port: actualPort } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${address}]` : address;
  let closed: Promise<void> | undefined;
  return { url: `http://${host}:${actualPort}`, close: () => (closed ??= close(server)) };
}

/** A sandbox, or anything else that responds to requests. */
export interface Answering {
  /** Responds to a request. If it rejects, the connection is dropped. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** A sandbox that is served over HTTP. */
export interface ServedSandbox {
  /** The URL without a trailing slash, such as `"http://127.0.0.1:4010"`. Pass it to a client as its `baseUrl`. */
  readonly url: string;
  /** Stops the server. Closes every connection, including those of delayed requests. It can be called more than once. */
  close(): Promise<void>;
}

/** The options of {@link listen}. */
export interface ListenOptions {
  /** The port, from 0 to 65535. Default: 0, which chooses a free port. */
  readonly port?: number;
  /** The address to listen on. Default: `"127.0.0.1"`, which only this machine can reach. */
  readonly hostname?: string;
}

async function handle(sandbox: Answering, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const disconnected = new AbortController();
  outgoing.once("close", () => disconnected.abort());
  try {
    const request = await readRequest(incoming, disconnected.signal);
    if (request) await send(await sandbox.fetch(request), outgoing);
    else outgoing.writeHead(400).end();
  } catch {
    outgoing.destroy();
  }
}

/** `undefined` if the constructor of `Request` rejects the request, for example because of its method. */
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

/** Rejects if the body ends early. Its `Content-Length` is then already sent, and `handle` drops the connection. */
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
