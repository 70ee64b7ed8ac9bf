import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request as the server received it. */
interface Received {
  readonly method: string;
  /** Path and query, byte for byte. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface RecordingServer {
  readonly url: string;
  /** Every request so far. */
  readonly received: Received[];
}

type Handler = (request: Received, response: ServerResponse, raw: IncomingMessage) => void;

/** Serves on a free port of 127.0.0.1 until the test ends, and records every request. */
export async function serve(handler: Handler): Promise<RecordingServer> {
  const received: Received[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      const { method = "", url = "", headers } = message;
      const request = { method, target: url, headers, body: Buffer.concat(chunks).toString() };
      received.push(request);
      handler(request, response, message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-polytomic-version": "2025-09-18",
    ...headers,
  });
  response.end(JSON.stringify(body));
}
