/**
 * The sandbox as the `fetch` of a client: nothing leaves the process.
 *
 *     npm run example sandbox-as-fetch
 */
import { strict as assert } from "node:assert";
import { Polytomic } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";

const sandbox = createSandbox();
const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, fetch: sandbox.fetch });
const acme = polytomic.organization(sandbox.organizationId);

// What partners do: a user, a key for that user, and from then on that key.
const ada = await acme.users.create({ email: "Ada.Lovelace@acmecorp.com", role: "admin" });
const { value: apiKey } = await acme.users.createApiKey(ada.id, { force: true });
const users = await new Polytomic({ apiKey, fetch: sandbox.fetch }).users.list();
console.log(users.map(({ email }) => email).join("\n"));

// What the API holds, and what it was asked.
assert.equal(sandbox.snapshot().organizations[0]?.users.length, 3);
assert.deepEqual(
  sandbox.requests.map(({ operation }) => operation),
  ["createPartnerUser", "createPartnerUserApiKey", "listCurrentOrgUsers"],
);

// What happens when the API fails.
sandbox.fail({ operation: "createPartnerUser", status: 500 });
const result = await acme.users.create({ email: "grace.hopper@acmecorp.com" }).result();
assert.equal(!result.ok && result.error.name, "ServerError");

// And the next test starts anew.
sandbox.reset();
assert.equal(sandbox.snapshot().organizations[0]?.users.length, 2);
