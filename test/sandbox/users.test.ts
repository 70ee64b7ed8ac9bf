import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ROLE as ADMIN, USER as JANE } from "../facts.ts";
import { send, type RequestParts, type ParsedResponse } from "./send.ts";

const MEMBER = "e1f2d3c4-b5a6-7890-1234-56789abcdef0";
const NOBODY = "00000000-0000-4000-8000-000000000000";

const sandbox = createSandbox();
const { apiKey } = sandbox;
beforeEach(() => sandbox.reset());

/** Sends the same request in either family. */
const families: [string, (request: string, parts?: RequestParts) => Promise<ParsedResponse>][] = [
  ["partner family", (request, parts) => send(sandbox, request, parts)],
  [
    "current organization",
    (request, parts) => send(sandbox, request.replace("/users", "/api/organization/users"), { key: apiKey, ...parts }),
  ],
];

describe.each(families)("%s:", (_family, call) => {
  test("the list has the users in the order in which they were created", async () => {
    await call("POST /users", { body: { email: "ada@acmecorp.com" } });
    const { body } = await call("GET /users");
    expect(body["data"]).toMatchObject([
      { email: "jane.doe@acmecorp.com", id: JANE, role: "admin", role_ids: [ADMIN] },
      { email: "john.smith@acmecorp.com", role: "user", role_ids: [MEMBER] },
      { email: "ada@acmecorp.com" },
    ]);
  });

  test("creating a user stores the user, with the email address in lower case", async () => {
    const { status, body } = await call("POST /users", { body: { email: "Ada.Lovelace@ACMECorp.com" } });
    expect(status).toBe(200);
    expect(body["data"]).toMatchObject({ email: "ada.lovelace@acmecorp.com", organization_id: sandbox.organizationId });
    const { id } = body["data"] as { id: string };
    expect((await call(`GET /users/${id}`)).body).toMatchObject(body);
  });

  test("a user who is created without roles gets the role Member, whose legacy name is user", async () => {
    const { body } = await call("POST /users", { body: { email: "ada@acmecorp.com" } });
    expect(body["data"]).toMatchObject({ role: "user", role_ids: [MEMBER] });
  });

  test.each([
    [" Admin ", "admin", ADMIN],
    ["user", "user", MEMBER],
    ["Member", "user", MEMBER],
  ])("a role can have the name %j, and the response has its legacy name and its id", async (role, legacy, id) => {
    const { body } = await call("POST /users", { body: { email: "ada@acmecorp.com", role } });
    expect(body["data"]).toMatchObject({ role: legacy, role_ids: [id] });
  });

  test("a user with several roles has the legacy name of the one that the organization lists first", async () => {
    const { body } = await call("POST /users", { body: { email: "ada@acmecorp.com", role_ids: [MEMBER, ADMIN] } });
    expect(body["data"]).toMatchObject({ role: "admin", role_ids: [MEMBER, ADMIN] });
  });

  test.each<[object, string, string]>([
    [{ role_ids: [ADMIN, NOBODY] }, "role_ids", `The organization has no role with the id ${NOBODY}.`],
    [
      { role: "Auditor" },
      "role",
      "The organization has no role with this name. It has Admin, Member, Editor, Sync Editor, Viewer.",
    ],
  ])("a role that the organization does not have gets a 422 and changes nothing: %j", async (roles, field, message) => {
    const before = sandbox.snapshot();
    const body = { email: "jane.doe@acmecorp.com", ...roles };
    const refusal = { status: 422, body: { message, metadata: { field } } };
    expect(await call("POST /users", { body: { ...body, email: "ada@acmecorp.com" } })).toMatchObject(refusal);
    expect(await call(`PUT /users/${JANE}`, { body })).toMatchObject(refusal);
    expect(sandbox.snapshot()).toEqual(before);
  });

  test("an email address that a user already has gets a 422, regardless of case", async () => {
    const { status, body } = await call("POST /users", { body: { email: "JANE.doe@acmecorp.com" } });
    expect([status, body["metadata"]]).toEqual([422, { field: "email" }]);
  });

  test("the errors for a taken and for a malformed email address differ only in their messages", async () => {
    const { message: taken, ...first } = (await call("POST /users", { body: { email: "jane.doe@acmecorp.com" } })).body;
    const { message: malformed, ...second } = (await call("POST /users", { body: { email: "jane.doe" } })).body;
    expect(first).toEqual(second);
    expect([taken, malformed]).toEqual([
      "A user with this email address already exists.",
      "`email` must be an email address.",
    ]);
  });

  test("an update only changes the roles", async () => {
    const before = (await call(`GET /users/${JANE}`)).body["data"] as object;
    const update = { email: "someone.else@acmecorp.com", role_ids: [MEMBER] };
    await call(`PUT /users/${JANE}`, { body: call === families[0]![1] ? update : { role_ids: [MEMBER] } });
    const after = (await call(`GET /users/${JANE}`)).body["data"];
    expect(after).toEqual({ ...before, role_ids: [MEMBER], role: "user" });
  });

  test("an update keeps the order of the fields", async () => {
    const before = (await call(`GET /users/${JANE}`)).body["data"] as object;
    const email = call === families[0]![1] ? { email: "jane.doe@acmecorp.com" } : {};
    await call(`PUT /users/${JANE}`, { body: { ...email, role_ids: [MEMBER] } });
    expect(Object.keys((await call(`GET /users/${JANE}`)).body["data"] as object)).toEqual(Object.keys(before));
  });

  test("an update without roles changes nothing", async () => {
    const before = await call(`GET /users/${JANE}`);
    const email = call === families[0]![1] ? { email: "jane.doe@acmecorp.com" } : {};
    const updated = await call(`PUT /users/${JANE}`, { body: email });
    expect(before.body).toMatchObject(updated.body);
    expect(await call(`GET /users/${JANE}`)).toEqual(before);
  });

  test("a delete is permanent and returns the deleted user", async () => {
    const before = await call(`GET /users/${JANE}`);
    expect(before.body).toMatchObject((await call(`DELETE /users/${JANE}`)).body);
    expect((await call(`GET /users/${JANE}`)).status).toBe(404);
    expect((await call(`DELETE /users/${JANE}`)).status).toBe(404);
  });

  test("the email address of a deleted user can be used again", async () => {
    await call(`DELETE /users/${JANE}`);
    expect((await call("POST /users", { body: { email: "jane.doe@acmecorp.com" } })).status).toBe(200);
  });

  test("the list of an organization without users is null", async () => {
    for (const { id } of sandbox.snapshot().organizations[0]!.users) await call(`DELETE /users/${id}`);
    expect((await call("GET /users")).body).toEqual({ data: null });
  });

  test("ids of users and roles are case-insensitive, and duplicate roles are removed", async () => {
    const body = { email: "ada@acmecorp.com", role_ids: [MEMBER.toUpperCase(), MEMBER] };
    const ada = (await call("POST /users", { body })).body["data"] as { id: string };
    expect(ada).toMatchObject({ role_ids: [MEMBER], role: "user" });
    expect((await call(`GET /users/${ada.id.toUpperCase()}`)).body["data"]).toMatchObject(ada);
  });

  test("a request body is read even if a Request has no `body`, as in Firefox", async () => {
    const body = vi.spyOn(Request.prototype, "body", "get").mockReturnValue(undefined as unknown as null);
    onTestFinished(() => body.mockRestore());
    expect((await call("POST /users", { body: { email: "ada@acmecorp.com" } })).status).toBe(200);
  });

  test.each(["GET", "PUT", "DELETE"])("%s of an unknown user gets a 404", async (method) => {
    const body = method === "PUT" ? { body: { email: "ada@acmecorp.com" } } : {};
    expect((await call(`${method} /users/${NOBODY}`, body)).status).toBe(404);
    expect((await call(`${method} /users/jane`, body)).status).toBe(404);
  });

  test.each<[string, unknown, number]>([
    ["a body that is not JSON", "email=ada@acmecorp.com", 422],
    ["an empty body", "", 422],
    ["a body that is an array", ["ada@acmecorp.com"], 422],
    ["a body that is null", "null", 422],
    ["no `email`", {}, 422],
    ["an `email` that is not an address", { email: "ada" }, 422],
    ["an `email` whose domain has no dot", { email: "ada@acmecorp" }, 422],
    ["an `email` that is not a string", { email: 1 }, 422],
    ["both `role` and `role_ids`", { email: "ada@acmecorp.com", role: "admin", role_ids: [ADMIN] }, 422],
    ["an empty `role_ids`", { email: "ada@acmecorp.com", role_ids: [] }, 422],
    ["a role id that is not a UUID", { email: "ada@acmecorp.com", role_ids: ["admin"] }, 422],
    ["a `role_ids` that is not an array", { email: "ada@acmecorp.com", role_ids: ADMIN }, 422],
    ["a `role` that is not a string", { email: "ada@acmecorp.com", role: 1 }, 422],
    ["an empty `role`", { email: "ada@acmecorp.com", role: "" }, 422],
  ])("a create with %s gets a 422 and changes nothing", async (_what, body, status) => {
    const before = sandbox.snapshot();
    expect((await call("POST /users", { body })).status).toBe(status);
    expect(sandbox.snapshot()).toEqual(before);
  });

  test.each<[string, unknown]>([
    ["both `role` and `role_ids`", { email: "jane.doe@acmecorp.com", role: "user", role_ids: [MEMBER] }],
    ["an empty `role_ids`", { email: "jane.doe@acmecorp.com", role_ids: [] }],
  ])("an update with %s gets a 422 and changes nothing", async (_what, body) => {
    const before = sandbox.snapshot();
    expect((await call(`PUT /users/${JANE}`, { body })).status).toBe(422);
    expect(sandbox.snapshot()).toEqual(before);
  });
});

test.each([`DELETE /users/${JANE}`, `POST /users/${JANE}/keys`])(
  "a body on an operation without one gets a 400, unless it is an empty object, as on Polytomic's pages: %s",
  async (request) => {
    expect((await send(sandbox, request, { body: { force: true } })).status).toBe(400);
    expect((await send(sandbox, request, { body: "{" })).status).toBe(400);
    expect((await send(sandbox, request, { body: " { } " })).status).toBe(200);
    sandbox.reset();
    expect((await send(sandbox, request)).status).toBe(200);
  },
);

test("both families share the same users", async () => {
  await send(sandbox, "POST /users", { body: { email: "ada@acmecorp.com" } });
  const partner = await send(sandbox, "GET /users");
  const current = await send(sandbox, "GET /api/organization/users", { key: apiKey });
  const idsIn = ({ body }: ParsedResponse) => (body["data"] as { id: string }[]).map(({ id }) => id);
  expect(idsIn(partner)).toHaveLength(3);
  expect(idsIn(current)).toEqual(idsIn(partner));
});

test("the partner update requires an email address, and the other update does not", async () => {
  expect((await send(sandbox, `PUT /users/${JANE}`, { body: { role: "user" } })).status).toBe(422);
  const current = `PUT /api/organization/users/${JANE}`;
  expect((await send(sandbox, current, { key: apiKey, body: { role: "user" } })).status).toBe(200);
});

test("two organizations can have users with the same email address", async () => {
  const [email, id] = ["jane.doe@acmecorp.com", "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34"];
  const two = createSandbox({ organizations: [{ users: [{ email }] }, { id }] });
  expect((await send(two, `POST /api/organizations/${id}/users`, { body: { email } })).status).toBe(200);
});
