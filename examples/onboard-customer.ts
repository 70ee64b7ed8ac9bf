/**
 * Onboards a customer as a partner: creates a root user, mints a key for it, and works with that key from then on.
 *
 *     npm run example onboard-customer
 */
import { strict as assert } from "node:assert";
import { Polytomic } from "polytomic-users";

const organizationId = process.env["POLYTOMIC_ORGANIZATION_ID"] ?? "";
const email = process.argv[2] ?? "root@customer.example.com";

const partner = new Polytomic(); // the key is in the environment
const customer = partner.organization(organizationId);

// A second run with the same key, within a day, gives the same user instead of an error. Keep it with the order.
const root = await customer.users.create({ email }, { idempotencyKey: `onboard-${organizationId}` });
console.log(`Created ${root.email}; an invitation is on its way.`);

try {
  // The value is shown this once only: store it before anything else. `force` revokes what a run before left behind.
  const { value: apiKey } = await customer.users.createApiKey(root.id, { force: true });
  console.log(`Minted a key of ${apiKey.length} characters.`);

  // From here on as the customer. The same host, another key.
  const asCustomer = new Polytomic({ apiKey, baseUrl: process.env["POLYTOMIC_DEPLOYMENT_URL"] });
  const users = await asCustomer.users.list();
  console.log(`The customer's key sees ${users.length} users.`);
  assert.ok(users.some(({ id }) => id === root.id));
} finally {
  // An example cleans up; a real onboarding ends above. The user's key goes with the user.
  await customer.users.delete(root.id);
  console.log(`Deleted ${root.email}.`);
}
