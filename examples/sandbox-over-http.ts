/**
 * Serves the sandbox over HTTP, for programs in other processes and languages.
 *
 *     npm run demo -- sandbox-over-http
 */
import { strict as assert } from "node:assert";
import { API_VERSION, Polytomic } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";

const sandbox = createSandbox({
  organizations: [{ users: [{ email: "ada.lovelace@acmecorp.com", role: "admin" }] }],
});
const served = await listen(sandbox); // pass { port: 4010 } for a fixed port

try {
  // Point the SDK at the server.
  const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, baseUrl: served.url });
  const [ada] = await polytomic.organization(sandbox.organizationId).users.list();
  assert.equal(ada?.email, "ada.lovelace@acmecorp.com");

  // Any other HTTP client works too, such as the global fetch.
  const response = await fetch(`${served.url}/api/organization/users`, {
    headers: { authorization: `Bearer ${sandbox.apiKey}`, "x-polytomic-version": API_VERSION },
  });
  console.log(response.status, await response.text());

  // Drop the connection of the next request.
  sandbox.fail({ drop: true });
  await assert.rejects(fetch(`${served.url}/api/organization/users`), { message: "fetch failed" });
} finally {
  await served.close();
}
