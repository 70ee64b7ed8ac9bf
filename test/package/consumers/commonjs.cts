// A CommonJS module in TypeScript.
import polytomicUsers = require("polytomic-users");
import testing = require("polytomic-users/testing");
import node = require("polytomic-users/testing/node");

async function main(): Promise<void> {
  const sandbox: testing.Sandbox = testing.createSandbox();
  const served: node.ServedSandbox = await node.listen(sandbox);
  const polytomic = new polytomicUsers.Polytomic({ apiKey: sandbox.apiKey, baseUrl: served.url });
  const users: polytomicUsers.User[] = await polytomic.users.list();
  console.log(users.map(({ email }) => email).join("\n"));
  await served.close();
}

void main();
