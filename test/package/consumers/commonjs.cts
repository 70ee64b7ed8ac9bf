// A CommonJS module in TypeScript.
import polytomicUsers = require("polytomic-users");
import sync = require("polytomic-users/sync");
import testing = require("polytomic-users/testing");
import node = require("polytomic-users/testing/node");

async function main(): Promise<void> {
  const sandbox: testing.Sandbox = testing.createSandbox();
  const served: node.ServedSandbox = await node.listen(sandbox);
  const polytomic = new polytomicUsers.Polytomic({ apiKey: sandbox.apiKey, baseUrl: served.url });
  const users: polytomicUsers.User[] = await polytomic.users.list();
  const plan: sync.SyncPlan = sync.planSync(users, users);
  const report: sync.SyncReport = await sync.applySync(polytomic.users, plan);
  if (!report.isComplete) throw new Error("there was something to do");
  console.log(users.map(({ email }) => email).join("\n"));
  await served.close();
}

void main();
