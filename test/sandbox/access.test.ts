import { expect, onTestFinished, test } from "vitest";
import { OPERATIONS } from "../../generated/contract.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { FACTS, OPERATION_IDS, pathOf, USER, type KeyKind, type OperationFacts } from "../facts.ts";
import { send, type RequestParts } from "./send.ts";

const OTHER = "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34";
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

const sandbox = createSandbox({
  organizations: [
    { users: [{ email: "jane.doe@acmecorp.com", apiKeys: ["janes-own-key"] }] },
    { id: OTHER, apiKey: "other-api-key", users: [{ email: "alan.turing@example.com" }] },
  ],
});
const { organizationId: acme, partnerKey, deploymentKey, apiKey } = sandbox;

const ORGANIZATIONS = "GET /api/organizations";
const ROLES = "GET /api/permissions/roles";
const CURRENT = "GET /api/organization/users";
const partner = (id: string): string => `GET /api/organizations/${id}/users`;

test.each<[string, number, RequestParts, string]>([
  ["a partner key gets a 200 for any organization", 200, { key: partnerKey }, partner(OTHER)],
  ["a partner key gets a 403 for the current organization", 403, { key: partnerKey }, CURRENT],
  ["a partner key gets a 404 for an unknown organization", 404, { key: partnerKey }, partner(UNKNOWN)],
  ["a deployment key gets a 200 for any organization", 200, { key: deploymentKey }, partner(OTHER)],
  ["a deployment key gets a 403 for the current organization", 403, { key: deploymentKey }, CURRENT],
  ["an API key gets a 200 for the current organization", 200, { key: apiKey }, CURRENT],
  ["an API key gets a 200 for its own organization by id", 200, { key: apiKey }, partner(acme)],
  ["an API key gets a 403 for another organization", 403, { key: apiKey }, partner(OTHER)],
  ["an API key gets a 403 for an unknown organization", 403, { key: apiKey }, partner(UNKNOWN)],
  ["a user's API key gets a 200 for the user's organization", 200, { key: "janes-own-key" }, CURRENT],
  ["a user's API key gets a 403 for another organization", 403, { key: "janes-own-key" }, partner(OTHER)],
  ["a scoped partner key gets a 200 for its organization", 200, { key: partnerKey, scope: OTHER }, CURRENT],
  ["a scoped deployment key gets a 200 for its organization", 200, { key: deploymentKey, scope: OTHER }, CURRENT],
  ["a key scoped to an unknown organization gets a 404", 404, { key: partnerKey, scope: UNKNOWN }, CURRENT],
  [
    "a scoped partner key gets a 200 for its organization by id",
    200,
    { key: partnerKey, scope: OTHER },
    partner(OTHER),
  ],
  ["a scoped partner key gets a 403 for another organization", 403, { key: partnerKey, scope: acme }, partner(OTHER)],
  ["an API key sent as Basic gets a 403 for its organization by id", 403, { key: apiKey, scope: acme }, partner(acme)],
  ["an API key sent as Basic gets a 403", 403, { key: apiKey, scope: acme }, CURRENT],
  ["a partner key gets a 200 for the list of organizations", 200, { key: partnerKey }, ORGANIZATIONS],
  ["an API key gets a 401 for the list of organizations", 401, { key: apiKey }, ORGANIZATIONS],
  ["an API key gets a 401 for its own organization by id", 401, { key: apiKey }, `${ORGANIZATIONS}/${acme}`],
  ["a scoped key gets a 401 for the list of organizations", 401, { key: partnerKey, scope: acme }, ORGANIZATIONS],
  [
    "an API key sent as Basic gets a 401 for the list of organizations",
    401,
    { key: apiKey, scope: acme },
    ORGANIZATIONS,
  ],
  [
    "in an older version, an API key gets a 403 for the list of organizations",
    403,
    { key: apiKey, version: "2023-04-25" },
    ORGANIZATIONS,
  ],
  ["a partner key gets a 403 for the roles of the current organization", 403, { key: partnerKey }, ROLES],
  ["a scoped key gets a 200 for the roles of its organization", 200, { key: partnerKey, scope: OTHER }, ROLES],
  ["a request without a key gets a 401", 401, { key: null }, partner(acme)],
  ["an unknown key gets a 401", 401, { key: "unknown" }, partner(acme)],
  ["an unknown key with a scope gets a 401", 401, { key: "unknown", scope: acme }, CURRENT],
])("%s", async (_rule, status, parts, request) => {
  expect((await send(sandbox, request, parts)).status).toBe(status);
});

test.each(OPERATION_IDS)("the sandbox accepts exactly the kinds of keys that the facts have for %s", async (id) => {
  const facts: OperationFacts = FACTS[id];
  const kinds: Record<KeyKind, RequestParts> = {
    apiKey: { key: apiKey },
    partnerKey: { key: partnerKey },
    scopedKey: { key: partnerKey, scope: acme },
  };
  for (const [kind, parts] of Object.entries(kinds)) {
    const { status } = await send(createSandbox(), `${facts.method} ${pathOf(facts)}`, { ...parts, body: facts.body });
    const refused = facts.keys.join() === "partnerKey" ? 401 : 403;
    expect(status, kind).toBe(facts.keys.includes(kind as KeyKind) ? 200 : refused);
  }
});

test.each<[KeyKind, RequestParts]>([
  ["apiKey", { key: apiKey }],
  ["partnerKey", { key: partnerKey }],
  ["scopedKey", { key: partnerKey, scope: acme }],
])("an operation whose `security` in the contract lacks %s responds to it with a 403", async (kind, parts) => {
  const { security } = OPERATIONS.getPartnerUser;
  Object.assign(OPERATIONS.getPartnerUser, { security: security.filter((each) => each !== kind) });
  onTestFinished(() => void Object.assign(OPERATIONS.getPartnerUser, { security }));
  expect((await send(sandbox, partner(acme), parts)).status).toBe(200);
  expect((await send(sandbox, `${partner(acme)}/${USER}`, parts)).status).toBe(403);
});

test("a scoped key lists the users of the organization that it is scoped to", async () => {
  const { body } = await send(sandbox, CURRENT, { scope: OTHER });
  expect(body["data"]).toMatchObject([{ email: "alan.turing@example.com", organization_id: OTHER }]);
});

test("the id of an organization can be in upper case", async () => {
  expect((await send(sandbox, partner(acme.toUpperCase()), { key: apiKey })).status).toBe(200);
  expect((await send(sandbox, CURRENT, { scope: OTHER.toUpperCase() })).status).toBe(200);
});

test.each(["sandbox-partner-key", "Bearer", "Bearer  ", "Basic !!!", `Basic ${btoa("no colon")}`, "Digest a=b"])(
  "a malformed Authorization header gets a 401: %s",
  async (authorization) => {
    const response = await sandbox.fetch("https://app.polytomic.com/api/organization/users", {
      headers: { authorization, "x-polytomic-version": "2025-09-18" },
    });
    expect(response.status).toBe(401);
  },
);

test("an error has the fields of the spec's ApiError", async () => {
  expect((await send(sandbox, CURRENT)).body).toEqual({
    key: "forbidden",
    message: "A partner key does not belong to an organization. Send `Basic base64(<organization id>:<key>)`.",
    metadata: null,
    status: 403,
  });
});
