/**
 * Onboards a customer as a partner: creates the first user, creates an API key for that user, and uses the key. At the
 * end, it deletes the user that it created.
 *
 *     npm run demo -- onboard-customer root@customer.example.com --apply
 */
import { strict as assert } from "node:assert";
import { Polytomic, type Organization, type User } from "polytomic-users";
import { isApplied, organizationId, run } from "./shared/program.ts";

/** Creates the user. If an earlier run has created the user, returns that one. */
async function createOrFind({ users }: Organization, email: string): Promise<{ user: User; isNew: boolean }> {
  // Retries share an idempotency key that the client generates. A fixed key would also return a user who was deleted
  // within the last 24 hours.
  const created = await users.create({ email }).result();
  if (created.ok) return { user: created.data, isNew: true };
  if (created.error.name !== "UnprocessableEntityError") throw created.error;
  const user = (await users.list()).find((each) => each.email.toLowerCase() === email.toLowerCase());
  if (!user) throw created.error; // the address is not taken, but invalid
  return { user, isNew: false };
}

await run(async ([email = "root@customer.example.com"]) => {
  const id = organizationId();
  const plan = `This creates ${email} in the organization ${id}, creates an API key for the user, which revokes an existing key of the user, and deletes the user if the user is new.`;
  if (!isApplied(plan)) return;

  const partner = new Polytomic(); // reads the key from the environment
  const customer = partner.organization(id);
  const { user, isNew } = await createOrFind(customer, email);
  console.log(isNew ? `Created ${user.email}. The API sends an invitation.` : `${user.email} already exists.`);

  try {
    // The API returns the value only once, so store it first. `force` revokes the key that an earlier run created.
    const { value: apiKey } = await customer.users.createApiKey(user.id, { force: true });
    console.log(`Created a key of ${apiKey.length} characters.`);

    // From here on, act as the customer: the same host, a different key.
    const asCustomer = new Polytomic({ apiKey });
    const users = await asCustomer.users.list();
    console.log(`The customer's key can list ${users.length} users.`);
    assert.ok(users.some((each) => each.id === user.id));
  } finally {
    // This example cleans up after itself. Deleting a user also revokes the user's key.
    if (isNew) await deleteUser(customer, user);
  }
});

/** Reports a failure instead of throwing it, so that it does not hide an earlier one. */
async function deleteUser({ users }: Organization, { id, email }: User): Promise<void> {
  const deleted = await users.delete(id).result();
  if (deleted.ok) console.log(`Deleted ${email}.`);
  else {
    console.error(`Could not delete ${email}. ${deleted.error.name}: ${deleted.error.message}`);
    process.exitCode = 1;
  }
}
