// The program that runs in every runtime, without a test framework. It returns what it found.
import { isPolytomicError, NotFoundError, Polytomic } from "polytomic-users";
import { applySync, planSync } from "polytomic-users/sync";
import { createSandbox } from "polytomic-users/testing";

const EMAIL = "ada@acmecorp.com";
const ROLE = "d9f8e7c6-b5a4-3210-9fed-cba987654321";

/** Uses the client, and provokes errors, against the served sandboxes of scene.ts, then calls all operations. */
export async function smoke({ baseUrl, stuckUrl, unreachable, partnerKey, apiKey, organizationId, calls }) {
  const own = new Polytomic({ apiKey, baseUrl }).users;
  const partner = new Polytomic({ partnerKey: async () => partnerKey, baseUrl }).organization(organizationId);
  const stuck = new Polytomic({ apiKey, baseUrl: stuckUrl }).users;
  return {
    timeout: await timeOut(stuck),
    abort: await abort(stuck),
    failures: await lose(unreachable, apiKey),
    onPurpose: await throwOnPurpose(apiKey),
    sharedSignal: await shareSignal(own),
    retry: await retry(partner.users),
    error: await fail(partner.users, organizationId),
    own: await walk(own, { role_ids: [ROLE] }),
    partner: await walk(partner.users, { email: EMAIL, role_ids: [ROLE] }),
    createdKey: await createKey(partner.users, baseUrl),
    sync: await sync(),
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

/** Calls servers that do not send a complete response. Returns the errors. */
async function lose(urls, apiKey) {
  const entries = Object.entries(urls).map(async ([name, baseUrl]) => {
    const { error } = await new Polytomic({ apiKey, baseUrl, maxRetries: 0 }).users.list().result();
    return [name, { name: error.name, message: error.message }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** A `fetch` throws an error that is not a failure of the network. */
async function throwOnPurpose(apiKey) {
  const reason = Object.assign(new Error("Dynamic server usage"), { digest: "DYNAMIC_SERVER_USAGE" });
  let calls = 0;
  const fetch = async () => {
    calls++;
    throw reason;
  };
  const { users } = new Polytomic({ apiKey, fetch });
  const isReason = (error) => error === reason;
  const unchanged = [await users.list().catch(isReason), await users.list().result().catch(isReason)];
  return { calls, unchanged };
}

/** Concurrent calls share a signal, over HTTP and in memory. Node 20 would warn of more than ten listeners. */
async function shareSignal(users) {
  const { signal } = new AbortController();
  const { apiKey, fetch } = createSandbox({ latency: 10 });
  const sandboxed = new Polytomic({ apiKey, fetch: (url, init) => fetch(url, { ...init, signal }) }).users;
  const calls = Array.from({ length: 12 }, () => [users.list({ signal }), sandboxed.list()]);
  return (await Promise.all(calls.flat())).length;
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

/** Makes the users match a list, and objects to an address with a soft hyphen. */
async function sync() {
  const { apiKey, fetch } = createSandbox();
  const { users } = new Polytomic({ apiKey, fetch });
  const found = await users.list();
  const { counts } = await applySync(users, planSync(found, [...found, { email: EMAIL }]));
  const { objections } = planSync(found, [...found, { email: "jane\u{ad}.doe@acmecorp.com" }]);
  return { counts, codePoints: objections.map(({ codePoint }) => codePoint), steps: planSync(found, [{ email: "ｊane.doe@acmecorp.com" }]).steps.length }; // prettier-ignore
}

/** Makes a call with a new sandbox as `fetch`. Returns the operation that it reached. */
async function inMemory({ owner, keys, sdk, args }) {
  const sandbox = createSandbox();
  let reached;
  const onEvent = ({ operation }) => (reached = operation.id);
  const [kind] = keys;
  const client = new Polytomic({ [kind]: sandbox[kind], fetch: sandbox.fetch, onEvent });
  const [resource, method] = sdk.split(".");
  await (owner === "organization" ? client.organization(sandbox.organizationId) : client)[resource][method](...args);
  return reached;
}
