/**
 * Onboards a customer as a partner: creates the first user, creates an API key for that user, and uses the key.
 *
 *     npm run example onboard-customer
 */
import { strict as assert } from "node:assert";
import { Polytomic } from "polytomic-users";

const organizationId = process.env["POLYTOMIC_ORGANIZATION_ID"] ?? "";
const email = process.argv[2] ?? "root@customer.example.com";

const partner = new Polytomic(); // reads the key from the environment
const customer = partner.organization(organizationId);

// Within a day, a second run with the same idempotency key returns the same user instead of failing.
const user = await customer.users.create({ email }, { idempotencyKey: `onboard-${organizationId}` });
console.log(`Created ${user.email}. The API sends an invitation.`);

try {
  // The API returns the value only once, so store it first. `force` revokes the key that an earlier run created.
  const { value: apiKey } = await customer.users.createApiKey(user.id, { force: true });
  console.log(`Created a key of ${apiKey.length} characters.`);

  // From here on, act as the customer: the same host, a different key.
  const asCustomer = new Polytomic({ apiKey });
  const users = await asCustomer.users.list();
  console.log(`The customer's key can list ${users.length} users.`);
  assert.ok(users.some(({ id }) => id === user.id));
} finally {
  // This example cleans up after itself. Deleting a user also revokes the user's key.
  await customer.users.delete(user.id);
  console.log(`Deleted ${user.email}.`);
}
