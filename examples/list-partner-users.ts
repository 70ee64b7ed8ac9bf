/**
 * Says who the key belongs to, and lists the users of a customer organization, as a partner. With an API key, lists the users
 * of its own organization. In the sandbox, also shows three common errors.
 *
 *     npm run demo -- list-partner-users
 */
import { Polytomic, type Identity } from "polytomic-users";
import { organizationId, run } from "./shared/program.ts";

await run(async () => {
  const polytomic = new Polytomic(); // reads the key from the environment
  const { users } = process.env["POLYTOMIC_API_KEY"] ? polytomic : polytomic.organization(organizationId());
  console.log(`This key belongs to ${ownerOf(await polytomic.identity.get())}.`);
  const list = await users.list();
  console.table(list.map(({ email, id, role_ids }) => ({ email, id, role_ids: role_ids?.join(", ") ?? "" })));
  if (process.env["POLYTOMIC_DEPLOYMENT_KEY"] === "sandbox-deployment-key") await showErrors(polytomic);
});

function ownerOf({ is_user, email, is_organization, organization_name, is_system }: Identity): string {
  if (is_user) return `the user ${email} of the organization ${organization_name}`;
  if (is_organization) return `the organization ${organization_name}`;
  return is_system ? "the deployment" : "a partner";
}

async function showErrors(polytomic: Polytomic): Promise<void> {
  console.log("\nThree common errors:");
  const unauthorized = new Polytomic({ deploymentKey: "not-a-valid-key" });
  const failures = {
    "a wrong organization id": polytomic.organization("acme").users.list().result(),
    "a wrong key": unauthorized.organization(organizationId()).users.list().result(),
    "an unknown organization": polytomic.organization("00000000-0000-4000-8000-000000000000").users.list().result(),
  };
  for (const [what, outcome] of Object.entries(failures)) {
    const { error } = await outcome;
    console.log(`\n${what}\n  ${error?.name}: ${error?.message}`);
  }
}
