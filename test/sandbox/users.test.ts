import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ask, type Asked, type Told } from "./ask.ts";

const ADMIN = "d9f8e7c6-b5a4-3210-9fed-cba987654321";
const USER = "e1f2d3c4-b5a6-7890-1234-56789abcdef0";
const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
const NOBODY = "00000000-0000-4000-8000-000000000000";

const sandbox = createSandbox();
const { apiKey } = sandbox;
beforeEach(() => sandbox.reset());

/** The same call in both families. */
const families: [string, (request: string, asked?: Asked) => Promise<Told>][] = [
  ["the partner family", (request, asked) => ask(sandbox, request, asked)],
  [
    "the current organization",
    (request, asked) => ask(sandbox, request.replace("/users", "/api/organization/users"), { key: apiKey, ...asked }),
  ],
];

describe.each(families)("%s", (_family, call) => {
  test("lists the users in the order in which they came", async () => {
    await call("POST /users", { body: { email: "ada@acmecorp.com" } });
    const { body } = await call("GET /users");
    expect(body["data"]).toMatchObject([
      { email: "jane.doe@acmecorp.com", id: JANE, role: "admin", role_ids: [ADMIN] },
      { email: "john.smith@acmecorp.com", role: "user", role_ids: [USER] },
      { email: "ada@acmecorp.com" },
    ]);
  });

  test("creates a user, who is there from then on, with the address in lower case", async () => {
    const { status, body } = await call("POST /users", { body: { email: "Ada.Lovelace@ACMECorp.com" } });
    expect(status).toBe(200);
    expect(body["data"]).toMatchObject({ email: "ada.lovelace@acmecorp.com", organization_id: sandbox.organizationId });
    const { id } = body["data"] as { id: string };
    expect((await call(`GET /users/${id}`)).body).toEqual(body);
  });

  test("gives the role `user` where none is asked for", async () => {
    const { body } = await call("POST /users", { body: { email: "ada@acmecorp.com" } });
    expect(body["data"]).toMatchObject({ role: "user", role_ids: [USER] });
  });

  test("normalises the name of a role", async () => {
    const { body } = await call("POST /users", { body: { email: "ada@acmecorp.com", role: " Admin " } });
    expect(body["data"]).toMatchObject({ role: "admin", role_ids: [ADMIN] });
  });

  test("takes ids and names of roles that it does not know", async () => {
    const ids = await call("POST /users", { body: { email: "a@acmecorp.com", role_ids: [NOBODY] } });
    expect(ids.body["data"]).toMatchObject({ role_ids: [NOBODY] });
    const name = await call("POST /users", { body: { email: "b@acmecorp.com", role: "Auditor" } });
    expect(name.body["data"]).toMatchObject({ role: "auditor", role_ids: [] });
  });

  test("refuses an address that is taken, whatever its case", async () => {
    const { status, body } = await call("POST /users", { body: { email: "JANE.doe@acmecorp.com" } });
    expect([status, body["metadata"]]).toEqual([422, { field: "email" }]);
  });

  test("an update changes roles and nothing else", async () => {
    const update = { email: "someone.else@acmecorp.com", role_ids: [USER] };
    const { body } = await call(`PUT /users/${JANE}`, {
      body: call === families[0]![1] ? update : { role_ids: [USER] },
    });
    expect(body["data"]).toEqual({
      email: "jane.doe@acmecorp.com",
      id: JANE,
      organization_id: sandbox.organizationId,
      role_ids: [USER],
      role: "user",
    });
  });

  test("an update without roles changes nothing", async () => {
    const before = await call(`GET /users/${JANE}`);
    const email = call === families[0]![1] ? { email: "jane.doe@acmecorp.com" } : {};
    expect((await call(`PUT /users/${JANE}`, { body: email })).body).toEqual(before.body);
  });

  test("deletes at once and for good, and answers with the user that was deleted", async () => {
    const before = await call(`GET /users/${JANE}`);
    expect((await call(`DELETE /users/${JANE}`)).body).toEqual(before.body);
    expect((await call(`GET /users/${JANE}`)).status).toBe(404);
    expect((await call(`DELETE /users/${JANE}`)).status).toBe(404);
  });

  test("an address is free again once its user is deleted", async () => {
    await call(`DELETE /users/${JANE}`);
    expect((await call("POST /users", { body: { email: "jane.doe@acmecorp.com" } })).status).toBe(200);
  });

  test("the list of an organization without users is null", async () => {
    for (const { id } of sandbox.snapshot().organizations[0]!.users) await call(`DELETE /users/${id}`);
    expect((await call("GET /users")).body).toEqual({ data: null });
  });

  test("ids are the same in any case, of users as of roles, and a role counts once", async () => {
    const body = { email: "ada@acmecorp.com", role_ids: [USER.toUpperCase(), USER] };
    const ada = (await call("POST /users", { body })).body["data"] as { id: string };
    expect(ada).toMatchObject({ role_ids: [USER], role: "user" });
    expect((await call(`GET /users/${ada.id.toUpperCase()}`)).body["data"]).toEqual(ada);
  });

  test("a body is read where a Request has no `body`, as in Firefox", async () => {
    const body = vi.spyOn(Request.prototype, "body", "get").mockReturnValue(undefined as unknown as null);
    onTestFinished(() => body.mockRestore());
    expect((await call("POST /users", { body: { email: "ada@acmecorp.com" } })).status).toBe(200);
  });

  test.each(["GET", "PUT", "DELETE"])("%s of a user that is not there gets 404", async (method) => {
    const body = method === "PUT" ? { body: { email: "ada@acmecorp.com" } } : {};
    expect((await call(`${method} /users/${NOBODY}`, body)).status).toBe(404);
    expect((await call(`${method} /users/jane`, body)).status).toBe(404);
  });

  test.each<[string, unknown, number]>([
    ["no JSON", "email=ada@acmecorp.com", 422],
    ["nothing", "", 422],
    ["no object", ["ada@acmecorp.com"], 422],
    ["null", "null", 422],
    ["no address", {}, 422],
    ["an address that is none", { email: "ada" }, 422],
    ["an address without a domain that has a dot", { email: "ada@acmecorp" }, 422],
    ["an address that is no text", { email: 1 }, 422],
    ["`role` with `role_ids`", { email: "ada@acmecorp.com", role: "admin", role_ids: [ADMIN] }, 422],
    ["an empty `role_ids`", { email: "ada@acmecorp.com", role_ids: [] }, 422],
    ["a role id that is no UUID", { email: "ada@acmecorp.com", role_ids: ["admin"] }, 422],
    ["`role_ids` that is no array", { email: "ada@acmecorp.com", role_ids: ADMIN }, 422],
    ["a `role` that is no text", { email: "ada@acmecorp.com", role: 1 }, 422],
    ["an empty `role`", { email: "ada@acmecorp.com", role: "" }, 422],
  ])("a body with %s is refused, and nothing changes", async (_what, body, status) => {
    const before = sandbox.snapshot();
    expect((await call("POST /users", { body })).status).toBe(status);
    expect(sandbox.snapshot()).toEqual(before);
  });

  test.each<[string, unknown]>([
    ["`role` with `role_ids`", { email: "jane.doe@acmecorp.com", role: "user", role_ids: [USER] }],
    ["an empty `role_ids`", { email: "jane.doe@acmecorp.com", role_ids: [] }],
  ])("an update with %s is refused, and nothing changes", async (_what, body) => {
    const before = sandbox.snapshot();
    expect((await call(`PUT /users/${JANE}`, { body })).status).toBe(422);
    expect(sandbox.snapshot()).toEqual(before);
  });
});

test("both families work on one state", async () => {
  await ask(sandbox, "POST /users", { body: { email: "ada@acmecorp.com" } });
  const partner = await ask(sandbox, "GET /users");
  const current = await ask(sandbox, "GET /api/organization/users", { key: apiKey });
  expect(current.body).toEqual(partner.body);
});

test("the partner update demands an address, the other one does not", async () => {
  expect((await ask(sandbox, `PUT /users/${JANE}`, { body: { role: "user" } })).status).toBe(422);
  const current = `PUT /api/organization/users/${JANE}`;
  expect((await ask(sandbox, current, { key: apiKey, body: { role: "user" } })).status).toBe(200);
});

test("the same address can be used in two organizations", async () => {
  const [email, id] = ["jane.doe@acmecorp.com", "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34"];
  const two = createSandbox({ organizations: [{ users: [{ email }] }, { id }] });
  expect((await ask(two, `POST /api/organizations/${id}/users`, { body: { email } })).status).toBe(200);
});
