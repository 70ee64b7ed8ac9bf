import { describe, expect, test, vi } from "vitest";
import { Polytomic, type CallEvent, type PolytomicOptions } from "../../src/index.ts";
import {
  ALWAYS_POSSIBLE,
  callOperation,
  DATA,
  ERROR_NAMES,
  FACTS,
  pathOf,
  OPERATION_IDS,
  type OperationFacts,
  ORGANIZATION,
} from "../facts.ts";
import { sendJson, serve } from "./server.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const queryOf = ({ query }: OperationFacts): string =>
  query ? `?${new URLSearchParams(query as Record<string, string>)}` : "";

describe.each(OPERATION_IDS)("%s", (id) => {
  const facts: OperationFacts = FACTS[id];
  const credentials = { [facts.keys[0]!]: "a-key-of-its-kind" } as PolytomicOptions;

  test(`${id} sends exactly its method, path, query, headers and body`, async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: DATA[facts.data] }));
    await callOperation(id, new Polytomic({ ...credentials, baseUrl: server.url }));

    expect(server.received).toHaveLength(1);
    const [request] = server.received;
    expect(request).toMatchObject({
      method: facts.method,
      target: pathOf(facts) + queryOf(facts),
      body: facts.body ? JSON.stringify(facts.body) : "",
    });
    // Only the headers that the client sets: fetch adds more.
    const { accept, authorization, "content-type": contentType } = request!.headers;
    const { "x-polytomic-version": version, "idempotency-key": idempotencyKey } = request!.headers;
    expect({ accept, authorization, contentType, version }).toEqual({
      accept: "application/json",
      authorization: "Bearer a-key-of-its-kind",
      contentType: facts.body ? "application/json" : undefined,
      version: "2025-09-18",
    });
    expect(idempotencyKey).toEqual(facts.method === "POST" ? expect.stringMatching(UUID) : undefined);
  });

  test(`${id} returns the content of the envelope, with unknown fields and values`, async () => {
    const sent = DATA[facts.data];
    const data = Array.isArray(sent) ? sent : { ...sent, role: "new", extra: [1] };
    const server = await serve((_request, response) => sendJson(response, 200, { data, more: true }));
    expect(await callOperation(id, new Polytomic({ ...credentials, baseUrl: server.url }))).toEqual(data);
  });

  test.each([...facts.documented, ...ALWAYS_POSSIBLE])(
    `${id} maps %i to its class, with the fields of the response`,
    async (status) => {
      const body = { key: "a_key", message: "A message.", metadata: { field: "email" }, status };
      const server = await serve((_request, response) =>
        sendJson(response, status, body, { "x-request-id": "request-1" }),
      );
      const polytomic = new Polytomic({ ...credentials, baseUrl: server.url, maxRetries: 0 });
      const result = await callOperation(id, polytomic).result();
      expect(result.ok).toBe(false);
      expect(result.error).toMatchObject({
        name: ERROR_NAMES[status],
        status,
        key: "a_key",
        metadata: { field: "email" },
        body,
        requestId: "request-1",
        attempts: 1,
        operation: { id, method: facts.method, path: facts.template },
        message: expect.stringContaining("A message."),
      });
    },
  );
});

describe("credentials", () => {
  async function authorization(
    options: PolytomicOptions,
    id: "listCurrentOrgUsers" | "listPartnerUsers",
  ): Promise<unknown> {
    const server = await serve((_request, response) => sendJson(response, 200, { data: [] }));
    await callOperation(id, new Polytomic({ baseUrl: server.url, ...options }));
    return server.received[0]!.headers.authorization;
  }
  const basic = (key: string): string => `Basic ${Buffer.from(`${ORGANIZATION}:${key}`).toString("base64")}`;
  const organizationId = ORGANIZATION;

  test("a partner or deployment key with `organizationId` is sent as Basic for the own organization", async () => {
    expect(await authorization({ partnerKey: "p-key", organizationId }, "listCurrentOrgUsers")).toBe(basic("p-key"));
    expect(await authorization({ deploymentKey: "d-key", organizationId }, "listCurrentOrgUsers")).toBe(basic("d-key"));
  });

  test("a partner or deployment key is sent as Bearer for a customer organization", async () => {
    expect(await authorization({ partnerKey: "p-key", organizationId }, "listPartnerUsers")).toBe("Bearer p-key");
    expect(await authorization({ deploymentKey: "d-key" }, "listPartnerUsers")).toBe("Bearer d-key");
  });

  test("an API key is sent as Bearer for any organization", async () => {
    expect(await authorization({ apiKey: "a-key" }, "listCurrentOrgUsers")).toBe("Bearer a-key");
    expect(await authorization({ apiKey: "a-key" }, "listPartnerUsers")).toBe("Bearer a-key");
  });

  test("a key can be returned by a function or by a promise, and is trimmed", async () => {
    expect(await authorization({ apiKey: () => " a-key\n" }, "listPartnerUsers")).toBe("Bearer a-key");
    expect(await authorization({ apiKey: async () => "a-key" }, "listPartnerUsers")).toBe("Bearer a-key");
  });

  test("a partner key without `organizationId` is refused for the own organization, and nothing is sent", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: [] }));
    const polytomic = new Polytomic({ partnerKey: "p-key", baseUrl: server.url });
    await expect(polytomic.users.list()).rejects.toMatchObject({
      name: "ConfigurationError",
      message: expect.stringContaining("`organizationId`"),
    });
    expect(server.received).toEqual([]);
  });
});

describe("the roles of a customer organization", () => {
  const other = "7c0f8a52-6d1e-4b3a-9f27-58e4d3c2b1a0";

  test.each([
    ["a partner key", { partnerKey: "p-key" }],
    ["a deployment key", { deploymentKey: "p-key" }],
    ["a partner key with another `organizationId`", { partnerKey: "p-key", organizationId: other }],
    ["a partner key from a function", { partnerKey: async () => "p-key" }],
  ])("%s is scoped to the organization whose roles are read", async (_kind, options) => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: DATA.roles }));
    const events: CallEvent[] = [];
    const onEvent = (event: CallEvent): unknown => events.push(event);
    const polytomic = new Polytomic({ ...options, baseUrl: server.url, onEvent });
    const { roles } = polytomic.organization(ORGANIZATION);
    expect(await roles.list()).toEqual(DATA.roles);
    expect(await roles.findByName("ADMIN")).toEqual(DATA.roles![0]);
    const pair = Buffer.from(`${ORGANIZATION}:p-key`).toString("base64");
    const sent = server.received.map(({ method, target, headers }) => [method, target, headers.authorization]);
    expect(sent).toEqual([1, 2].map(() => ["GET", FACTS.listRoles.template, `Basic ${pair}`]));
    expect(new Set(events.map(({ ids }) => ids["org_id"]))).toEqual(new Set([ORGANIZATION]));
  });

  test("an API key is refused for the roles of an organization, and nothing is sent", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: DATA.roles }));
    const apiKey = vi.fn(() => "a-key");
    const polytomic = new Polytomic({ apiKey, baseUrl: server.url });
    const { roles } = polytomic.organization(ORGANIZATION);
    for (const call of [roles.list(), roles.findByName("Admin")]) {
      expect((await call.result()).error).toMatchObject({
        name: "ConfigurationError",
        ids: { org_id: ORGANIZATION },
        attempts: 0,
        message: expect.stringContaining("Use `polytomic.roles`"),
      });
    }
    expect(server.received).toEqual([]);
    expect(apiKey).not.toHaveBeenCalled();
  });

  test("the errors of a call for the roles of an organization contain its id", async () => {
    const server = await serve((_request, response) => sendJson(response, 403, {}));
    const { roles } = new Polytomic({ partnerKey: "p-key", baseUrl: server.url }).organization(ORGANIZATION);
    const { error } = await roles.list().result();
    expect(error).toMatchObject({ name: "ForbiddenError", ids: { org_id: ORGANIZATION } });
    expect(error?.operation).toEqual({ id: "listRoles", method: "GET", path: FACTS.listRoles.template });
  });

  test("without `organizationId`, a partner key is refused for the own roles, with the methods to use", async () => {
    const polytomic = new Polytomic({ partnerKey: "p-key" });
    const advice = "Set `organizationId` on the client, or use `organization(id).roles`.";
    expect((await polytomic.roles.list().result()).error?.message).toContain(advice);
    const { error } = await polytomic.organizations.getCurrent().result();
    expect(error?.message).toContain("Set `organizationId` on the client, or use `organizations.get(id)`.");
  });
});

describe("requests", () => {
  test("a call's `version` overrides the client's, which overrides the version of the spec", async () => {
    const server = await serve((request, response) =>
      sendJson(response, 200, { data: [] }, { "x-polytomic-version": String(request.headers["x-polytomic-version"]) }),
    );
    const unpinned = new Polytomic({ apiKey: "a-key", baseUrl: server.url });
    const pinned = new Polytomic({ apiKey: "a-key", baseUrl: server.url, version: "2024-02-08" });
    for (const [call, version] of [
      [unpinned.users.list(), "2025-09-18"],
      [pinned.users.list(), "2024-02-08"],
      [pinned.users.list({ version: "2023-04-25" }), "2023-04-25"],
    ] as const) {
      expect(await call.withResponse()).toMatchObject({ apiVersion: version });
    }
  });

  test("a call's headers are added to the client's and override them", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: [] }));
    const headers = { "X-Team": "billing", "X-Trace": "client" };
    const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url, headers });
    await polytomic.users.list({ headers: { "x-TRACE": "call" } });
    expect(server.received[0]!.headers).toMatchObject({ "x-team": "billing", "x-trace": "call" });
  });

  test("request() sends the same as the method, and returns the body with its envelope", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: null }));
    const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url });
    const body = await polytomic.request("get", "/api/organizations/{org_id}/users", {
      params: { path: { org_id: ORGANIZATION } },
    });
    expect(body).toEqual({ data: null });
    await callOperation("listPartnerUsers", polytomic);
    const [request, method] = server.received;
    expect(request).toEqual(method);
  });

  test("request() accepts the options of a call", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: null }));
    const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url });
    await polytomic.request("get", "/api/organization/users", { headers: { "x-trace": "call" } });
    expect(server.received[0]).toMatchObject({ headers: { "x-trace": "call" } });
  });
});

test("withResponse() returns the data, the response, the request id, the API version and the attempts", async () => {
  const server = await serve((_request, response) =>
    sendJson(response, 200, { data: [DATA.user] }, { "x-request-id": "request-1" }),
  );
  const { response, ...rest } = await new Polytomic({ apiKey: "a-key", baseUrl: server.url }).users
    .list()
    .withResponse();
  expect(rest).toEqual({ data: [DATA.user], requestId: "request-1", apiVersion: "2025-09-18", attempts: 1 });
  expect(response).toBeInstanceOf(Response);
  expect(response.status).toBe(200);
});
