// A program that is bundled and minified, with the package in it: `node bundle.js <URL of a sandbox>`.
import { isPolytomicError, NotFoundError, Polytomic, PolytomicError } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";

const [baseUrl] = globalThis.process.argv.slice(2);
const { partnerKey, organizationId } = createSandbox();
const users = new Polytomic({ partnerKey, baseUrl }).organization(organizationId).users;
const stranger = new Polytomic({ partnerKey: "a-wrong-key", baseUrl }).organization(organizationId).users;
const nobody = new Polytomic({ partnerKey, baseUrl: "http://127.0.0.1:9", maxRetries: 0 }).organization(organizationId);

console.log((await users.list()).map(({ email }) => email).join("\n"));

async function nameOf(call) {
  try {
    await call;
    return "no error";
  } catch (error) {
    if (!(error instanceof PolytomicError) || !isPolytomicError(error)) return `a stranger: ${String(error)}`;
    return error.name;
  }
}

console.log(
  JSON.stringify({
    names: [
      await nameOf(users.get("not-a-uuid")),
      await nameOf(users.get(organizationId)),
      await nameOf(stranger.list()),
      await nameOf(users.create({ email: "jane.doe@acmecorp.com" })),
      await nameOf(nobody.users.list()),
    ],
    isNotFound: (await users.get(organizationId).result()).error instanceof NotFoundError,
  }),
);
