import { serve, type ServerType } from "@hono/node-server";
import type { Sandbox } from "./sandbox.ts";

/** A sandbox that is served over HTTP. */
export interface ServedSandbox {
  /** Where it is served, without a slash at the end: the `baseUrl` for a client. */
  readonly url: string;
  /** Ends the server and every connection to it. */
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
 * @returns Where it is served, once it is; rejects with the system's error, such as `EADDRINUSE`.
 * @example
 * const served = await listen(createSandbox());
 * const polytomic = new Polytomic({ partnerKey: "sandbox-partner-key", baseUrl: served.url });
 * await served.close();
 */
export function listen(
  sandbox: Pick<Sandbox, "fetch">,
  { port = 0, hostname = "127.0.0.1" }: ListenOptions = {},
): Promise<ServedSandbox> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: (request) => sandbox.fetch(request), port, hostname, overrideGlobalObjects: false },
      (address) => {
        server.off("error", reject);
        resolve({ url: `http://${hostname}:${address.port}`, close: () => close(server) });
      },
    );
    server.once("error", reject);
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}
