/**
 * Gives each user a new key. A service that asks for its key on every attempt takes the new one up without a restart:
 * on the 401 that the revoked key gets, the client asks again and goes on.
 *
 *     npm run example rotate-keys
 */
import { isPolytomicError, Polytomic } from "polytomic-users";

const partner = new Polytomic();
const organization = partner.organization(process.env["POLYTOMIC_ORGANIZATION_ID"] ?? "");

/** Stands for the place where your keys are kept. */
const vault = new Map<string, string>();

const users = await organization.users.list();
for (const { id } of users) vault.set(id, (await organization.users.createApiKey(id, { force: true })).value);

// A service that runs on the first user's key.
const owner = users[0]?.id ?? "";
const service = new Polytomic({
  apiKey: () => vault.get(owner) ?? "",
  baseUrl: process.env["POLYTOMIC_DEPLOYMENT_URL"],
});
console.log(`The service sees ${(await service.users.list()).length} users.`);

let failed = 0;
for (const { id, email } of users) {
  try {
    // `force` revokes the old key as the new one is made: store the new one at once.
    const { value } = await organization.users.createApiKey(id, { force: true });
    vault.set(id, value);
    console.log(`rotated  ${email}`);
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    failed++;
    console.error(`failed   ${email}: ${error.message}`);
  }
}

console.log(`The service still sees ${(await service.users.list()).length} users.`);
process.exitCode = failed > 0 ? 1 : 0;
