import { expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ORGANIZATION, USER as JANE } from "../facts.ts";
import { send, type RequestParts } from "./send.ts";

const sandbox = createSandbox({
  organizations: [
    { users: [{ email: "jane.doe@acmecorp.com", id: JANE, role: "admin", apiKeys: ["janes-own-key"] }] },
    { name: "Globex", id: "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34" },
  ],
});
const { partnerKey, deploymentKey, apiKey } = sandbox;

const NOBODY = { is_organization: false, is_partner: false, is_system: false, is_user: false };
const ACME = { organization_id: ORGANIZATION, organization_name: "Acme Corp" };
const GLOBEX = { organization_id: "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34", organization_name: "Globex" };

test.each<[string, RequestParts, object]>([
  ["an API key of an organization", { key: apiKey }, { ...NOBODY, is_organization: true, ...ACME }],
  [
    "a key that was minted for a user",
    { key: "janes-own-key" },
    { email: "jane.doe@acmecorp.com", id: JANE, ...NOBODY, is_user: true, ...ACME, role: "admin" },
  ],
  ["a partner key", { key: partnerKey }, { ...NOBODY, is_partner: true }],
  ["a deployment key", { key: deploymentKey }, { ...NOBODY, is_system: true }],
  [
    "a scoped partner key",
    { key: partnerKey, scope: GLOBEX.organization_id },
    { ...NOBODY, is_partner: true, ...GLOBEX },
  ],
])("the identity of %s says who the key belongs to", async (_what, parts, identity) => {
  const { status, body } = await send(sandbox, "GET /api/me", parts);
  expect([status, body]).toEqual([200, { data: identity }]);
});

test("the identity of a minted key follows the roles of its user, and ends with the user", async () => {
  const two = createSandbox({ organizations: [{ users: [{ email: "a@b.example", id: JANE, apiKeys: ["a-key"] }] }] });
  await send(two, `PUT /users/${JANE}`, { body: { email: "a@b.example", role: "viewer" } });
  expect((await send(two, "GET /api/me", { key: "a-key" })).body["data"]).toMatchObject({ role: "viewer" });
  await send(two, `DELETE /users/${JANE}`);
  expect((await send(two, "GET /api/me", { key: "a-key" })).status).toBe(401);
});

test.each<[string, number, RequestParts]>([
  ["an unknown key", 401, { key: "unknown" }],
  ["a key that is scoped to an unknown organization", 404, { scope: "00000000-0000-4000-8000-000000000000" }],
  ["an API key that is sent as Basic", 403, { key: apiKey, scope: ORGANIZATION }],
])("%s has no identity", async (_what, status, parts) => {
  expect((await send(sandbox, "GET /api/me", parts)).status).toBe(status);
});
