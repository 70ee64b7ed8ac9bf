import { createSandbox } from "../../src/testing/index.ts";
import { allowLocalPages } from "../../src/testing/cors.ts";
import { listen } from "../../src/testing/node.ts";

/** What the smoke program has to know. */
interface Target {
  readonly baseUrl: string;
  readonly partnerKey: string;
  readonly apiKey: string;
  readonly organizationId: string;
}

/** A served sandbox in which goes wrong what the smoke program waits for. */
export interface Scene {
  readonly target: Target;
  /** Every request that came in, preflights included. */
  readonly received: readonly Request[];
  close(): Promise<void>;
}

/** Serves a sandbox to one run of the smoke program. */
export async function setScene(): Promise<Scene> {
  const sandbox = createSandbox();
  const { partnerKey, apiKey, organizationId } = sandbox;
  sandbox.fail({ operation: "listCurrentOrgUsers", delay: 30_000 });
  sandbox.fail({ operation: "listPartnerUsers", delay: 30_000 });
  sandbox.fail({ operation: "listPartnerUsers", status: 503, retryAfter: 0 });
  const received: Request[] = [];
  const open = allowLocalPages(sandbox.fetch);
  const served = await listen({
    fetch: (request) => {
      received.push(request);
      return open(request);
    },
  });
  const target = { baseUrl: served.url, partnerKey, apiKey, organizationId };
  return { target, received, close: () => served.close() };
}

const WALKED = {
  email: "ada@acmecorp.com",
  roles: [["d9f8e7c6-b5a4-3210-9fed-cba987654321"], ["d9f8e7c6-b5a4-3210-9fed-cba987654321"]],
  deleted: true,
  emails: ["jane.doe@acmecorp.com", "john.smith@acmecorp.com"],
};

/** What the smoke program finds in it, wherever it runs. */
export const FINDINGS = {
  timeout: "TimeoutError",
  abort: "the reason that was given",
  retry: { users: 2, attempts: 2 },
  error: { name: "NotFoundError", status: 404, attempts: 1, recognized: true },
  own: WALKED,
  partner: WALKED,
  mintedKey: "jane.doe@acmecorp.com",
  inMemory: 2,
  operations: [
    "listCurrentOrgUsers",
    "listPartnerUsers",
    "getPartnerUser",
    "createCurrentOrgUser",
    "updateCurrentOrgUser",
    "getCurrentOrgUser",
    "deleteCurrentOrgUser",
    "createPartnerUser",
    "updatePartnerUser",
    "deletePartnerUser",
    "createPartnerUserApiKey",
  ],
};
