// A CommonJS module, as a user without TypeScript would write it.
const { Polytomic } = require("polytomic-users");
const { createSandbox } = require("polytomic-users/testing");
const { listen } = require("polytomic-users/testing/node");

async function main() {
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, baseUrl: served.url });
  const users = await polytomic.organization(sandbox.organizationId).users.list();
  console.log(users.map(({ email }) => email).join("\n"));
  await served.close();
}

void main();
