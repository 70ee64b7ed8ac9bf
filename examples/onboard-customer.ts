/**
 * Onboards a customer as a partner: creates the organization, its first user and an API key for that user, and goes on with
 * that key. You can run it again at any time: it says what exists already, and does not change it.
 *
 *     npm run demo -- onboard-customer Globex root@globex.example globex.key --apply
 *
 * The API shows a new key only once, so against the real API you must name a file for it. If the key was lost, add
 * `--new-key`: this creates another one, and revokes the user's earlier keys.
 */
import { appendFile, writeFile } from "node:fs/promises";
import { Polytomic, type Organization, type OrganizationData, type User } from "polytomic-users";
import { isApplied, run, UsageError } from "./shared/program.ts";

interface Found<Thing> {
  readonly thing: Thing;
  readonly isNew: boolean;
}

async function createOrFindOrganization(partner: Polytomic, name: string): Promise<Found<OrganizationData>> {
  const created = await partner.organizations.create({ name }).result();
  if (created.ok) return { thing: created.data, isNew: true };
  if (created.error.name !== "ConflictError") throw created.error;
  const isWanted = (each: OrganizationData): boolean => each.name.toLowerCase() === name.toLowerCase();
  const thing = (await partner.organizations.list()).find(isWanted);
  if (!thing) throw created.error;
  return { thing, isNew: false };
}

async function findOrCreateUser(customer: Organization, email: string): Promise<Found<User>> {
  const existing = await customer.users.findByEmail(email);
  if (existing) return { thing: existing, isNew: false };
  // Role ids differ from organization to organization, so look the role up.
  const admin = await customer.roles.findByName("Admin");
  if (!admin) throw new UsageError("The organization has no role Admin.");
  return { thing: await customer.users.create({ email, role_ids: [admin.id] }), isNew: true };
}

/** Creates a key, and stores it before anything else happens. `force` revokes the user's earlier keys. */
async function createKey(customer: Organization, { thing, isNew }: Found<User>, file?: string): Promise<string> {
  if (file !== undefined) {
    await appendFile(file, "", { mode: 0o600 }).catch((error: Error) => {
      throw new UsageError(`No key was created. Cannot write to ${file}: ${error.message}`);
    });
  }
  const { value } = await customer.users.createApiKey(thing.id, { force: !isNew });
  if (file !== undefined) await writeFile(file, `${value}\n`);
  console.log(`The key was created${file === undefined ? "." : `, and is in ${file}.`}`);
  return value;
}

await run(async (args) => {
  const [name = "Globex", email = "root@globex.example", file] = args.filter((each) => each !== "--new-key");
  const isSandbox = process.env["POLYTOMIC_DEPLOYMENT_KEY"] === "sandbox-deployment-key";
  if (file === undefined && !isSandbox) {
    throw new UsageError("Name a file for the key: npm run demo -- onboard-customer <name> <email> <file> --apply");
  }
  const plan = `This creates the organization ${name}, its first user ${email} and an API key for the user, unless they exist.`;
  if (!isApplied(plan)) return;

  const partner = new Polytomic(); // reads the key from the environment
  const organization = await createOrFindOrganization(partner, name);
  report(`The organization ${organization.thing.name}`, organization);
  const customer = partner.organization(organization.thing.id);
  const user = await findOrCreateUser(customer, email);
  report(`The user ${user.thing.email}`, user);
  if (!user.isNew && !args.includes("--new-key")) {
    return console.log("No key was created, because the user can have one. To replace a lost key, add --new-key.");
  }

  // From here on, act as the customer: the same host, a different key.
  const asCustomer = new Polytomic({ apiKey: await createKey(customer, user, file) });
  const owner = await asCustomer.identity.get();
  const users = await asCustomer.users.list();
  console.log(`The key belongs to ${owner.email} of ${owner.organization_name}, and can list ${users.length} user(s).`);
});

function report(what: string, { thing, isNew }: Found<{ readonly id: string }>): void {
  console.log(`${what} ${isNew ? "was created" : "exists already"}: ${thing.id}`);
}
