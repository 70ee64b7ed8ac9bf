/**
 * Creates a new API key for every user. A service whose client gets its key from a function keeps running: when the old
 * key is rejected with a 401, the client calls the function again and retries with the new key.
 *
 *     npm run example rotate-keys
 *
 * CAUTION: this revokes the key of every user of the organization. The API shows a new key only once, so against the
 * real API you must name a file to store the new keys in: `npm run example rotate-keys keys.jsonl`.
 */
import { appendFile } from "node:fs/promises";
import { isPolytomicError, Polytomic, type User } from "polytomic-users";

const [file] = process.argv.slice(2);
if (file === undefined && process.env["POLYTOMIC_DEPLOYMENT_KEY"] !== "sandbox-deployment-key") {
  console.error(
    "This revokes the key of every user. Name a file to store the new keys in: npm run example rotate-keys <file>",
  );
  process.exit(1);
}
if (file !== undefined) await appendFile(file, "", { mode: 0o600 }); // stop here if the file cannot be written

const organization = new Polytomic().organization(process.env["POLYTOMIC_ORGANIZATION_ID"] ?? "");

/** Replace this with your secret store. */
const vault = new Map<string, string>();

/** Creates a new key, which revokes the old one, and stores it at once. */
async function rotate({ id, email }: User): Promise<void> {
  const { value } = await organization.users.createApiKey(id, { force: true });
  vault.set(id, value);
  if (file !== undefined) await appendFile(file, `${JSON.stringify({ id, email, value })}\n`);
}

const users = await organization.users.list();
const [owner] = users;
if (owner === undefined) {
  console.log("The organization has no users.");
  process.exit();
}

// A service that uses the key of the first user.
await rotate(owner);
const service = new Polytomic({ apiKey: () => vault.get(owner.id) ?? "" });
console.log(`The service lists ${(await service.users.list()).length} users.`);

let failed = 0;
for (const user of users) {
  try {
    await rotate(user);
    console.log(`rotated  ${user.email}`);
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    failed++;
    console.error(`failed   ${user.email}: ${error.message}`);
  }
}

console.log(`The service still lists ${(await service.users.list()).length} users.`);
process.exitCode = failed > 0 ? 1 : 0;
