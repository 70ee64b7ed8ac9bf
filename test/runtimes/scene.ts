import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { generate } from "selfsigned";
import { expect } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { FACTS, OPERATION_IDS, type OperationFacts } from "../facts.ts";

/** The arguments of the smoke program. */
interface Target {
  readonly baseUrl: string;
  /** A server that does not respond. */
  readonly stuckUrl: string;
  /** Servers of which no call gets a complete response, by what fails. */
  readonly unreachable: Readonly<Record<string, string>>;
  readonly partnerKey: string;
  readonly apiKey: string;
  readonly organizationId: string;
  /** One call of each operation. */
  readonly calls: readonly Pick<OperationFacts, "owner" | "keys" | "sdk" | "args">[];
}

/** A served sandbox that fails as the smoke program expects, and one that does not respond. */
export interface Scene {
  readonly target: Target;
  /** Every request that arrived, including preflights. */
  readonly received: readonly IncomingMessage[];
  close(): Promise<void>;
}

/** Serves two sandboxes for one run of the smoke program. */
export async function setScene(): Promise<Scene> {
  const [sandbox, stuck, truncating] = [createSandbox(), createSandbox(), createSandbox()];
  const { partnerKey, apiKey, organizationId } = sandbox;
  sandbox.fail({ operation: "listPartnerUsers", status: 503, retryAfter: 0 });
  stuck.fail({ delay: 60_000, times: Infinity });
  truncating.fail({ truncate: true, times: Infinity });
  const served = await Promise.all([sandbox, stuck, truncating].map((each) => listen(each)));
  const [baseUrl, stuckUrl, truncatingUrl] = served.map(({ url }) => url) as [string, string, string];
  const broken = await serveBroken();
  const unreachable = { ...broken.urls, "broken off": truncatingUrl, "unknown host": "https://nowhere.invalid" };
  const received: IncomingMessage[] = [];
  const record = (message: unknown): void => {
    const { request } = message as { request: IncomingMessage };
    if (served.some(({ url }) => url === `http://${request.headers.host}`)) received.push(request);
  };
  subscribe("http.server.request.start", record);
  const close = async (): Promise<void> => {
    unsubscribe("http.server.request.start", record);
    broken.close();
    await Promise.all(served.map((each) => each.close()));
  };
  const calls = OPERATION_IDS.map((id) => FACTS[id]);
  return { target: { baseUrl, stuckUrl, unreachable, partnerKey, apiKey, organizationId, calls }, received, close };
}

/** Serves on 127.0.0.1 what no `fetch` can read: a port without a server, resets, and a certificate of nobody. */
async function serveBroken(): Promise<{ urls: Record<string, string>; close(): void }> {
  const closed = createServer();
  const resetting = createServer((socket) => {
    socket.on("error", () => {}).once("data", () => socket.resetAndDestroy());
  });
  const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }]);
  const untrusted = createTlsServer({ key, cert }).on("tlsClientError", () => {});
  const urls = {
    refused: `http://127.0.0.1:${await portOf(closed)}`,
    reset: `http://127.0.0.1:${await portOf(resetting)}`,
    certificate: `https://127.0.0.1:${await portOf(untrusted)}`,
  };
  closed.close();
  return { urls, close: () => void [resetting.close(), untrusted.close()] };
}

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

const WALKED = {
  email: "ada@acmecorp.com",
  roles: [["d9f8e7c6-b5a4-3210-9fed-cba987654321"], ["d9f8e7c6-b5a4-3210-9fed-cba987654321"]],
  deleted: true,
  emails: ["jane.doe@acmecorp.com", "john.smith@acmecorp.com"],
};

/** The error of a call that got no complete response, with the reason as the runtimes name it. */
const lost = (reason: RegExp): object => ({ name: "ConnectionError", message: expect.stringMatching(reason) });

/** What the smoke program returns in every runtime. workerd writes most reasons only to its log, and browsers hide them. */
export const FINDINGS = {
  failures: {
    refused: lost(/ECONNREFUSED|Connection refused|Network connection lost|Failed to fetch/),
    reset: lost(/ECONNRESET|Connection reset|Network connection lost|Failed to fetch/),
    certificate: lost(/CERT|UNABLE_TO_VERIFY|certificate|internal error|Failed to fetch/),
    "broken off": lost(/UND_ERR_SOCKET|ECONNRESET|reading a body|Network connection lost|network error/),
    "unknown host": lost(/ENOTFOUND|dns error|internal error|Failed to fetch/),
  },
  onPurpose: { calls: 2, unchanged: [true, true] },
  sharedSignal: 24,
  timeout: "TimeoutError",
  abort: "the reason of the caller",
  retry: { users: 2, attempts: 2 },
  error: { name: "NotFoundError", status: 404, attempts: 1, recognized: true },
  own: WALKED,
  partner: WALKED,
  createdKey: "jane.doe@acmecorp.com",
  sync: { counts: { done: 1, failed: 0, unknown: 0, "not started": 0 }, codePoints: ["U+00AD"], steps: 1 },
  operations: OPERATION_IDS,
};
