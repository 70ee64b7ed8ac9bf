import { describe, expect, test } from "vitest";
import { Polytomic, type PolytomicOptions } from "../../src/index.ts";
import { call } from "../calls.ts";
import { ALWAYS_POSSIBLE, ANSWERS, FACTS, OPERATION_IDS, ORGANIZATION, type OperationFacts } from "../facts.ts";
import { sendJson, serve } from "./server.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe.each(OPERATION_IDS)("%s", (id) => {
  const facts: OperationFacts = FACTS[id];
  const partner = facts.template.includes("{org_id}");
  const credentials: PolytomicOptions = partner ? { partnerKey: "a-partner-key" } : { apiKey: "an-api-key" };

  test("sends exactly this method, path, query, headers and body", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: ANSWERS[facts.answers] }));
    await call(new Polytomic({ ...credentials, baseUrl: server.url }), id);

    expect(server.received).toHaveLength(1);
    const [request] = server.received;
    expect(request).toMatchObject({
      method: facts.method,
      target: facts.path + (id === "createPartnerUserApiKey" ? "?force=true" : ""),
      body: facts.body ? JSON.stringify(facts.body) : "",
    });
    // What fetch itself adds is not ours to fix: these are the headers that the client sets.
    const { accept, authorization, "content-type": contentType } = request!.headers;
    const { "x-polytomic-version": version, "idempotency-key": idempotencyKey } = request!.headers;
    expect({ accept, authorization, contentType, version }).toEqual({
      accept: "application/json",
      authorization: partner ? "Bearer a-partner-key" : "Bearer an-api-key",
      contentType: facts.body ? "application/json" : undefined,
      version: "2025-09-18",
    });
    expect(idempotencyKey).toEqual(facts.method === "POST" ? expect.stringMatching(UUID) : undefined);
  });

  test("gives what is inside the envelope, unknown fields and values included", async () => {
    const inside = facts.answers === "list" ? ANSWERS.list : { ...ANSWERS[facts.answers], role: "new", extra: [1] };
    const server = await serve((_request, response) => sendJson(response, 200, { data: inside, more: true }));
    expect(await call(new Polytomic({ ...credentials, baseUrl: server.url }), id)).toEqual(inside);
  });

  test.each([...facts.documented, ...ALWAYS_POSSIBLE])(
    "maps %i to its class, with what the API said",
    async (status) => {
      const body = { key: "a_key", message: "A message.", metadata: { field: "email" }, status };
      const server = await serve((_request, response) =>
        sendJson(response, status, body, { "x-request-id": "request-1" }),
      );
      const polytomic = new Polytomic({ ...credentials, baseUrl: server.url, maxRetries: 0 });
      const result = await call(polytomic, id).result();
      expect(result.ok).toBe(false);
      expect(result.error).toMatchObject({
        name: NAMES[status],
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

const NAMES: Record<number, string> = {
  401: "UnauthorizedError",
  403: "ForbiddenError",
  404: "NotFoundError",
  409: "ConflictError",
  422: "UnprocessableEntityError",
  429: "TooManyRequestsError",
  500: "ServerError",
};

describe("credentials", () => {
  const header = async (
    options: PolytomicOptions,
    id: "listCurrentOrgUsers" | "listPartnerUsers",
  ): Promise<unknown> => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: [] }));
    await call(new Polytomic({ baseUrl: server.url, ...options }), id);
    return server.received[0]!.headers.authorization;
  };
  const basic = (key: string): string => `Basic ${Buffer.from(`${ORGANIZATION}:${key}`).toString("base64")}`;

  test("a partner or deployment key with organizationId goes out as Basic for the current organization", async () => {
    const organizationId = ORGANIZATION;
    expect(await header({ partnerKey: "p-key", organizationId }, "listCurrentOrgUsers")).toBe(basic("p-key"));
    expect(await header({ deploymentKey: "d-key", organizationId }, "listCurrentOrgUsers")).toBe(basic("d-key"));
  });

  test("and as Bearer for the partner family", async () => {
    expect(await header({ partnerKey: "p-key", organizationId: ORGANIZATION }, "listPartnerUsers")).toBe(
      "Bearer p-key",
    );
    expect(await header({ deploymentKey: "d-key" }, "listPartnerUsers")).toBe("Bearer d-key");
  });

  test("an API key goes out as Bearer in both families", async () => {
    expect(await header({ apiKey: "a-key" }, "listCurrentOrgUsers")).toBe("Bearer a-key");
    expect(await header({ apiKey: "a-key" }, "listPartnerUsers")).toBe("Bearer a-key");
  });

  test("a key can be a function, or a function of a promise, and is trimmed", async () => {
    expect(await header({ apiKey: () => " a-key\n" }, "listPartnerUsers")).toBe("Bearer a-key");
    expect(await header({ apiKey: async () => "a-key" }, "listPartnerUsers")).toBe("Bearer a-key");
  });

  test("a partner key without an organization is refused for the current organization, and nothing is sent", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: [] }));
    const polytomic = new Polytomic({ partnerKey: "p-key", baseUrl: server.url });
    await expect(polytomic.users.list()).rejects.toMatchObject({
      name: "ConfigurationError",
      message: expect.stringContaining("`organizationId`"),
    });
    expect(server.received).toEqual([]);
  });
});

describe("a request", () => {
  test("asks for the version of the call, else of the client, else of the spec", async () => {
    const server = await serve((request, response) =>
      sendJson(response, 200, { data: [] }, { "x-polytomic-version": String(request.headers["x-polytomic-version"]) }),
    );
    const pinned = new Polytomic({ apiKey: "a-key", baseUrl: server.url, version: "2024-02-08" });
    expect(await pinned.users.list().withResponse()).toMatchObject({ apiVersion: "2024-02-08" });
    expect(await pinned.users.list({ version: "2023-04-25" }).withResponse()).toMatchObject({
      apiVersion: "2023-04-25",
    });
    expect(server.received.map(({ headers }) => headers["x-polytomic-version"])).toEqual(["2024-02-08", "2023-04-25"]);
  });

  test("carries the client's headers, and the call's instead where both have one", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: [] }));
    const headers = { "X-Team": "billing", "X-Trace": "client" };
    const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url, headers });
    await polytomic.users.list({ headers: { "x-trace": "call" } });
    expect(server.received[0]!.headers).toMatchObject({ "x-team": "billing", "x-trace": "call" });
  });

  test("goes below the path of the base URL, whether or not that ends in a slash", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: [] }));
    for (const base of ["/polytomic", "/polytomic/"]) {
      await new Polytomic({ apiKey: "a-key", baseUrl: server.url + base }).users.list();
    }
    expect(server.received.map(({ target }) => target)).toEqual(Array(2).fill("/polytomic/api/organization/users"));
  });

  test("of request() is the same as that of the method, and gives the body as the spec has it", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { data: null }));
    const polytomic = new Polytomic({ apiKey: "a-key", baseUrl: server.url });
    const body = await polytomic.request("get", "/api/organizations/{org_id}/users", {
      params: { path: { org_id: ORGANIZATION } },
      headers: { "x-trace": "call" },
    });
    expect(body).toEqual({ data: null });
    expect(server.received[0]).toMatchObject({ target: FACTS.listPartnerUsers.path, headers: { "x-trace": "call" } });
  });
});

test("withResponse() gives data, response, request id, version and attempts", async () => {
  const server = await serve((_request, response) =>
    sendJson(response, 200, { data: ANSWERS.list }, { "x-request-id": "request-1" }),
  );
  const answer = await new Polytomic({ apiKey: "a-key", baseUrl: server.url }).users.list().withResponse();
  expect(answer).toMatchObject({
    data: ANSWERS.list,
    requestId: "request-1",
    apiVersion: "2025-09-18",
    attempts: 1,
  });
  expect(answer.response).toBeInstanceOf(Response);
  expect(answer.response.status).toBe(200);
});
