/**
 * Passes the sandbox to a client as its `fetch`, so no request leaves the process.
 *
 *     npm run demo -- sandbox-as-fetch
 */
import { strict as assert } from "node:assert";
import { Polytomic } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";

const sandbox = createSandbox();
const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch });
const acme = polytomic.organization(sandbox.organizationId);

// Create a user and an API key for that user, then use the key.
const ada = await acme.users.create({ email: "Ada.Lovelace@acmecorp.com", role: "admin" });
const { value: apiKey } = await acme.users.createApiKey(ada.id, { force: true });
const users = await new Polytomic({ apiKey, fetch: sandbox.fetch }).users.list();
console.log(users.map(({ email }) => email).join("\n"));

// Inspect the state of the sandbox and the requests that it received.
assert.equal(sandbox.snapshot().organizations[0]?.users.length, 3);
assert.deepEqual(
  sandbox.requests.map(({ operation }) => operation),
  ["createPartnerUser", "createPartnerUserApiKey", "listCurrentOrgUsers"],
);

// Make the next call fail.
sandbox.fail({ operation: "createPartnerUser", status: 500 });
const result = await acme.users.create({ email: "grace.hopper@acmecorp.com" }).result();
assert.equal(!result.ok && result.error.name, "ServerError");

// Restore the initial state, for example before the next test.
sandbox.reset();
assert.equal(sandbox.snapshot().organizations[0]?.users.length, 2);
