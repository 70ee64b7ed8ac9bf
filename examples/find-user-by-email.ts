/**
 * Finds a user by email address. The API has no search and no pagination, so this lists all users. It ignores case,
 * because the API stores addresses in lower case.
 *
 *     npm run demo -- find-user-by-email Jane.Doe@AcmeCorp.com
 */
import { Polytomic, type Organization, type User } from "polytomic-users";
import { organizationId, run } from "./shared/program.ts";

async function findUserByEmail({ users }: Organization, email: string): Promise<User | undefined> {
  const wanted = email.trim().toLowerCase();
  return (await users.list()).find((user) => user.email.toLowerCase() === wanted);
}

await run(async ([email = "Jane.Doe@AcmeCorp.com"]) => {
  const acme = new Polytomic().organization(organizationId());
  const user = await findUserByEmail(acme, email);
  if (user) {
    console.log(`${email} has the id ${user.id}. Role ids: ${user.role_ids?.join(", ") ?? "none"}.`);
  } else {
    console.log(`No user has the address ${email}.`);
    process.exitCode = 1;
  }
});
