/**
 * Gives each user a new key. A service that asks for its key on every attempt takes the new one up without a restart:
 * on the 401 that the revoked key gets, the client asks again and goes on.
 *
 *     npm run example rotate-keys
 *
 * CAUTION: it revokes the key of every user of the organization. With a key of your own it asks for a file to keep the
 * new ones in, since nobody can read them again: `npm run example rotate-keys keys.jsonl`.
 */
import { appendFile } from "node:fs/promises";
import { isPolytomicError, Polytomic, type User } from "polytomic-users";

const [file] = process.argv.slice(2);
if (file === undefined && process.env["POLYTOMIC_DEPLOYMENT_KEY"] !== "sandbox-deployment-key") {
  console.error(
    "This revokes the key of every user. Say where to keep the new ones: npm run example rotate-keys <file>",
  );
  process.exit(1);
}
if (file !== undefined) await appendFile(file, "", { mode: 0o600 }); // a file that cannot be written stops it here

const organization = new Polytomic().organization(process.env["POLYTOMIC_ORGANIZATION_ID"] ?? "");

/** Stands for the place where your keys are kept. */
const vault = new Map<string, string>();

/** `force` revokes the old key as the new one is made: store the new one at once. */
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

// A service that runs on the first user's key.
await rotate(owner);
const service = new Polytomic({
  apiKey: () => vault.get(owner.id) ?? "",
  baseUrl: process.env["POLYTOMIC_DEPLOYMENT_URL"],
});
console.log(`The service sees ${(await service.users.list()).length} users.`);

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

console.log(`The service still sees ${(await service.users.list()).length} users.`);
process.exitCode = failed > 0 ? 1 : 0;
