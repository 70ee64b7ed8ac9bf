/**
 * Creates a new API key for every user. A service whose client gets its key from a function keeps running: when the old
 * key is rejected with a 401, the client calls the function again and retries with the new key.
 *
 *     npm run demo -- rotate-keys keys.jsonl --apply
 *
 * CAUTION: this revokes the key of every user of the organization. The API shows a new key only once, so against the
 * real API you must name a file to store the new keys in.
 */
import { appendFile } from "node:fs/promises";
import { isPolytomicError, Polytomic, type User } from "polytomic-users";
import { isApplied, organizationId, run, UsageError } from "./shared/program.ts";

/** Replace this with your secret store. */
const vault = new Map<string, string>();

await run(async ([file]) => {
  const isSandbox = process.env["POLYTOMIC_DEPLOYMENT_KEY"] === "sandbox-deployment-key";
  if (file === undefined && !isSandbox) {
    throw new UsageError("Name a file to store the new keys in: npm run demo -- rotate-keys <file> --apply");
  }
  const organization = new Polytomic().organization(organizationId());
  const users = await organization.users.list();
  const [owner] = users;
  if (owner === undefined) return console.log("The organization has no users.");
  const plan = `This revokes the key of every user, and stores ${users.length} new keys in ${file ?? "memory"}.`;
  if (!isApplied(plan)) return;
  if (file !== undefined) await openFile(file);

  /** Creates a new key, which revokes the old one, and stores it at once. */
  async function rotate({ id, email }: User): Promise<void> {
    const { value } = await organization.users.createApiKey(id, { force: true });
    vault.set(id, value);
    if (file !== undefined) await appendFile(file, `${JSON.stringify({ id, email, value })}\n`);
  }

  // A service that uses the key of the first user.
  await rotate(owner);
  const service = new Polytomic({ apiKey: () => vault.get(owner.id) ?? "" });
  console.log(`The service lists ${(await service.users.list()).length} users.`);

  for (const user of users) {
    try {
      await rotate(user);
      console.log(`rotated  ${user.email}`);
    } catch (error) {
      if (!isPolytomicError(error)) throw error;
      process.exitCode = 1;
      console.error(`failed   ${user.email}: ${error.message}`);
    }
  }
  console.log(`The service still lists ${(await service.users.list()).length} users.`);
});

/** Creates the file, which only its owner can read, unless it exists. */
async function openFile(file: string): Promise<void> {
  await appendFile(file, "", { mode: 0o600 }).catch((error: Error) => {
    throw new UsageError(`Nothing was changed. Cannot write to ${file}: ${error.message}`);
  });
}
