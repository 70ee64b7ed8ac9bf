/**
 * Makes the users of an organization those of your directory: prints the plan, and applies it with `--apply`. For a CSV or JSON
 * file, you need no program: `npx polytomic-users sync list.csv`.
 *
 *     npm run demo -- sync-users
 */
import { Polytomic } from "polytomic-users";
import { applySync, planSync, type WantedUser } from "polytomic-users/sync";
import { isApplied, organizationId, run, UsageError } from "./shared/program.ts";

/** Replace this with a request to your directory, or a query of your database. */
async function listPeople(): Promise<WantedUser[]> {
  return [
    { email: "Jane.Doe@acmecorp.com", roles: ["Admin", "Member"] },
    { email: "john.smith@acmecorp.com" }, // without `roles`, a user keeps the roles
    { email: "ada.lovelace@acmecorp.com", roles: ["Member"] },
  ];
}

await run(async () => {
  const polytomic = new Polytomic(); // reads the key from the environment
  const { users, roles } = process.env["POLYTOMIC_API_KEY"] ? polytomic : polytomic.organization(organizationId());
  const { id } = await polytomic.identity.get();
  const keep = id === undefined ? [] : [id]; // the user that the key belongs to, if any
  const plan = planSync(await users.list(), await listPeople(), { roles: await roles.list(), keep });
  if (plan.objections.length > 0) throw new UsageError(plan.objections.map(({ message }) => message).join("\n"));
  const steps = plan.steps.map(({ action, email }) => `${action} ${email}\n`);
  if (!isApplied(`${steps.join("")}${plan.unchanged} users stay as they are.`)) return;

  const { outcomes, isComplete } = await applySync(users, plan);
  for (const { step, result, note = "" } of outcomes) console.log(`${result}: ${step.action} ${step.email} ${note}`);
  if (!isComplete) process.exitCode = 1;
});
