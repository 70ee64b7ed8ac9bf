import { beforeEach, expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ORGANIZATION, ROLE as ADMIN } from "../facts.ts";
import { send, type ParsedResponse } from "./send.ts";

const ACME = {
  id: ORGANIZATION,
  issuer: "https://login.acmecorp.com",
  name: "Acme Corp",
  sso_domain: "acmecorp.com",
  sso_org_id: "org_acme",
};

const sandbox = createSandbox();
beforeEach(() => sandbox.reset());

function create(body: unknown, idempotencyKey?: string): Promise<ParsedResponse> {
  return send(sandbox, "POST /api/organizations", { body, ...(idempotencyKey !== undefined && { idempotencyKey }) });
}

const idOf = ({ body }: ParsedResponse): string => (body["data"] as { id: string }).id;

test("by default, a sandbox has the organization Acme Corp", async () => {
  expect((await send(sandbox, "GET /api/organizations")).body).toEqual({ data: [ACME] });
  expect((await send(sandbox, `GET /api/organizations/${ORGANIZATION}`)).body).toEqual({ data: ACME });
  expect((await send(sandbox, "GET /api/organization", { key: sandbox.apiKey })).body).toEqual({ data: ACME });
});

test("the list starts with the partner's own organization, which is the first one of the seed", async () => {
  const three = createSandbox({ organizations: [{ name: "Partner Inc" }, {}, { name: "Globex" }] });
  const { body } = await send(three, "GET /api/organizations");
  expect(body["data"]).toMatchObject([{ name: "Partner Inc" }, { name: "Organization 2" }, { name: "Globex" }]);
});

test("a created organization has its own system roles, no users, and an API key", async () => {
  const created = await create({ name: "Globex", sso_domain: "globex.example" });
  expect([created.status, created.body]).toEqual([
    200,
    { data: { id: expect.any(String), name: "Globex", sso_domain: "globex.example" } },
  ]);
  const [, globex] = sandbox.snapshot().organizations;
  expect(globex).toMatchObject({ id: idOf(created), apiKey: "sandbox-api-key-2", users: [] });
  expect(globex!.roles.map(({ name, system }) => [name, system])).toEqual([
    ["Admin", true],
    ["Member", true],
    ["Editor", true],
    ["Sync Editor", true],
    ["Viewer", true],
  ]);
  expect(globex!.roles.map(({ id }) => id)).not.toContain(ADMIN);
  const as = { key: "sandbox-api-key-2" };
  expect((await send(sandbox, "GET /api/organization", as)).body).toEqual(created.body);
  expect((await send(sandbox, "GET /api/organization/users", as)).body).toEqual({ data: null });
});

test("the role ids of another organization are refused in a new one", async () => {
  const path = `POST /api/organizations/${idOf(await create({ name: "Globex" }))}/users`;
  const [, globex] = sandbox.snapshot().organizations;
  const body = { email: "root@globex.example", role_ids: [ADMIN] };
  expect((await send(sandbox, path, { body })).status).toBe(422);
  const own = await send(sandbox, path, { body: { ...body, role_ids: [globex!.roles[0]!.id] } });
  expect(own.body["data"]).toMatchObject({ organization_id: globex!.id, role: "admin" });
});

test.each(["Acme Corp", " acme CORP "])("a taken name gets a 409 and changes nothing: %j", async (name) => {
  const before = sandbox.snapshot();
  expect(await create({ name })).toMatchObject({ status: 409, body: { metadata: { field: "name" } } });
  expect(sandbox.snapshot()).toEqual(before);
});

test("a repeated idempotency key gets the organization that the first request created", async () => {
  const first = await create({ name: "Globex" }, "12345678");
  expect((await create({ name: "Globex" }, "12345678")).body).toEqual(first.body);
  expect(sandbox.snapshot().organizations).toHaveLength(2);
});

test.each<[string, unknown]>([
  ["no name", {}],
  ["a blank name", { name: " " }],
  ["a name that is not a string", { name: 1 }],
  ["an issuer that is not a string", { name: "Globex", issuer: 1 }],
  ["a client secret that is not a string", { name: "Globex", client_secret: {} }],
  ["a body that is not JSON", "name=Globex"],
])("a create with %s gets a 422 and changes nothing", async (_what, body) => {
  const before = sandbox.snapshot();
  expect((await create(body)).status).toBe(422);
  expect(sandbox.snapshot()).toEqual(before);
});

test("a client secret is in no response, in no snapshot and not in the log of requests", async () => {
  const secret = String.raw`a "secret" \ of Globex`;
  const created = await create({ name: "Globex", client_id: "polytomic", client_secret: secret });
  expect(sandbox.requests[0]!.body).toEqual({ name: "Globex", client_id: "polytomic", client_secret: "***" });
  for (const each of [created.body, sandbox.snapshot(), sandbox.requests]) {
    expect(JSON.stringify(each)).not.toContain("of Globex");
  }
});

test.each(["00000000-0000-4000-8000-000000000000", "acme"])("an unknown organization gets a 404: %s", async (id) => {
  expect((await send(sandbox, `GET /api/organizations/${id}`)).status).toBe(404);
});

test("the key of a created organization is never that of another one", async () => {
  const seeded = createSandbox({ organizations: [{ apiKey: "sandbox-api-key-2" }] });
  await send(seeded, "POST /api/organizations", { body: { name: "Globex" } });
  expect(seeded.snapshot().organizations.map(({ apiKey }) => apiKey)).toEqual([
    "sandbox-api-key-2",
    "sandbox-api-key-3",
  ]);
});
