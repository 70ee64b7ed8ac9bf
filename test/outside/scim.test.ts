/** The server of docs/guides/scim.md, in front of a served sandbox. The requests are those that Okta and Entra send. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { compileApp, startApp } from "./app.ts";
import { serveSandbox } from "./sandbox.ts";

const TOKEN = "a-secret-of-the-identity-provider-1234567";
const [ADMIN, MEMBER] = ["d9f8e7c6-b5a4-3210-9fed-cba987654321", "e1f2d3c4-b5a6-7890-1234-56789abcdef0"];
const JOHN = "b4e2d3c5-6f7a-8901-2345-6789abcdef01";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

const { sandbox, served } = await serveSandbox();
const folder = await compileApp("docs/guides/scim.md");
const STORED = { id: "a-stored-id", userName: "stored@okta.example", active: true, roles: ["Member"] };
await writeFile(join(folder, "people.json"), JSON.stringify([STORED]));
const app = await startApp(folder, "server.js", {
  POLYTOMIC_API_KEY: sandbox.apiKey,
  POLYTOMIC_DEPLOYMENT_URL: served.url,
  SCIM_EXCLUDE: "other@acmecorp.com, Jane.Doe@acmecorp.com",
  SCIM_TOKEN: TOKEN,
});
let ids = 0;

beforeEach(() => sandbox.reset());

interface Resource {
  readonly id: string;
  readonly active: boolean;
  readonly [attribute: string]: unknown;
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Resource & { readonly Resources?: Resource[]; readonly totalResults?: number };
}

async function send(method: string, path: string, body?: unknown, token = TOKEN): Promise<Reply> {
  const response = await fetch(`${app.url}/scim/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/scim+json; charset=utf-8" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

const find = (userName: string): Promise<Reply> =>
  send("GET", `/Users?${new URLSearchParams({ filter: `userName eq "${userName}"`, startIndex: "1", count: "100" })}`);

const patch = (id: string, ...Operations: object[]): Promise<Reply> =>
  send("PATCH", `/Users/${id}`, { schemas: [PATCH], Operations });

/** What Polytomic has: addresses, each with its roles. */
function users(): Record<string, readonly string[] | null | undefined> {
  const found = sandbox.snapshot().organizations[0]!.users;
  return Object.fromEntries(found.map(({ email, role_ids }) => [email, role_ids]));
}

/** The body that Okta sends, for a person whom no other test has. */
function oktaUser(attributes: object = {}): { userName: string } {
  const userName = `Test.User.${++ids}@okta.example`;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName,
    name: { givenName: "Test", familyName: "User" },
    emails: [{ primary: true, value: userName, type: "work" }],
    displayName: "Test User",
    locale: "en-US",
    externalId: `00ujl29u0le5T6Aj1${ids}`,
    groups: [],
    password: "1mz050nq",
    active: true,
    ...attributes,
  } as { userName: string };
}

/** The body that Entra sends. */
function entraUser(attributes: object = {}): { userName: string } {
  const userName = `test_user_${++ids}@contoso.example`;
  return {
    schemas: [
      "urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ],
    externalId: `0a21f0f2-8d2a-4f8e-bf98-${ids}`,
    userName,
    active: true,
    emails: [{ primary: true, type: "work", value: userName }],
    meta: { resourceType: "User" },
    name: { formatted: "Ada Lovelace", familyName: "Lovelace", givenName: "Ada" },
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { department: "Mathematics" },
    roles: [],
    ...attributes,
  } as { userName: string };
}

async function create(body: { userName: string }): Promise<{ id: string; email: string }> {
  const { status, body: created } = await send("POST", "/Users", body);
  expect(status, JSON.stringify(created)).toBe(201);
  return { id: created.id, email: body.userName.toLowerCase() };
}

test("a filter that matches nobody returns an empty list, as the connection tests of Okta and Entra expect", async () => {
  const { status, headers, body } = await find("9f5d1e4c-3a77-4b43-9d7e-0f3a2b1c4d5e");
  expect([status, headers.get("content-type")]).toEqual([200, expect.stringMatching(/^application\/scim\+json/)]);
  expect(body).toEqual({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  });
});

test("a user whom Polytomic already has is found without regard to case, and can be read by its id", async () => {
  const { body } = await find("John.Smith@AcmeCorp.com");
  expect(body.Resources).toMatchObject([
    { id: JOHN, userName: "john.smith@acmecorp.com", active: true, roles: [{ value: "Member" }] },
  ]);
  expect((await send("GET", `/Users/${JOHN}`)).body).toEqual(body.Resources![0]);
});

test("the pages of a list without a filter contain everybody once", async () => {
  const pages = [await send("GET", "/Users?startIndex=1&count=1"), await send("GET", "/Users?startIndex=2&count=1000")];
  const [first, second] = pages.map(({ body }) => body);
  expect(first).toMatchObject({ startIndex: 1, itemsPerPage: 1 });
  const found = [...first!.Resources!, ...second!.Resources!];
  expect(new Set(found.map(({ id }) => id)).size).toBe(first!.totalResults);
});

test("a user that Okta creates is invited with the default role, and keeps its names, but not its password", async () => {
  const sent = oktaUser();
  const { status, headers, body } = await send("POST", "/Users", sent);
  expect([status, headers.get("location")]).toEqual([201, `/scim/v2/Users/${body.id}`]);
  const { userName, ...kept } = { ...sent, password: undefined, locale: undefined, groups: undefined };
  expect(body).toMatchObject({ ...JSON.parse(JSON.stringify(kept)), userName });
  expect(body).not.toHaveProperty("password");
  expect(users()).toHaveProperty([userName.toLowerCase()], [MEMBER]);
  expect(body["roles"]).toEqual([{ value: "Member", primary: true }]);
  expect((await send("GET", `/Users/${body.id}`)).body).toEqual(body);
  expect(app.output()).not.toContain("1mz050nq");
});

test("a user that Entra creates gets the roles that it names, without regard to case", async () => {
  const roles = ["admin", "MEMBER"].map((value) => ({
    type: "WindowsAzureActiveDirectoryRole",
    primary: false,
    value,
  }));
  const { email } = await create(entraUser({ roles }));
  expect(users()[email]).toEqual([ADMIN, MEMBER]);
});

test.each([
  ["a second POST", async () => send("POST", "/Users", await existing())],
  [
    "a POST of somebody whom Polytomic already has",
    () => send("POST", "/Users", oktaUser({ userName: "JOHN.SMITH@acmecorp.com" })),
  ],
  ["a POST of somebody who is inactive", async () => send("POST", "/Users", await existing({ active: false }))],
  [
    "a new name that is taken",
    async () =>
      patch((await create(oktaUser())).id, { op: "Replace", path: "userName", value: "john.smith@acmecorp.com" }),
  ],
])("%s is a 409 with the type `uniqueness`, and changes nothing", async (_what, run) => {
  const { status, body } = await run();
  expect([status, body]).toMatchObject([409, { schemas: [ERROR], status: "409", scimType: "uniqueness" }]);
  expect(users()["john.smith@acmecorp.com"]).toEqual([MEMBER]);
});

async function existing(attributes: object = {}): Promise<{ userName: string }> {
  const user = oktaUser(attributes);
  await create(user);
  return user;
}

const DEACTIVATIONS: readonly [string, object][] = [
  ["Okta", { op: "replace", value: { active: false } }],
  ["Entra", { op: "Replace", path: "active", value: "False" }],
  ["Entra with its flag", { op: "replace", path: "active", value: false }],
  [
    "the full name of the attribute",
    { op: "Add", path: "urn:ietf:params:scim:schemas:core:2.0:User:Active", value: "false" },
  ],
];

test.each(DEACTIVATIONS)(
  "a PATCH that deactivates, as sent by %s, deletes the user; the person stays, and can be invited again with the same roles",
  async (_who, operation) => {
    const { id, email } = await create(entraUser({ roles: [{ value: "Admin" }] }));
    expect(await patch(id, operation)).toMatchObject({ status: 200, body: { id, active: false } });
    expect(users()).not.toHaveProperty([email]);
    expect((await find(email)).body.Resources).toMatchObject([{ id, active: false, roles: [{ value: "Admin" }] }]);
    expect(await patch(id, operation)).toMatchObject({ status: 200, body: { active: false } });
    expect(await patch(id, { op: "Replace", path: "active", value: "True" })).toMatchObject({
      body: { id, active: true },
    });
    expect(users()[email]).toEqual([ADMIN]);
    expect((await find(email)).body.Resources).toMatchObject([{ id, active: true }]);
  },
);

test("a PUT of Okta with `active: false` deletes the user, and one with `active: true` invites the person again", async () => {
  const sent = oktaUser();
  const { id, email } = await create(sent);
  expect(await send("PUT", `/Users/${id}`, { ...sent, id, active: false })).toMatchObject({
    status: 200,
    body: { active: false },
  });
  expect(users()).not.toHaveProperty([email]);
  expect(await send("PUT", `/Users/${id}`, { ...sent, id })).toMatchObject({ status: 200, body: { id, active: true } });
  expect(users()).toHaveProperty([email]);
});

test("a PUT that changes only a name changes nothing in Polytomic, whatever an admin did there", async () => {
  const sent = oktaUser();
  const { id, email } = await create(sent);
  const user = sandbox.snapshot().organizations[0]!.users.find((each) => each.email === email)!;
  const headers = {
    authorization: `Bearer ${sandbox.apiKey}`,
    "content-type": "application/json",
    "x-polytomic-version": "2025-09-18",
  };
  await fetch(`${served.url}/api/organization/users/${user.id}`, {
    method: "PUT",
    headers,
    body: JSON.stringify({ role_ids: [ADMIN] }),
  });
  const name = { givenName: "Another", middleName: "Excited", familyName: "User" };
  expect((await send("PUT", `/Users/${id}`, { ...sent, name })).body).toMatchObject({
    name,
    roles: [{ value: "Admin" }],
  });
  expect(users()[email]).toEqual([ADMIN]);
});

const ROLES: readonly [string, object, readonly string[]][] = [
  [
    "replaces them",
    { op: "replace", path: "roles", value: [{ primary: false, display: "Admin", value: "Admin" }] },
    [ADMIN],
  ],
  [
    "adds one in the JSON of Entra",
    {
      op: "Add",
      path: "roles",
      value: [{ value: `{"id":"06b07648-ecfe-589f-9d2f-6325724a46ee","value":"Admin","displayName":"Admin"}` }],
    },
    [MEMBER, ADMIN],
  ],
  ["sets the primary one", { op: "Add", path: `roles[primary eq "True"].value`, value: "Admin" }, [ADMIN]],
  ["adds one that the user has", { op: "add", value: { roles: [{ value: "member" }] } }, [MEMBER]],
  ["removes the only one", { op: "Remove", path: "roles" }, [MEMBER]],
  ["removes one by its value", { op: "remove", path: "roles", value: [{ value: "Member" }] }, [MEMBER]],
];

test.each(ROLES)(
  "a PATCH of roles that %s takes effect in Polytomic, and nobody is left without a role",
  async (_what, operation, expected) => {
    const { id, email } = await create(entraUser({ roles: [{ value: "Member" }] }));
    expect((await patch(id, operation)).status).toBe(200);
    expect(users()[email]).toEqual(expected);
  },
);

test("a PATCH of names, as Entra sends them, is stored", async () => {
  const { id } = await create(entraUser());
  const operations = [
    { op: "Replace", path: "name.familyName", value: "King" },
    { op: "Add", path: "nickName", value: "Babs" },
    {
      op: "replace",
      value: {
        displayName: "Ada King",
        "name.givenName": "Augusta",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "x",
      },
    },
  ];
  const requests = sandbox.requests.length;
  expect((await patch(id, ...operations)).body).toMatchObject({
    displayName: "Ada King",
    name: { familyName: "King", givenName: "Augusta" },
  });
  expect(sandbox.requests.slice(requests).map(({ method }) => method)).toEqual(["GET", "GET"]);
});

test("a new userName deletes the user and invites the new address; the id stays", async () => {
  const { id, email } = await create(entraUser({ roles: [{ value: "Admin" }] }));
  const value = `renamed.${++ids}@contoso.example`;
  expect((await patch(id, { op: "Replace", path: "userName", value })).body).toMatchObject({ id, userName: value });
  expect(users()).not.toHaveProperty([email]);
  expect(users()[value]).toEqual([ADMIN]);
});

test("if the invitation of a new userName fails, the person is inactive with the same roles, and a retry succeeds", async () => {
  const operation = { op: "Replace", path: "userName", value: `renamed.${++ids}@contoso.example` };
  sandbox.fail({ operation: "createCurrentOrgUser", status: 500 });
  expect((await patch(JOHN, operation)).status).toBe(503);
  const inactive = { userName: "john.smith@acmecorp.com", active: false, roles: [{ value: "Member" }] };
  expect((await send("GET", `/Users/${JOHN}`)).body).toMatchObject(inactive);
  const retry = await patch(JOHN, operation);
  expect(retry.body).toMatchObject({ id: JOHN, userName: operation.value, active: true });
  expect(users()[operation.value]).toEqual([MEMBER]);
  await send("DELETE", `/Users/${JOHN}`); // the store of the bridge outlives the test
});

test("if a new userName is invited but the response is lost for good, the id belongs to the new address", async () => {
  const { id, email } = await create(entraUser());
  const value = `renamed.${++ids}@contoso.example`;
  const rename = { op: "Replace", path: "userName", value };
  sandbox.fail({ operation: "createCurrentOrgUser", status: 500 });
  expect((await patch(id, rename)).status).toBe(503);
  await invite(value);
  expect((await find(email)).body.totalResults).toBe(0);
  expect((await find(value)).body.Resources).toMatchObject([{ id, userName: value, active: true }]);
  expect(await patch(id, rename)).toMatchObject({ status: 200, body: { id, active: true } });
});

test("an address whose change failed can be given to somebody else, who is then the only one with it", async () => {
  const { id, email } = await create(entraUser());
  const other = entraUser();
  sandbox.fail({ operation: "createCurrentOrgUser", status: 500 });
  expect((await patch(id, { op: "Replace", path: "userName", value: other.userName })).status).toBe(503);
  const created = await create(other);
  expect((await find(other.userName)).body.Resources).toMatchObject([{ id: created.id, active: true }]);
  expect((await send("GET", `/Users/${id}`)).body).toMatchObject({ userName: email, active: false });
});

/** Invites a user without the bridge. */
async function invite(email: string): Promise<void> {
  const { status } = await fetch(`${served.url}/api/organization/users`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${sandbox.apiKey}`,
      "content-type": "application/json",
      "x-polytomic-version": "2025-09-18",
    },
    body: JSON.stringify({ email, role_ids: [MEMBER] }),
  });
  expect(status).toBe(200);
}

test("a person who is deactivated after a failed new userName stays inactive", async () => {
  const { id, email } = await create(entraUser());
  const value = `renamed.${++ids}@contoso.example`;
  sandbox.fail({ operation: "createCurrentOrgUser", status: 500 });
  expect((await patch(id, { op: "Replace", path: "userName", value })).status).toBe(503);
  expect((await patch(id, { op: "Replace", path: "active", value: "False" })).body).toMatchObject({ active: false });
  expect((await patch(id, { op: "Replace", path: "userName", value })).body).toMatchObject({ active: false });
  expect(users()).not.toHaveProperty([email]);
  expect(users()).not.toHaveProperty([value]);
});

test("a person of the file who is not in Polytomic is inactive, and the file contains everybody who is created", async () => {
  expect((await find(STORED.userName)).body.Resources).toMatchObject([{ id: STORED.id, active: false }]);
  const { id } = await create(oktaUser());
  const stored: { id: string }[] = JSON.parse(await readFile(join(folder, "people.json"), "utf8"));
  expect(stored.map((person) => person.id)).toEqual(expect.arrayContaining([STORED.id, id]));
});

test("SCIM neither shows nor changes an excluded user", async () => {
  const before = users();
  expect((await find("jane.doe@acmecorp.com")).body.totalResults).toBe(0);
  const { id } = sandbox.snapshot().organizations[0]!.users.find(({ email }) => email === "jane.doe@acmecorp.com")!;
  expect((await send("DELETE", `/Users/${id}`)).status).toBe(404);
  expect((await patch(id, { op: "Replace", path: "active", value: false })).status).toBe(404);
  expect(await send("POST", "/Users", oktaUser({ userName: "JANE.DOE@acmecorp.com" }))).toMatchObject({
    status: 403,
    body: { schemas: [ERROR] },
  });
  const rename = { op: "Replace", path: "userName", value: "jane.doe@acmecorp.com" };
  expect((await patch(JOHN, rename)).status).toBe(403);
  expect(users()).toEqual(before);
});

test("if Polytomic fails to delete a user, SCIM responds with an error and does not say that the person is inactive", async () => {
  const { id, email } = await create(oktaUser());
  sandbox.fail({ operation: "deleteCurrentOrgUser", status: 403 });
  const { status, body } = await patch(id, { op: "replace", value: { active: false } });
  expect([status, body]).toEqual([
    502,
    { schemas: [ERROR], status: "502", detail: "The request to Polytomic failed." },
  ]);
  expect((await send("GET", `/Users/${id}`)).body.active).toBe(true);
  expect(users()).toHaveProperty([email]);
});

test("a person whose stored role no longer exists can still be deactivated", async () => {
  const { id } = await create(oktaUser());
  const operations = [
    { op: "replace", path: "roles", value: [{ value: "Gone" }] },
    { op: "replace", path: "active", value: false },
  ];
  expect((await patch(id, ...operations)).body).toMatchObject({ active: false });
});

test("a person who is deactivated while the userName changes stays inactive", async () => {
  const { id } = await create(entraUser());
  const value = `renamed.${++ids}@contoso.example`;
  const deactivated = patch(id, { op: "Replace", path: "active", value: "False" });
  const renamed = patch(id, { op: "Replace", path: "userName", value });
  expect(await Promise.all([deactivated, renamed])).toMatchObject([{ status: 200 }, { status: 200 }]);
  expect((await send("GET", `/Users/${id}`)).body).toMatchObject({ userName: value, active: false });
  expect(users()).not.toHaveProperty([value]);
});

test("DELETE deletes the user and the person, and a second one is a 404", async () => {
  const { id, email } = await create(oktaUser());
  expect((await send("DELETE", `/Users/${id}`)).status).toBe(204);
  expect(users()).not.toHaveProperty([email]);
  expect((await find(email)).body.totalResults).toBe(0);
  expect(await send("DELETE", `/Users/${id}`)).toMatchObject({
    status: 404,
    body: { schemas: [ERROR], status: "404" },
  });
});

const operation = (value: object): object => ({ schemas: [PATCH], Operations: [value] });
const REFUSALS: readonly [string, string, string, object, string][] = [
  [
    "the id of a role, which a later request could not remove by its name",
    "POST",
    "/Users",
    oktaUser({ roles: [{ value: ADMIN }] }),
    "invalidValue",
  ],
  [
    "an unknown value of `active`",
    "PATCH",
    `/Users/${JOHN}`,
    operation({ op: "replace", path: "active", value: "no" }),
    "invalidValue",
  ],
  ["`active` as a number", "PUT", `/Users/${JOHN}`, { active: 0 }, "invalidValue"],
  ["the removal of `active`", "PATCH", `/Users/${JOHN}`, operation({ op: "remove", path: "active" }), "invalidValue"],
  [
    "an unknown operation",
    "PATCH",
    `/Users/${JOHN}`,
    operation({ op: "move", path: "active", value: false }),
    "invalidSyntax",
  ],
  ["no operations", "PATCH", `/Users/${JOHN}`, {}, "invalidSyntax"],
  [
    "an unknown path of roles",
    "PATCH",
    `/Users/${JOHN}`,
    operation({ op: "replace", path: `roles[type eq "x"].value`, value: "Admin" }),
    "invalidPath",
  ],
  [
    "an unknown role",
    "PATCH",
    `/Users/${JOHN}`,
    operation({ op: "replace", path: "roles", value: [{ value: "Owner" }] }),
    "invalidValue",
  ],
  [
    "a role that is not JSON",
    "PATCH",
    `/Users/${JOHN}`,
    operation({ op: "add", path: "roles", value: [{ value: "{" }] }),
    "invalidValue",
  ],
  ["no userName", "POST", "/Users", { active: true }, "invalidValue"],
  ["a userName that is not an address", "POST", "/Users", { userName: "ada" }, "invalidValue"],
];

test.each(REFUSALS)("%s is a 400, and changes nothing", async (_what, method, path, body, scimType) => {
  const before = users();
  const reply = await send(method, path, body);
  expect([reply.status, reply.body]).toMatchObject([400, { schemas: [ERROR], status: "400", scimType }]);
  expect(users()).toEqual(before);
});

test.each([`userName co "a"`, `userName eq "a" or userName pr`, `emails.value eq "a@b.c"`, "", `userName eq "a`])(
  "the filter %j is a 400, and not the list of everybody",
  async (filter) => {
    const { status, body } = await send("GET", `/Users?${new URLSearchParams({ filter })}`);
    expect([status, body]).toMatchObject([400, { schemas: [ERROR], scimType: "invalidFilter" }]);
  },
);

test.each(["", "wrong", `${TOKEN}!`, TOKEN.slice(1)])(
  "the token %j is a 401 on every path, and calls nothing",
  async (token) => {
    for (const [method, path] of [
      ["GET", "/Users"],
      ["DELETE", `/Users/${JOHN}`],
      ["GET", "/Groups"],
    ] as const) {
      expect(await send(method, path, undefined, token)).toMatchObject({
        status: 401,
        body: { schemas: [ERROR], status: "401" },
      });
    }
    expect(sandbox.requests).toEqual([]);
  },
);

test("a path that does not exist is a 404 in the format of SCIM", async () => {
  const { status, headers, body } = await send("GET", "/Groups");
  expect([status, body]).toMatchObject([404, { schemas: [ERROR], status: "404" }]);
  expect(headers.get("content-type")).toMatch(/^application\/scim\+json/);
});

test.each([
  [{ status: 429, retryAfter: 120 }, 503, "120"],
  [{ status: 401 }, 502, null],
])(
  "if Polytomic responds with %j, SCIM responds with %i, so that the identity provider tries again",
  async (fault, status, retryAfter) => {
    sandbox.fail(fault);
    const reply = await find("jane.doe@acmecorp.com");
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([status, retryAfter]);
    expect(reply.body).toMatchObject({ schemas: [ERROR], status: String(status) });
  },
);

test("the log of the bridge contains neither the key nor the token", () => {
  for (const secret of [sandbox.apiKey, TOKEN]) expect(app.output()).not.toContain(secret);
});

test("the bridge starts neither with a short token nor without an excluded admin", async () => {
  const start = (env: Record<string, string>) =>
    startApp(folder, "server.js", { POLYTOMIC_API_KEY: "a-key-of-twenty-letters", ...env });
  await expect(start({ SCIM_TOKEN: "short" })).rejects.toThrow("Set SCIM_TOKEN");
  await expect(start({ SCIM_TOKEN: TOKEN })).rejects.toThrow("Set SCIM_EXCLUDE");
});
