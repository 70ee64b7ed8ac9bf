/**
 * Finds a user by e-mail address. The API has no search and does not paginate: list, and compare without regard to
 * case, since it keeps addresses in lower case whatever was sent.
 *
 *     npm run example find-user-by-email Jane.Doe@AcmeCorp.com
 */
import { Polytomic, type Organization, type User } from "polytomic-users";

async function findUserByEmail({ users }: Organization, email: string): Promise<User | undefined> {
  const wanted = email.trim().toLowerCase();
  return (await users.list()).find((user) => user.email.toLowerCase() === wanted);
}

const email = process.argv[2] ?? "Jane.Doe@AcmeCorp.com";
const acme = new Polytomic().organization(process.env["POLYTOMIC_ORGANIZATION_ID"] ?? "");

const user = await findUserByEmail(acme, email);
if (user) {
  console.log(`${email} is ${user.id}.`);
} else {
  console.log(`${email} is not a user.`);
  process.exitCode = 1;
}
