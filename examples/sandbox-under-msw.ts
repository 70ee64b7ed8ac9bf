/**
 * Connects the sandbox to MSW, for code that creates its own client or calls the global fetch. The code stays the same.
 *
 *     npm run demo -- sandbox-under-msw
 */
import { strict as assert } from "node:assert";
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { API_VERSION, Polytomic } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";

const sandbox = createSandbox();
const server = setupServer(
  // If the sandbox drops a connection, its fetch rejects.
  http.all("https://app.polytomic.com/*", ({ request }) => sandbox.fetch(request).catch(() => HttpResponse.error())),
);

/** The code under test, which does not know about the sandbox. */
async function countUsers(apiKey: string): Promise<number> {
  const response = await fetch("https://app.polytomic.com/api/organization/users", {
    headers: { authorization: `Bearer ${apiKey}`, "x-polytomic-version": API_VERSION },
  });
  const { data } = (await response.json()) as { data: unknown[] | null };
  return data?.length ?? 0;
}

server.listen({ onUnhandledFrame: "error" });
try {
  console.log(`There are ${await countUsers(sandbox.apiKey)} users.`);

  const polytomic = new Polytomic({ apiKey: sandbox.apiKey, baseUrl: "https://app.polytomic.com" });
  const ada = await polytomic.users.create({ email: "ada.lovelace@acmecorp.com" });
  assert.equal(await countUsers(sandbox.apiKey), 3);

  sandbox.fail({ drop: true });
  await assert.rejects(countUsers(sandbox.apiKey), TypeError);

  await polytomic.users.delete(ada.id);
  assert.equal(await countUsers(sandbox.apiKey), 2);
} finally {
  server.close();
}
