import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { FACTS, OPERATION_IDS, type OperationFacts } from "../facts.ts";

/** The arguments of the smoke program. */
interface Target {
  readonly baseUrl: string;
  /** A server that does not respond. */
  readonly stuckUrl: string;
  readonly partnerKey: string;
  readonly apiKey: string;
  readonly organizationId: string;
  /** One call of each operation. */
  readonly calls: readonly Pick<OperationFacts, "family" | "sdk" | "args">[];
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
  const [sandbox, stuck] = [createSandbox(), createSandbox()];
  const { partnerKey, apiKey, organizationId } = sandbox;
  sandbox.fail({ operation: "listPartnerUsers", status: 503, retryAfter: 0 });
  stuck.fail({ delay: 60_000, times: Infinity });
  const served = await Promise.all([sandbox, stuck].map((each) => listen(each)));
  const [baseUrl, stuckUrl] = served.map(({ url }) => url) as [string, string];
  const received: IncomingMessage[] = [];
  const record = (message: unknown): void => {
    const { request } = message as { request: IncomingMessage };
    if (served.some(({ url }) => url === `http://${request.headers.host}`)) received.push(request);
  };
  subscribe("http.server.request.start", record);
  const close = async (): Promise<void> => {
    unsubscribe("http.server.request.start", record);
    await Promise.all(served.map((each) => each.close()));
  };
  const calls = OPERATION_IDS.map((id) => FACTS[id]);
  return { target: { baseUrl, stuckUrl, partnerKey, apiKey, organizationId, calls }, received, close };
}

const WALKED = {
  email: "ada@acmecorp.com",
  roles: [["d9f8e7c6-b5a4-3210-9fed-cba987654321"], ["d9f8e7c6-b5a4-3210-9fed-cba987654321"]],
  deleted: true,
  emails: ["jane.doe@acmecorp.com", "john.smith@acmecorp.com"],
};

/** What the smoke program returns in every runtime. */
export const FINDINGS = {
  timeout: "TimeoutError",
  abort: "the reason of the caller",
  retry: { users: 2, attempts: 2 },
  error: { name: "NotFoundError", status: 404, attempts: 1, recognized: true },
  own: WALKED,
  partner: WALKED,
  createdKey: "jane.doe@acmecorp.com",
  operations: OPERATION_IDS,
};
