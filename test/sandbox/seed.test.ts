import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { createSandbox, type SandboxOptions } from "../../src/testing/index.ts";
import { FACTS, pathOf, ROLE, USER as JANE } from "../facts.ts";
import { takeViolations } from "./contract/checked.ts";
import { send } from "./send.ts";

const OTHER = "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34";

test("by default, a sandbox contains an organization and a key of each kind", () => {
  const { organizationId, partnerKey, apiKey, deploymentKey } = createSandbox();
  expect({ organizationId, partnerKey, apiKey, deploymentKey }).toEqual({
    organizationId: "248df4b7-aa70-47b8-a036-33ac447e668d",
    partnerKey: "sandbox-partner-key",
    apiKey: "sandbox-api-key",
    deploymentKey: "sandbox-deployment-key",
  });
});

interface ResponseWithExample {
  readonly content: {
    readonly "application/json": {
      readonly example?: unknown;
      readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
    };
  };
}

const spec = parse(await readFile(new URL("../../spec/openapi.yaml", import.meta.url), "utf8")) as {
  readonly paths: Readonly<Record<string, { readonly get: { readonly responses: { "200": { $ref: string } } } }>>;
  readonly components: { readonly responses: Readonly<Record<string, ResponseWithExample>> };
};

test.each(["listPartnerUsers", "getPartnerUser", "getCurrentOrgUser"] as const)(
  "by default, a sandbox responds to %s with the example of the spec",
  async (id) => {
    const sandbox = createSandbox();
    const key = sandbox[FACTS[id].keys[0]];
    const { body } = await send(sandbox, `GET ${pathOf(FACTS[id])}`, { key });
    const { $ref } = spec.paths[FACTS[id].template]!.get.responses["200"];
    const { example, examples } = spec.components.responses[$ref.split("/").at(-1)!]!.content["application/json"];
    expect(body).toEqual(example ?? Object.values(examples!)[0]!.value);
  },
);

test("a sandbox contains the organizations, users and keys of its seed", async () => {
  const sandbox = createSandbox({
    organizations: [
      { id: OTHER.toUpperCase(), apiKey: "one", users: [{ email: "Ada@AcmeCorp.com", id: JANE, apiKeys: ["adas"] }] },
      { users: [] },
    ],
    partnerKey: "partner",
    deploymentKey: "deployment",
  });
  expect(sandbox).toMatchObject({ organizationId: OTHER, apiKey: "one", partnerKey: "partner" });
  expect((await send(sandbox, "GET /users", { key: "adas" })).body).toMatchObject({
    data: [{ email: "ada@acmecorp.com", id: JANE, organization_id: OTHER, role: "user" }],
  });
  expect((await send(sandbox, "GET /api/organization/users", { key: "sandbox-api-key-2" })).body).toEqual({
    data: null,
  });
  expect((await send(sandbox, "GET /users", { key: "deployment" })).status).toBe(200);
  expect((await send(sandbox, "GET /users", { key: "sandbox-partner-key" })).status).toBe(401);
});

test("a user in a seed can have roles by id, by name, by both or none", () => {
  const [byId, byName, both, none] = createSandbox({
    organizations: [
      {
        users: [
          { email: "a@b.example", role_ids: [ROLE] },
          { email: "b@b.example", role: "Admin" },
          { email: "c@b.example", role_ids: [ROLE], role: "Auditor" },
          { email: "d@b.example", role_ids: [] },
        ],
      },
    ],
  }).snapshot().organizations[0]!.users;
  expect(byId).toMatchObject({ role: "admin" });
  expect(byName).toMatchObject({ role_ids: [ROLE], role: "admin" });
  expect(both).toMatchObject({ role_ids: [ROLE], role: "auditor" });
  expect(none).toMatchObject({ role_ids: null });
});

test("a user in a seed can have harbors, which the list and the get of the current organization return", async () => {
  const harbors = { harbor_ids: [OTHER], harbor_only: true };
  const sandbox = createSandbox(user({ id: JANE, ...harbors }));
  const jane = { email: "a@b.example", ...harbors };
  const path = "/api/organization/users";
  const { apiKey } = sandbox;
  expect((await send(sandbox, `GET ${path}`, { key: apiKey })).body["data"]).toMatchObject([jane]);
  expect((await send(sandbox, `GET ${path}/${JANE}`, { key: apiKey })).body["data"]).toMatchObject(jane);
  const updated = await send(sandbox, `PUT ${path}/${JANE}`, { key: apiKey, body: { role: "admin" } });
  expect(updated.body["data"]).not.toHaveProperty("harbor_ids");
  expect(sandbox.snapshot().organizations[0]!.users).toMatchObject([{ ...jane, role: "admin" }]);
});

test("without harbors, `harbor_ids` is null, and users of a customer organization have no such field", async () => {
  const sandbox = createSandbox(user({}));
  const current = await send(sandbox, "GET /api/organization/users", { key: sandbox.apiKey });
  expect(current.body["data"]).toMatchObject([{ harbor_ids: null, harbor_only: false }]);
  const [partners] = (await send(sandbox, "GET /users")).body["data"] as object[];
  expect(partners).not.toHaveProperty("harbor_ids");
  expect(partners).not.toHaveProperty("harbor_only");
});

const organization = (more: object): SandboxOptions => ({ organizations: [{ ...more }] });
const user = (more: object): SandboxOptions => organization({ users: [{ email: "a@b.example", ...more }] });
test.each<[unknown, string]>([
  [{ organisations: [] }, "createSandbox(): unknown option `organisations`. Valid options: organizations, partnerKey"],
  [null, "createSandbox(): expected an object; got null. Valid options: organizations"],
  [{ seed: 1.5 }, "`seed` must be a whole number of 0 or more; got 1.5."],
  [{ latency: -1 }, "`latency`, in milliseconds, must be a whole number from 0 to 2147483647; got -1."],
  [{ defaultVersion: "2020-01-01" }, "`defaultVersion` must be one of 2025-09-18, 2024-02-08, 2023-04-25"],
  [{ now: 0 }, "`now` must be a function"],
  [{ organizations: {} }, "`organizations` must be an array; got an object."],
  [{ organizations: [] }, "`organizations` must contain at least one organization."],
  [{ organizations: [null] }, "`organizations[0]` must be an object; got null."],
  [organization({ name: " " }), '`organizations[0].name` must be a string; got " ".'],
  [organization({ issuer: 1 }), "`organizations[0].issuer` must be a string; got 1."],
  [organization({ API_KEY: "key" }), "`organizations[0].API_KEY` is not a field. Did you mean `apiKey`?"],
  [organization({ Users: [] }), "`organizations[0].Users` is not a field. Did you mean `users`?"],
  [
    { organizations: [{}, { name: " ACME corp" }] },
    "`organizations[1].name`,  ACME corp, is also the name of another organization.",
  ],
  [organization({ id: "acme" }), '`organizations[0].id` must be a UUID; got "acme".'],
  [{ organizations: [{ id: OTHER }, { id: OTHER }] }, "`organizations[1].id` is also the id of another organization."],
  [organization({ apiKey: "a key" }), "`organizations[0].apiKey` must be a key"],
  [organization({ apiKey: "sandbox-partner-key" }), "`organizations[0].apiKey` is the same as another key."],
  [{ partnerKey: "k", deploymentKey: "k" }, "`deploymentKey` is the same as another key."],
  [organization({ users: {} }), "`organizations[0].users` must be an array; got an object."],
  [user({ email: "ada" }), '`organizations[0].users[0].email` must be an email address; got "ada".'],
  [organization({ users: ["ada"] }), '`organizations[0].users[0]` must be an object; got "ada".'],
  [user({ roleIds: [ROLE] }), "`organizations[0].users[0].roleIds` is not a field. Did you mean `role_ids`?"],
  [user({ nickname: { of: () => "Ada" } }), "`organizations[0].users[0]` must contain only JSON values."],
  [user({ id: 1 }), "`organizations[0].users[0].id` must be a UUID; got 1."],
  [user({ organization_id: OTHER }), "`organizations[0].users[0].organization_id` is not the id of the organization"],
  [user({ role: "" }), '`organizations[0].users[0].role` must be the name of a role; got "".'],
  [user({ role_ids: ["admin"] }), "`organizations[0].users[0].role_ids` must be an array of UUIDs or null."],
  [user({ role: "Auditor" }), "`organizations[0].users[0].role`, Auditor, is not a role of the organization. It has A"],
  [user({ role_ids: [OTHER] }), `\`organizations[0].users[0].role_ids\` has ${OTHER}, which is not the id of a role`],
  [user({ harbor_ids: "all" }), "`organizations[0].users[0].harbor_ids` must be an array of UUIDs or null."],
  [user({ harbor_only: "no" }), '`organizations[0].users[0].harbor_only` must be true or false; got "no".'],
  [user({ apiKeys: ["sandbox-api-key"] }), "`organizations[0].users[0].apiKeys[0]` is the same as another key."],
  [
    organization({ users: [{ email: "a@b.example" }, { email: "A@b.example" }] }),
    "`organizations[0].users[1].email`, A@b.example, is also the address of another user.",
  ],
  [
    organization({
      users: [
        { email: "a@b.example", id: JANE },
        { email: "b@b.example", id: JANE },
      ],
    }),
    "`organizations[0].users[1].id` is also the id of another user.",
  ],
])("an invalid option throws a TypeError that names it: %j", (options, message) => {
  expect(() => createSandbox(options as SandboxOptions)).toThrow(message);
  expect(() => createSandbox(options as SandboxOptions)).toThrow(TypeError);
});

async function make(options: SandboxOptions): Promise<unknown[]> {
  const sandbox = createSandbox(options);
  const created = await send(sandbox, "POST /users", { body: { email: "ada@acmecorp.com" } });
  const minted = await send(sandbox, `POST /users/${JANE}/keys`);
  return [created.body, minted.body];
}

test("the same seed number generates the same ids and keys, and another number generates others", async () => {
  expect(await make({ seed: 7 })).toEqual(await make({ seed: 7 }));
  expect(await make({ seed: 7 })).not.toEqual(await make({ seed: 8 }));
});

test("the default seed number is 1", async () => {
  expect(await make({})).toEqual(await make({ seed: 1 }));
});

test("generated ids are version 4 UUIDs, all different", () => {
  const ids = generateIds(1000);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a generated id is never the id of a seeded user or organization, and a generated key is never a seeded one", async () => {
  const [first, second, third] = generateIds(3);
  const sandbox = createSandbox({
    seed: 1,
    organizations: [
      { id: second!, roles: [], users: [{ email: "a@b.example", id: first!, apiKeys: [`sandbox-minted-${third}`] }] },
    ],
  });
  const created = await send(sandbox, "POST /users", { body: { email: "ada@acmecorp.com" } });
  const { body } = await send(sandbox, `POST /users/${first}/keys`);
  expect(sandbox.snapshot().organizations[0]!.users).toHaveLength(2);
  expect(created.body["data"]).toMatchObject({ id: second });
  expect((body["data"] as { value: string }).value).not.toBe(`sandbox-minted-${third}`);

  const ids = createSandbox({ organizations: [{ id: first!, roles: [] }, {}] })
    .snapshot()
    .organizations.map(({ id }) => id);
  expect(ids).toEqual([first, second]);
});

/** The ids that a sandbox with the default seed number generates, in their order. */
function generateIds(count: number): string[] {
  const users = Array.from({ length: count }, (_, index) => ({ email: `user-${index}@acmecorp.com` }));
  return createSandbox({ organizations: [{ users }] })
    .snapshot()
    .organizations[0]!.users.map(({ id }) => id);
}

test("a snapshot contains every organization, role, user and key", async () => {
  const sandbox = createSandbox();
  const { body } = await send(sandbox, `POST /users/${JANE}/keys`);
  expect(sandbox.snapshot()).toMatchObject({
    organizations: [
      {
        id: sandbox.organizationId,
        name: "Acme Corp",
        apiKey: "sandbox-api-key",
        roles: [{ id: ROLE, name: "Admin", organization_id: sandbox.organizationId, system: true }, {}, {}, {}, {}],
        users: [
          { id: JANE, email: "jane.doe@acmecorp.com", apiKeys: [(body["data"] as { value: string }).value] },
          { email: "john.smith@acmecorp.com" },
        ],
      },
    ],
    partnerKey: "sandbox-partner-key",
    deploymentKey: "sandbox-deployment-key",
  });
});

test("a snapshot does not change with the sandbox, nor the sandbox with a snapshot", async () => {
  const sandbox = createSandbox(user({ harbor_ids: [JANE], apiKeys: ["janes-own-key"], teams: [] }));
  const before = structuredClone(sandbox.snapshot());
  const [changed] = sandbox.snapshot().organizations[0]!.users;
  for (const name of ["role_ids", "harbor_ids", "apiKeys", "teams"]) (changed![name] as string[]).push(OTHER);
  expect(sandbox.snapshot()).toEqual(before);

  const kept = sandbox.snapshot();
  await send(sandbox, `DELETE /users/${changed!.id}`);
  expect(kept).toEqual(before);
  expect(sandbox.snapshot()).not.toEqual(before);
  takeViolations(); // the spec does not have the field `teams`
});

test("a sandbox created from a snapshot has the same content", async () => {
  const sandbox = createSandbox();
  await send(sandbox, `POST /users/${JANE}/keys`);
  await send(sandbox, "POST /users", { body: { email: "ada@acmecorp.com", role: "viewer" } });
  expect(createSandbox(sandbox.snapshot()).snapshot()).toEqual(sandbox.snapshot());
});

/** Fields that Polytomic could add tomorrow. */
const NEW = { nickname: "new", settings: { theme: null, tags: ["a"] } };

test("fields of a seed that the spec does not have are in responses and in snapshots", async () => {
  const settings = structuredClone(NEW.settings);
  const more = { ...NEW, settings };
  const seed = { ...more, roles: [{ name: "Admin", ...more }], users: [{ email: "a@b.example", id: JANE, ...more }] };
  const sandbox = createSandbox({ organizations: [seed] });
  settings.tags.push("b"); // after the sandbox was created
  const as = { key: sandbox.apiKey };
  for (const path of ["organization", "permissions/roles", "organization/users", `organization/users/${JANE}`]) {
    const { data } = (await send(sandbox, `GET /api/${path}`, as)).body;
    expect([data].flat(), path).toMatchObject([NEW]);
  }
  await send(sandbox, `PUT /api/organization/users/${JANE}`, { ...as, body: { role: "admin" } });
  const [stored] = sandbox.snapshot().organizations;
  expect([stored, stored!.roles[0], stored!.users[0]]).toMatchObject([NEW, NEW, NEW]);
  expect(createSandbox(sandbox.snapshot()).snapshot()).toEqual(sandbox.snapshot());
  expect(takeViolations().join("\n")).toContain("nickname"); // the spec does not have the field
});

test("reset() restores the initial state, including the sequence of ids", async () => {
  const sandbox = createSandbox();
  const first = await send(sandbox, "POST /users", {
    body: { email: "ada@acmecorp.com" },
    idempotencyKey: "12345678",
  });
  sandbox.fail({ status: 503 });
  sandbox.rateLimit({ requests: 0, per: 1000 });
  sandbox.reset();
  expect(sandbox.snapshot()).toEqual(createSandbox().snapshot());
  expect(sandbox.requests).toEqual([]);
  const again = await send(sandbox, "POST /users", { body: { email: "ada@acmecorp.com" } });
  expect([again.status, again.body]).toEqual([200, first.body]);
});

test("reset() ignores later changes to the options object", () => {
  const users = [{ email: "ada@acmecorp.com" }];
  const sandbox = createSandbox({ organizations: [{ users }] });
  users.push({ email: "grace@acmecorp.com" });
  sandbox.reset();
  expect(sandbox.snapshot().organizations[0]!.users).toHaveLength(1);
});

test("a request that is running during reset() does not affect the new state", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const sandbox = createSandbox({ latency: 1000 });
  const running = send(sandbox, "POST /users", { body: { email: "ada@acmecorp.com" } });
  await vi.advanceTimersByTimeAsync(500);
  expect(sandbox.requests).toHaveLength(1);
  sandbox.reset();
  await vi.advanceTimersByTimeAsync(500);
  expect((await running).status).toBe(200);
  expect(sandbox.snapshot()).toEqual(createSandbox().snapshot());
});

test("sandboxes do not share state", async () => {
  const [one, other] = [createSandbox(), createSandbox()];
  await send(one, `DELETE /users/${JANE}`);
  expect((await send(other, `GET /users/${JANE}`)).status).toBe(200);
});
