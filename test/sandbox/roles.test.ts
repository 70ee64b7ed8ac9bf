import { expect, test } from "vitest";
import { createSandbox, type SandboxOptions, type SeedRole } from "../../src/testing/index.ts";
import { ORGANIZATION, ROLE as ADMIN } from "../facts.ts";
import { send } from "./send.ts";

const MEMBER = "e1f2d3c4-b5a6-7890-1234-56789abcdef0";
const OTHER = "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34";

async function rolesIn(options: SandboxOptions, key = "sandbox-api-key"): Promise<unknown> {
  return (await send(createSandbox(options), "GET /api/permissions/roles", { key })).body["data"];
}

const withRoles = (...roles: unknown[]): SandboxOptions => ({ organizations: [{ roles: roles as SeedRole[] }] });

test("by default, an organization has the system roles, and the first one has the ids of Polytomic's examples", async () => {
  const role = { organization_id: ORGANIZATION, system: true };
  expect(await rolesIn({})).toMatchObject([
    { id: ADMIN, name: "Admin", ...role },
    { id: MEMBER, name: "Member", ...role },
    { name: "Editor", ...role },
    { name: "Sync Editor", ...role },
    { name: "Viewer", ...role },
  ]);
});

test("two organizations have no role id in common", async () => {
  const seed = { organizations: [{}, {}] };
  const [first, second] = [await rolesIn(seed), await rolesIn(seed, "sandbox-api-key-2")] as { id: string }[][];
  expect(new Set([...first!, ...second!].map(({ id }) => id)).size).toBe(10);
});

test("a seed can have roles, also several with the same name", async () => {
  const roles = await rolesIn(
    withRoles({ name: "Admin" }, { name: "Auditor", id: OTHER.toUpperCase() }, { name: "auditor", system: true }),
  );
  expect(roles).toEqual([
    { id: ADMIN, name: "Admin", organization_id: ORGANIZATION, system: true },
    { id: OTHER, name: "Auditor", organization_id: ORGANIZATION, system: false },
    { id: expect.any(String), name: "auditor", organization_id: ORGANIZATION, system: true },
  ]);
});

test("the list of an organization without roles is null, and a new user has no roles there", async () => {
  expect(await rolesIn(withRoles())).toBeNull();
  const created = await send(createSandbox(withRoles()), "POST /users", { body: { email: "ada@acmecorp.com" } });
  expect(created.body["data"]).toMatchObject({ role_ids: null });
  expect(created.body["data"]).not.toHaveProperty("role");
});

test.each<[unknown, string]>([
  ["Admin", '`organizations[0].roles[0]` must be an object; got "Admin".'],
  [{}, "`organizations[0].roles[0].name` must be the name of a role; got undefined."],
  [{ name: "Auditor", id: "auditor" }, '`organizations[0].roles[0].id` must be a UUID; got "auditor".'],
  [{ name: "Auditor", system: 1 }, "`organizations[0].roles[0].system` must be true or false; got 1."],
  [{ name: "Auditor", organization_id: OTHER }, "`organizations[0].roles[0].organization_id` is not the id"],
  [{ name: "Auditor", organizationId: OTHER }, "Did you mean `organization_id`?"],
])("an invalid role in a seed throws a TypeError that names it: %j", (role, message) => {
  expect(() => createSandbox(withRoles(role))).toThrow(message);
});

test("the id of a role is unique in its organization", () => {
  const seed = withRoles({ name: "Auditor", id: OTHER }, { name: "Editor", id: OTHER });
  expect(() => createSandbox(seed)).toThrow("`organizations[0].roles[1].id` is also the id of another role");
});
