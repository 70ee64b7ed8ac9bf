import { describe, expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { ask, type Asked } from "./ask.ts";

const OTHER = "7f0d1f6e-3c52-4f1b-9d0a-5c1e8a7b2d34";
const NOWHERE = "00000000-0000-4000-8000-000000000000";

const sandbox = createSandbox({
  organizations: [
    { users: [{ email: "jane.doe@acmecorp.com", apiKeys: ["janes-own-key"] }] },
    { id: OTHER, apiKey: "other-api-key", users: [{ email: "alan.turing@example.com" }] },
  ],
});
const { organizationId: acme, partnerKey, deploymentKey, apiKey } = sandbox;

const CURRENT = "GET /api/organization/users";
const partner = (id: string): string => `GET /api/organizations/${id}/users`;

describe("what each key may call", () => {
  test.each<[string, Asked, string, number]>([
    ["a partner key: any organization", { key: partnerKey }, partner(OTHER), 200],
    ["a partner key: no organization of its own", { key: partnerKey }, CURRENT, 403],
    ["a partner key: no organization that is not there", { key: partnerKey }, partner(NOWHERE), 404],
    ["a deployment key: as a partner key", { key: deploymentKey }, partner(OTHER), 200],
    ["a deployment key: no organization of its own", { key: deploymentKey }, CURRENT, 403],
    ["an API key: its own organization", { key: apiKey }, CURRENT, 200],
    ["an API key: its own organization by id", { key: apiKey }, partner(acme), 200],
    ["an API key: no other organization", { key: apiKey }, partner(OTHER), 403],
    ["an API key: not even one that is not there", { key: apiKey }, partner(NOWHERE), 403],
    ["a user's key: the organization of the user", { key: "janes-own-key" }, CURRENT, 200],
    ["a user's key: no other organization", { key: "janes-own-key" }, partner(OTHER), 403],
    ["a scoped partner key: the organization it is scoped to", { key: partnerKey, scope: OTHER }, CURRENT, 200],
    ["a scoped deployment key: the same", { key: deploymentKey, scope: OTHER }, CURRENT, 200],
    ["a scoped key: no organization that is not there", { key: partnerKey, scope: NOWHERE }, CURRENT, 404],
    ["a scoped key: no partner calls", { key: partnerKey, scope: acme }, partner(acme), 403],
    ["a scoped API key: nothing", { key: apiKey, scope: acme }, CURRENT, 403],
    ["no key", { key: null }, partner(acme), 401],
    ["an unknown key", { key: "nobody" }, partner(acme), 401],
    ["an unknown key with a scope", { key: "nobody", scope: acme }, CURRENT, 401],
  ])("%s", async (_what, asked, request, status) => {
    expect((await ask(sandbox, request, asked)).status).toBe(status);
  });

  test("a scoped key sees the users of that organization", async () => {
    const { body } = await ask(sandbox, CURRENT, { scope: OTHER });
    expect(body["data"]).toMatchObject([{ email: "alan.turing@example.com", organization_id: OTHER }]);
  });

  test("an id can be written in capitals", async () => {
    expect((await ask(sandbox, partner(acme.toUpperCase()), { key: apiKey })).status).toBe(200);
    expect((await ask(sandbox, CURRENT, { scope: OTHER.toUpperCase() })).status).toBe(200);
  });
});

describe("an Authorization that cannot be read gets 401", () => {
  test.each(["sandbox-partner-key", "Bearer", "Bearer  ", "Basic !!!", `Basic ${btoa("no colon")}`, "Digest a=b"])(
    "%s",
    async (authorization) => {
      const response = await sandbox.fetch("https://app.polytomic.com/api/organization/users", {
        headers: { authorization, "x-polytomic-version": "2025-09-18" },
      });
      expect(response.status).toBe(401);
    },
  );
});

test("an error says what it is in the words of the spec", async () => {
  expect((await ask(sandbox, CURRENT)).body).toEqual({
    key: "forbidden",
    message: "A partner key has no organization of its own: send `Basic base64(<organization id>:<key>)`.",
    metadata: null,
    status: 403,
  });
});

test("a route that the API does not have gets 404", async () => {
  expect((await ask(sandbox, "GET /api/organisation/users")).status).toBe(404);
  expect((await ask(sandbox, "DELETE /users")).status).toBe(404);
  expect((await ask(sandbox, "GET /users/")).status).toBe(404);
  expect((await ask(sandbox, "GET /users/a3f1c2d4-5b6e-7f89-0123-456789abcdef/")).status).toBe(404);
  expect((await ask(sandbox, "GET /users/a3f1c2d4-5b6e-7f89-0123-456789abcdef/keys")).status).toBe(404);
});
