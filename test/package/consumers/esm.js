// An ES module, as a user without TypeScript would write it.
import { Polytomic } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";

const sandbox = createSandbox();
const served = await listen(sandbox);
const polytomic = new Polytomic({ partnerKey: sandbox.partnerKey, baseUrl: served.url });
const users = await polytomic.organization(sandbox.organizationId).users.list();
console.log(users.map(({ email }) => email).join("\n"));
await served.close();
