// The program that runs in every runtime, without a test framework. It returns what it found.
import { isPolytomicError, NotFoundError, Polytomic } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";

const EMAIL = "ada@acmecorp.com";
const ROLE = "d9f8e7c6-b5a4-3210-9fed-cba987654321";

/** Uses the client, and provokes errors, against the served sandboxes of scene.ts, then calls all operations. */
export async function smoke({ baseUrl, stuckUrl, partnerKey, apiKey, organizationId, calls }) {
  const own = new Polytomic({ apiKey, baseUrl }).users;
  const partner = new Polytomic({ partnerKey: async () => partnerKey, baseUrl }).organization(organizationId);
  const stuck = new Polytomic({ apiKey, baseUrl: stuckUrl }).users;
  return {
    timeout: await timeOut(stuck),
    abort: await abort(stuck),
    retry: await retry(partner.users),
    error: await fail(partner.users, organizationId),
    own: await walk(own, { role_ids: [ROLE] }),
    partner: await walk(partner.users, { email: EMAIL, role_ids: [ROLE] }),
    createdKey: await createKey(partner.users, baseUrl),
    operations: await Promise.all(calls.map(inMemory)),
  };
}

async function timeOut(users) {
  const result = await users.list({ timeout: 100, maxRetries: 0 }).result();
  return result.ok ? "a response" : result.error.name;
}

async function abort(users) {
  const controller = new AbortController();
  const reason = new Error("no longer needed");
  setTimeout(() => controller.abort(reason), 100);
  try {
    await users.list({ signal: controller.signal });
    return "a response";
  } catch (error) {
    return error === reason ? "the reason of the caller" : String(error);
  }
}

async function retry(users) {
  const { data, attempts } = await users.list().withResponse();
  return { users: data.length, attempts };
}

async function fail(users, nobody) {
  try {
    await users.get(nobody);
    return "a response";
  } catch (error) {
    const recognized = isPolytomicError(error) && error instanceof NotFoundError && error instanceof Error;
    return { name: error.name, status: error.status, attempts: error.attempts, recognized };
  }
}

/** The life of a user, from invitation to deletion. */
async function walk(users, update) {
  const { id, email } = await users.create({ email: EMAIL });
  const updated = await users.update(id, update);
  const got = await users.get(id);
  const deleted = await users.delete(id);
  const emails = (await users.list()).map((user) => user.email);
  return { email, roles: [updated.role_ids, got.role_ids], deleted: deleted.id === id, emails };
}

/** A key that was created for a user works. */
async function createKey(users, baseUrl) {
  const [jane] = await users.list();
  const { value } = await users.createApiKey(jane.id, { force: true });
  return (await new Polytomic({ apiKey: value, baseUrl }).users.get(jane.id)).email;
}

/** Makes a call with a new sandbox as `fetch`. Returns the operation that it reached. */
async function inMemory({ family, sdk, args }) {
  const { apiKey, partnerKey, organizationId, fetch } = createSandbox();
  let reached;
  const onEvent = ({ operation }) => (reached = operation);
  const key = family === "partner" ? { partnerKey } : { apiKey };
  const client = new Polytomic({ ...key, fetch, onEvent });
  const [resource, method] = sdk.split(".");
  await (family === "partner" ? client.organization(organizationId) : client)[resource][method](...args);
  return reached;
}
