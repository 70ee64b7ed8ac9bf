/**
 * Lists the users of a customer organization, as a partner.
 *
 *     npm run example list-partner-users
 *
 * Set POLYTOMIC_ORGANIZATION_ID, and POLYTOMIC_PARTNER_KEY or the key and URL of a self-hosted deployment. An API key in
 * POLYTOMIC_API_KEY lists the users of its own organization. Without a key, the program starts a sandbox, lists the users
 * of the sandbox's organization, and shows three common errors.
 */
import { Polytomic, type User } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";
import { run, UsageError } from "./shared/program.ts";

const { POLYTOMIC_API_KEY: apiKey, POLYTOMIC_ORGANIZATION_ID: organizationId } = process.env;
const partnerKey = process.env["POLYTOMIC_PARTNER_KEY"] || process.env["POLYTOMIC_DEPLOYMENT_KEY"];

await run(async () => {
  if (apiKey) print(await new Polytomic().users.list());
  else if (!partnerKey) await startSandbox();
  else if (organizationId) print(await new Polytomic().organization(organizationId).users.list());
  else throw new UsageError("Set POLYTOMIC_ORGANIZATION_ID as well: the id of the organization whose users to list.");
});

async function startSandbox(): Promise<void> {
  console.log(
    "Using the sandbox, because none of POLYTOMIC_PARTNER_KEY, POLYTOMIC_DEPLOYMENT_KEY and POLYTOMIC_API_KEY is set.",
  );
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  try {
    await showSandbox({ partnerKey: sandbox.partnerKey, baseUrl: served.url }, sandbox.organizationId);
  } finally {
    await served.close();
  }
}

async function showSandbox(options: { partnerKey: string; baseUrl: string }, id: string): Promise<void> {
  const polytomic = new Polytomic(options);
  console.log(`GET ${options.baseUrl}/api/organizations/${id}/users\n`);
  print(await polytomic.organization(id).users.list());

  console.log("\nThree common errors:");
  const unauthorized = new Polytomic({ ...options, partnerKey: "not-a-valid-key" });
  const failures = {
    "a wrong organization id": polytomic.organization("acme").users.list().result(),
    "a wrong key": unauthorized.organization(id).users.list().result(),
    "an unknown organization": polytomic.organization("00000000-0000-4000-8000-000000000000").users.list().result(),
  };
  for (const [what, outcome] of Object.entries(failures)) {
    const result = await outcome;
    if (result.ok) throw new Error(`The call with ${what} did not fail.`);
    console.log(`\n${what}\n  ${result.error.name}: ${result.error.message}`);
  }
}

function print(users: readonly User[]): void {
  console.table(users.map(({ email, id, role_ids }) => ({ email, id, role_ids: role_ids?.join(", ") ?? "" })));
}
