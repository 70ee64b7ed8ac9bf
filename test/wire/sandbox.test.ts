import { expect, onTestFinished, test } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { callOperation, DATA, FACTS, OPERATION_IDS, ROLE, USER } from "../facts.ts";

test.each(OPERATION_IDS)("%s works with a served sandbox", async (id) => {
  const { keys, data } = FACTS[id];
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  onTestFinished(() => served.close());
  const key = { [keys[0]]: sandbox[keys[0]] } as { apiKey: string };
  const found = await callOperation(id, new Polytomic({ ...key, baseUrl: served.url }));
  const [sample] = [DATA[data]].flat();
  for (const item of [found].flat()) expect(Object.keys(sample!)).toEqual(expect.arrayContaining(Object.keys(item!)));
});

test("a served sandbox keeps users and keys until they are deleted or revoked", async () => {
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  onTestFinished(() => served.close());
  const partner = new Polytomic({ partnerKey: sandbox.partnerKey, baseUrl: served.url });
  const acme = partner.organization(sandbox.organizationId).users;

  const [jane, john] = await acme.list();
  expect([jane?.email, john?.email]).toEqual(["jane.doe@acmecorp.com", "john.smith@acmecorp.com"]);
  const ada = await acme.create({ email: "Ada.Lovelace@AcmeCorp.com" });
  expect(ada.email).toBe("ada.lovelace@acmecorp.com");
  expect(await acme.update(ada.id, { email: ada.email, role_ids: [ROLE] })).toMatchObject({ role: "admin" });
  expect(await acme.get(ada.id)).toMatchObject({ role_ids: [ROLE] });

  const { value: apiKey } = await acme.createApiKey(ada.id, { force: true });
  const { users } = new Polytomic({ apiKey, baseUrl: served.url });
  expect(await users.list()).toHaveLength(3);
  const grace = await users.create({ email: "grace.hopper@acmecorp.com" });
  expect(await users.update(grace.id, { role: "Admin" })).toMatchObject({ role: "admin", email: grace.email });
  expect(await users.get(grace.id)).toMatchObject({ role: "admin" });
  expect(await users.delete(grace.id)).toMatchObject({ id: grace.id });
  expect((await users.get(grace.id).result()).error).toMatchObject({ name: "NotFoundError" });

  expect(await acme.delete(ada.id)).toMatchObject({ id: ada.id });
  expect((await users.list().result()).error).toMatchObject({ name: "UnauthorizedError" });
});

test("a partner creates an organization, finds a role of it, and creates its first user with it", async () => {
  const sandbox = createSandbox();
  const served = await listen(sandbox);
  onTestFinished(() => served.close());
  const partner = new Polytomic({ partnerKey: sandbox.partnerKey, baseUrl: served.url });
  const { id, name } = await partner.organizations.create({ name: "Globex", client_secret: "a-client-secret" });
  expect(await partner.organizations.get(id)).toEqual({ id, name });
  expect((await partner.organizations.create({ name: "Globex" }).result()).error).toMatchObject({
    name: "ConflictError",
  });
  const globex = partner.organization(id);
  const admin = await globex.roles.findByName("admin");
  const ada = await globex.users.create({ email: "ada@globex.example", role_ids: [admin!.id] });
  expect(await globex.users.findByEmail("Ada@Globex.example")).toEqual(ada);
  const { value: apiKey } = await globex.users.createApiKey(ada.id);
  const own = new Polytomic({ apiKey, baseUrl: served.url });
  expect(await own.identity.get()).toMatchObject({ id: ada.id, is_user: true, organization_name: "Globex" });
  expect(await own.organizations.getCurrent()).toEqual({ id, name });
  expect(await own.roles.findByName("ADMIN")).toEqual(admin);
});

test("a createApiKey whose response is lost creates one key, even if the key function rotates its keys", async () => {
  const sandbox = createSandbox();
  const keys = [sandbox.partnerKey, sandbox.deploymentKey];
  const polytomic = new Polytomic({ partnerKey: () => keys.shift()!, fetch: sandbox.fetch });
  sandbox.fail({ drop: "response" });
  const { users } = polytomic.organization(sandbox.organizationId);
  const { data, attempts } = await users.createApiKey(USER).withResponse();
  expect(attempts).toBe(2);
  const created = sandbox.snapshot().organizations[0]!.users.flatMap(({ apiKeys = [] }) => apiKeys);
  expect(created).toEqual([data.value]);
});

test.each(["0.0.0.0", "::"])("the client accepts the URL of a sandbox that is served on %s", async (hostname) => {
  const sandbox = createSandbox();
  const served = await listen(sandbox, { hostname });
  onTestFinished(() => served.close());
  expect(await new Polytomic({ apiKey: sandbox.apiKey, baseUrl: served.url }).users.list()).toHaveLength(2);
});
