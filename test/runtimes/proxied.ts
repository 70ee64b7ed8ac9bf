import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { generate } from "selfsigned";
import { createSandbox, type Sandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";

/** A sandbox that is served over https, with a certificate that no runtime knows, and an HTTP proxy. */
export interface ProxiedApi {
  readonly sandbox: Sandbox;
  /** The base URL of the sandbox. */
  readonly url: string;
  readonly proxyUrl: string;
  /** The file of the certificate, as PEM. */
  readonly certificate: string;
  /** The targets of all tunnels that the proxy has opened, such as `localhost:443`. */
  readonly tunnels: readonly string[];
  close(): Promise<void>;
}

/** Serves both on the loopback interface. */
export async function serveProxiedApi(): Promise<ProxiedApi> {
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }], // no certificate of an authority
  });
  const api = createTlsServer({ key, cert }, (socket) => connectBoth(socket, connect(Number(new URL(served.url).port), "127.0.0.1"))); // prettier-ignore
  const tunnels: string[] = [];
  const proxy = createServer((_request, response) => response.writeHead(501).end());
  proxy.on("connect", ({ url = "" }, socket: Socket) => {
    tunnels.push(url);
    const target = connect(Number(new URL(`http://${url}`).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      connectBoth(socket, target);
    });
  });
  const [apiPort, proxyPort] = [await portOf(api), await portOf(proxy)];
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  const certificate = join(folder, "certificate.pem");
  await writeFile(certificate, cert);
  return {
    sandbox,
    url: `https://localhost:${apiPort}`,
    proxyUrl: `http://127.0.0.1:${proxyPort}`,
    certificate,
    tunnels,
    async close() {
      api.close();
      proxy.close();
      await served.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Passes all bytes from each socket to the other, until one of them closes. */
function connectBoth(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const [socket, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    socket.on("error", () => peer.destroy());
    socket.on("close", () => peer.destroy());
  }
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
