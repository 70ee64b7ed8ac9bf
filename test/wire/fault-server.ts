import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { DATA } from "../facts.ts";

/** What goes wrong with one request. A number is a status. */
export type Fault =
  | "reset before the request is read"
  | "reset after the request is read"
  | "close without a response"
  | "apply, then reset"
  | "apply, then 502"
  | "503 with 1 MiB"
  | "stall before the headers"
  | "stall in the body"
  | "truncate the body"
  | "drip"
  | "10 MiB"
  | "invalid HTTP"
  | number;

/** A server that honours idempotency keys and fails as planned. */
export interface FaultServer {
  readonly url: string;
  /** The faults of the next requests, in order. `undefined` means none. */
  readonly plan: (Fault | undefined)[];
  /** The fault of every request after the plan, if any. */
  always: Fault | undefined;
  /** Called when a response stalls before its headers or in its body, and with each byte of a drip. */
  onStall: (where: "before the headers" | "in the body" | "in a drip") => void;
  /** The idempotency key of each request, or `undefined` if it had none. */
  readonly keys: (string | undefined)[];
  /** How many times a body was applied, by its email address. */
  readonly applied: Map<string, number>;
  /** The highest number of sockets that were open at the same time. */
  mostSockets: number;
  readonly openSockets: Set<Socket>;
}

/** Waits until all sockets of the server are closed. */
export async function socketsClosed({ openSockets }: FaultServer): Promise<void> {
  await Promise.all([...openSockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
}

const MEBIBYTE = "x".repeat(2 ** 20);

/** Serves on a free port of 127.0.0.1 until the test ends. */
export async function serveFaults(...plan: Fault[]): Promise<FaultServer> {
  const server = createServer();
  const state: FaultServer = {
    url: "",
    plan,
    always: undefined,
    onStall: () => {},
    keys: [],
    applied: new Map(),
    mostSockets: 0,
    openSockets: new Set(),
  };
  const outcomes = new Map<string, number>();
  countSockets(server, state);
  server.on("request", (request, response) => void handle(state, outcomes, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function countSockets(server: Server, state: FaultServer): void {
  server.on("connection", (socket) => {
    state.openSockets.add(socket);
    state.mostSockets = Math.max(state.mostSockets, state.openSockets.size);
    socket.on("close", () => state.openSockets.delete(socket));
    socket.on("error", () => {});
  });
}

async function handle(
  state: FaultServer,
  outcomes: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const key = request.headers["idempotency-key"] as string | undefined;
  state.keys.push(key);
  const fault = state.plan.shift() ?? state.always;
  if (fault === "reset before the request is read") return void request.socket.resetAndDestroy();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const replayed = key === undefined ? undefined : outcomes.get(key);
  const status = replayed ?? (fault === 500 ? 500 : 200);
  if (reachesApplication(fault) && replayed === undefined) {
    if (key !== undefined) outcomes.set(key, status);
    if (status === 200) apply(state, Buffer.concat(chunks).toString());
  }
  fail(state, typeof fault === "number" && fault !== 500 ? fault : (fault ?? status), status, request, response);
}

/** Whether a fault comes from the application or from behind it. A status other than 500 comes from a proxy. */
function reachesApplication(fault: Fault | undefined): boolean {
  return fault === undefined || fault === 500 || !(typeof fault === "number" || /^503|^reset after/.test(fault));
}

function apply(state: FaultServer, body: string): void {
  const { email = "" } = (body ? JSON.parse(body) : {}) as { email?: string };
  state.applied.set(email, (state.applied.get(email) ?? 0) + 1);
}

function fail(
  { onStall }: FaultServer,
  fault: Fault,
  status: number,
  { socket }: IncomingMessage,
  response: ServerResponse,
): void {
  const body = JSON.stringify(status === 200 ? { data: DATA.user } : {});
  const headers = { "content-type": "application/json" };
  switch (fault) {
    case "reset before the request is read":
    case "reset after the request is read":
    case "apply, then reset":
      return void socket.resetAndDestroy();
    case "apply, then 502":
      return void response.writeHead(502).end();
    case "503 with 1 MiB":
      return void response.writeHead(503).end(MEBIBYTE);
    case "close without a response":
      return void socket.destroy();
    case "stall before the headers":
      return onStall("before the headers");
    case "stall in the body":
      response.writeHead(status, headers).write(body.slice(0, 5));
      return onStall("in the body");
    case "truncate the body":
      response.writeHead(status, { ...headers, "content-length": body.length }).write(body.slice(0, 5));
      return void setImmediate(() => socket.destroy());
    case "drip":
      return drip(response.writeHead(status, headers), onStall);
    case "10 MiB":
      flood(response.writeHead(200, { "content-type": "text/html" }));
      return onStall("in the body");
    case "invalid HTTP":
      return void socket.end("HTTP/9.9 what?\r\n\r\n");
    default:
      response.writeHead(fault, headers);
      return void response.end(fault === 200 ? body : "{}");
  }
}

/** Sends a byte every millisecond and never ends. */
function drip(response: ServerResponse, onStall: FaultServer["onStall"]): void {
  const timer = setInterval(() => {
    response.write(" ");
    onStall("in a drip");
  }, 1);
  response.on("close", () => clearInterval(timer));
}

function flood(response: ServerResponse): void {
  let sent = 0;
  const more = (): void => {
    while (sent < 10 && !response.destroyed) {
      sent += 1;
      if (!response.write(MEBIBYTE)) return void response.once("drain", more);
    }
    response.end();
  };
  more();
}
