import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { inspect } from "node:util";
import { createSandbox, type Sandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";
import type { Client, MakeClient } from "./clients.ts";

/** One scenario: what a cell of the README's table says. */
type Measure = (client: Client, sandbox: Sandbox, make: MakeClient) => Promise<string>;

const NOBODY = "00000000-0000-4000-8000-000000000000";

const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown ?? new Error("nothing"),
  );
const nameOf = (thrown: unknown): string => (thrown === undefined ? "nothing is thrown" : (thrown as Error).name);

/** The rows of the README's table that are about a call, by their first cell. */
export const MEASURES: Record<string, Measure> = {
  "the users of the caller's own organization": async ({ listOwn }) => {
    if (!listOwn) return "no";
    await listOwn();
    return "yes";
  },
  "the API version that a first call asks for": async ({ list }, sandbox) => {
    await list();
    return sandbox.requests[0]?.headers["x-polytomic-version"] ?? "none: the server chooses";
  },
  "the list of an organization without users": async ({ list }, sandbox) => {
    sandbox.fail({ body: { data: null } });
    const got = await list();
    if (Array.isArray(got)) return `\`${JSON.stringify(got)}\``;
    const { data } = got as { data: unknown };
    return (data === null ? data : (data as { data: unknown }).data) === null ? "`null` in an envelope" : "?";
  },
  "a create that is answered 503": async ({ create }, sandbox) => {
    sandbox.fail({ operation: "createPartnerUser", status: 503 });
    await create("ada@acmecorp.com");
    const [first, second] = sandbox.requests.map(({ headers }) => headers["idempotency-key"] ?? "");
    if (second === undefined) return "is not repeated";
    return second && second === first ? "is repeated with the same key" : "is repeated without a key";
  },
  "a 429 with `Retry-After: 1`": async ({ list }, sandbox) => {
    sandbox.fail({ status: 429, retryAfter: 1 });
    const start = performance.now();
    await list();
    if (sandbox.requests.length === 1) return "is not repeated";
    return performance.now() - start >= 1000 ? "waits as long as it is asked to" : "asks again at once";
  },
  "a list whose connection is lost": async ({ list }, sandbox) => {
    sandbox.fail({ drop: true });
    await thrownBy(list());
    return sandbox.requests.length > 1 ? "is repeated" : "is not repeated";
  },
  "a body that stalls": async (_client, sandbox, make) => {
    const server = createServer((_request, response) => void response.writeHead(200).write('{"data":'));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    try {
      const { port } = server.address() as AddressInfo;
      const call = thrownBy(make(sandbox, `http://127.0.0.1:${port}`).list({ timeout: 50 }));
      // Three attempts of 50 ms and the waits between them are over long before.
      const ended = await Promise.race([call.then(() => true), wait(4_000, false)]);
      return ended ? "ends with the timeout" : "is waited for without end";
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
  'a delete with `".."` as the id': async (client, sandbox) => {
    await thrownBy(client.delete(".."));
    const [request] = sandbox.requests;
    if (!request) return "is refused, nothing is sent";
    return `reaches \`${request.method} ${request.target.replace(sandbox.organizationId, "{org_id}")}\``;
  },
  "a 200 with HTML": async ({ list }, sandbox) => {
    sandbox.fail({ body: "<h1>Sign in</h1>" });
    return nameOf(await thrownBy(list()));
  },
  "`error.name` where there is no such user": async ({ get }) => nameOf(await thrownBy(get(NOBODY))),
  "what a call that was aborted ends with": async ({ list }, sandbox) => {
    sandbox.fail({ delay: 10_000 });
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 50);
    return (await thrownBy(list({ signal: controller.signal }))) === reason
      ? "the reason of the caller"
      : "an error of its own";
  },
  "`util.inspect(client)`": async ({ client }, { partnerKey }) =>
    inspect(client, { depth: 10 }).includes(partnerKey) ? "shows the key" : "hides the key",
};

/** Measures one cell, with a sandbox of its own. */
export async function measure(row: string, make: MakeClient): Promise<string> {
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  try {
    return await MEASURES[row]!(make(sandbox, served.url), sandbox, make);
  } finally {
    await served.close();
  }
}
