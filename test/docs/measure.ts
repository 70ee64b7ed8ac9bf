import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { createSandbox, type Sandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";
import { ours, type Client, type MakeClient } from "./clients.ts";

/** Runs one scenario and returns the text of its cell in docs/guides/comparison.md. */
type Measure = (client: Client, sandbox: Sandbox, make: MakeClient) => Promise<string>;

const NOBODY = "00000000-0000-4000-8000-000000000000";

/** What a call rejects with, or `undefined` if it resolves. */
const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown ?? new Error("nothing"),
  );
const nameOf = (thrown: unknown): string => (thrown === undefined ? "does not throw" : (thrown as Error).name);

/** The scenarios, by the first cell of their row. */
export const MEASURES: Record<string, Measure> = {
  "lists the caller's own organization": async ({ listOwn }) => {
    if (!listOwn) return "no";
    await listOwn();
    return "yes";
  },
  "default API version": async ({ list }, sandbox) => {
    await list();
    return sandbox.requests[0]?.headers["x-polytomic-version"] ?? "none: the server chooses";
  },
  "list of an organization without users": async ({ list }, sandbox) => {
    sandbox.fail({ body: { data: null } });
    const got = await list();
    if (Array.isArray(got)) return `\`${JSON.stringify(got)}\``;
    const { data } = got as { data: unknown };
    return (data === null ? data : (data as { data: unknown }).data) === null ? "`null` in an envelope" : "?";
  },
  "create that fails with a 503": async ({ create }, sandbox) => {
    sandbox.fail({ operation: "createPartnerUser", status: 503 });
    await create("ada@acmecorp.com");
    const [first, second] = sandbox.requests.map(({ headers }) => headers["idempotency-key"] ?? "");
    if (second === undefined) return "does not retry";
    return second && second === first ? "retries with the same key" : "retries without a key";
  },
  "list that fails with a 429, `Retry-After: 1`": async ({ list }, sandbox) => {
    sandbox.fail({ status: 429, retryAfter: 1 });
    const done = list();
    const waited = await Promise.race([done.then(() => false), delay(1_000, true)]);
    await done;
    if (sandbox.requests.length === 1) return "does not retry";
    return waited ? "waits for 1 s, then retries" : "retries at once";
  },
  "list whose connection is lost": async ({ list }, sandbox) => {
    sandbox.fail({ drop: true });
    await thrownBy(list());
    return sandbox.requests.length > 1 ? "retries" : "does not retry";
  },
  "response body that never ends": async (_client, sandbox, make) => {
    const server = createServer((_request, response) => void response.writeHead(200).write('{"data":'));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Long enough for the headers to arrive in time on a busy machine.
    const list = (client: Client): Promise<unknown> => thrownBy(client.list({ timeout: 500, maxRetries: 0 }));
    /** Waits for three timeouts in a row. Even on a busy machine, they take longer than one. */
    const threeTimeouts = async (): Promise<boolean> => {
      for (let calls = 0; calls < 3; calls++) await list(ours(sandbox, baseUrl));
      return false;
    };
    try {
      const ended = await Promise.race([list(make(sandbox, baseUrl)).then(() => true), threeTimeouts()]);
      return ended ? "times out" : "waits forever";
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
  'delete with the id `".."`': async (client, sandbox) => {
    await thrownBy(client.delete(".."));
    const [request] = sandbox.requests;
    if (!request) return "sends nothing";
    return `sends \`${request.method} ${request.target.replace(sandbox.organizationId, "{org_id}")}\``;
  },
  "status 200 with an HTML body": async ({ list }, sandbox) => {
    sandbox.fail({ body: "<h1>Sign in</h1>" });
    return nameOf(await thrownBy(list()));
  },
  "`error.name` for an unknown user": async ({ get }) => nameOf(await thrownBy(get(NOBODY))),
  "aborted call rejects with": async ({ list }, sandbox) => {
    sandbox.fail({ delay: 10_000 });
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 50);
    return (await thrownBy(list({ signal: controller.signal }))) === reason ? "the caller's reason" : "its own error";
  },
  "`util.inspect(client)`": async ({ client }, { partnerKey }) =>
    inspect(client, { depth: 10 }).includes(partnerKey) ? "shows the key" : "hides the key",
};

/** Measures one cell, with a new sandbox. */
export async function measure(row: string, make: MakeClient): Promise<string> {
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  try {
    return await MEASURES[row]!(make(sandbox, served.url), sandbox, make);
  } finally {
    await served.close();
  }
}
