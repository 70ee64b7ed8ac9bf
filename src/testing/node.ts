import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { allowLocalPages } from "./cors.ts";
import { hasControls, withControls } from "./control.ts";
import { checkInteger, checkList, checkNames, show } from "./check.ts";
import { createHostCheck, readHostname, type HostCheck } from "./hosts.ts";

/**
 * Serves a sandbox over HTTP, in Node and in other runtimes with a `node:http` module. A request gets a 421 if its `Host`
 * is unknown, so that other websites cannot read the sandbox through a browser (DNS rebinding). Pages that are served from
 * this machine can call it (CORS). Programs in other languages control the sandbox under `/_sandbox/`.
 *
 * @param sandbox The sandbox to serve.
 * @param options The port, the address and the hosts. Default: a free port of this machine.
 * @returns The URL and a function that stops the server. The promise resolves once the server listens.
 * @throws `TypeError` if an option is invalid. If the system refuses the port, its error, such as `EADDRINUSE`.
 * @example
 * const sandbox = createSandbox();
 * const served = await listen(sandbox);
 * const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, baseUrl: served.url });
 * await served.close();
 */
export async function listen(sandbox: FetchHandler, options: ListenOptions = {}): Promise<ServedSandbox> {
  checkNames("listen()", options, ["port", "hostname", "allowedHosts"]);
  const { port = 0, hostname = "127.0.0.1", allowedHosts = [] } = options;
  checkInteger("`port`", port, 0, 65_535);
  if (typeof hostname !== "string" || hostname === "") {
    throw new TypeError(`\`hostname\` must be an address to listen on, such as "127.0.0.1"; got ${show(hostname)}.`);
  }
  checkList("allowedHosts", allowedHosts);
  for (const host of allowedHosts) checkAllowedHost(host);
  if (typeof sandbox?.fetch !== "function")
    throw new TypeError(`listen() must be given a sandbox; got ${show(sandbox)}.`);
  const checkHost = createHostCheck([hostname, ...allowedHosts]);
  const fetchApi = (request: Request): Promise<Response> => sandbox.fetch(request);
  const fetch = allowLocalPages(hasControls(sandbox) ? withControls(sandbox, fetchApi) : fetchApi);
  const server = createServer((incoming, outgoing) => void handle({ fetch, checkHost, incoming, outgoing }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { address, family, port: actualPort } = server.address() as AddressInfo;
  const reachable = LOOPBACK_OF[address] ?? (family === "IPv6" ? `[${address}]` : address);
  let closed: Promise<void> | undefined;
  return { url: `http://${reachable}:${actualPort}`, close: () => (closed ??= close(server)) };
}

/** The address of this machine at which a server can be reached that listens on all addresses. */
const LOOPBACK_OF: Readonly<Record<string, string>> = {
  "0.0.0.0": "127.0.0.1",
  "::": "[::1]",
  "::ffff:0.0.0.0": "127.0.0.1",
};

/** A sandbox, or anything else that responds to requests, which then has no routes under `/_sandbox/`. */
export interface FetchHandler {
  /** Responds to a request. If it rejects, the connection is dropped. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** A sandbox that is served over HTTP. */
export interface ServedSandbox {
  /**
   * The URL without a trailing slash, such as `"http://127.0.0.1:4010"`. Pass it to a client as its `baseUrl`. If the
   * server listens on all addresses (`0.0.0.0` or `::`), this is the one of this machine: `127.0.0.1` or `[::1]`.
   */
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
  /**
   * Names that requests may have in `Host`, such as `"sandbox.test"`. Requests can always have `localhost`, a name that ends
   * with `.localhost`, a loopback address, `hostname`, and the address at which they arrive. Default: no other names.
   */
  readonly allowedHosts?: readonly string[];
}

function checkAllowedHost(host: unknown): void {
  if (typeof host === "string" && readHostname(host) !== undefined) return;
  throw new TypeError(`\`allowedHosts\` must contain host names, such as "sandbox.test"; got ${show(host)}.`);
}

interface Exchange extends FetchHandler {
  readonly checkHost: HostCheck;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

async function handle({ fetch, checkHost, incoming, outgoing }: Exchange): Promise<void> {
  const disconnected = new AbortController();
  outgoing.once("close", () => disconnected.abort());
  try {
    const { headers, url, socket } = incoming;
    const refusal = checkHost({ host: headers.host, target: url, address: socket.localAddress });
    if (refusal) return await send(refusal, outgoing);
    const request = await readRequest(incoming, disconnected.signal);
    if (request) await send(await fetch(request), outgoing);
    else outgoing.writeHead(400).end();
  } catch {
    outgoing.destroy();
  }
}

/** `undefined` if the constructor of `Request` rejects the request, for example because of its method. */
async function readRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | undefined> {
  const { method = "GET", url = "", headers } = incoming;
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  const body = /^(?:GET|HEAD)$/.test(method) ? null : Buffer.concat(chunks);
  try {
    return new Request(url.startsWith("/") ? `http://${headers.host}${url}` : url, {
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
