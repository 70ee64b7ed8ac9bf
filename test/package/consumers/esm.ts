// An ES module in TypeScript that uses the types as a user would, and prints what it finds.
import {
  API_VERSION,
  isPolytomicError,
  NotFoundError,
  Polytomic,
  type CallEvent,
  type PolytomicOptions,
  type RequestOptions,
  type Result,
  type User,
} from "polytomic-users";
import { applySync, planSync, type SyncPlan, type SyncReport } from "polytomic-users/sync";
import { createSandbox, type Sandbox } from "polytomic-users/testing";
import { listen, type ServedSandbox } from "polytomic-users/testing/node";

const sandbox: Sandbox = createSandbox();
const served: ServedSandbox = await listen(sandbox);
const events: CallEvent[] = [];
const options: PolytomicOptions = {
  partnerKey: () => Promise.resolve(sandbox.partnerKey),
  baseUrl: served.url,
  timeout: undefined,
  onEvent: (event) => events.push(event),
};
const acme = new Polytomic(options).organization(sandbox.organizationId);

const users: User[] = await acme.users.list();
const emails: string[] = users.map((user) => user.email);
console.log(emails.join("\n"));

const plan: SyncPlan = planSync(users, [...users, { email: "ada@acmecorp.com" }]);
const report: SyncReport = await applySync(acme.users, plan);
if (!report.isComplete || report.outcomes[0]?.step.action !== "create") throw new Error("the plan was not applied");

const request: RequestOptions = { signal: new AbortController().signal, maxRetries: 0 };
const result = await acme.users.get(sandbox.organizationId, request).result();
const kept: Result<User, unknown> = result;
if (kept.ok) throw new Error("an unknown id was found");
if (!result.ok && result.error.name === "NotFoundError") {
  const status: 404 = result.error.status;
  const version: string = API_VERSION;
  if (status !== 404 || version === "" || events.length === 0) throw new Error("what was typed was not there");
}

try {
  await acme.users.get(sandbox.organizationId);
} catch (error) {
  if (!isPolytomicError(error) || !(error instanceof NotFoundError)) throw error;
  const attempts: number = error.attempts;
  if (attempts !== 1) throw error;
}

/** What the types refuse; it is compiled, never called. */
export function refused(): unknown[] {
  return [
    // @ts-expect-error -- an email address is required
    acme.users.create({}),
    // @ts-expect-error -- there is no such option
    new Polytomic({ apikey: "a-key" }),
    // @ts-expect-error -- the current organization has no keys to mint
    new Polytomic().users.createApiKey,
  ];
}

await served.close();
