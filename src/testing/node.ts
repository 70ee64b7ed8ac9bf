import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { checkInteger, checkNames } from "./check.ts";

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
  const server = createServer(
    getRequestListener((request, bindings) => answer(sandbox, request, bindings as HttpBindings), {
      overrideGlobalObjects: false,
    }),
  );
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

async function answer(sandbox: Answering, request: Request, { outgoing }: HttpBindings): Promise<Response> {
  try {
    const response = await sandbox.fetch(request);
    // Only an answer that is to break off has its length from the sandbox.
    if (!response.headers.has("content-length")) return response;
    await sendPart(response, outgoing);
  } catch {
    outgoing.destroy();
  }
  return RESPONSE_ALREADY_SENT;
}

/** Sends what arrives of the body, under the length of all of it; rejects when it breaks off. */
async function sendPart({ status, headers, body }: Response, outgoing: ServerResponse): Promise<void> {
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
