import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** A running web server. */
export interface Pages {
  /** The URL, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the files of a folder on 127.0.0.1, as a host of static pages does: a path that ends in a slash has an index.html,
 * a path without an extension is an HTML page, and 404.html is the response to an unknown path.
 */
export async function servePages(folder: string): Promise<Pages> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const path = normalize(decodeURIComponent(pathname)).replace(/\/$/, "/index.html");
    const file = extname(path) ? path : `${path}.html`;
    const read = (name: string): Promise<Buffer | undefined> => readFile(join(folder, name)).catch(() => undefined);
    const found = await read(file);
    response.writeHead(found ? 200 : 404, { "content-type": TYPES[extname(file)] ?? "text/plain" });
    response.end(found ?? (await read("404.html")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
