import { request } from "node:http";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { serveSandbox } from "../../src/cli/sandbox.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { listen, type FetchHandler } from "../../src/testing/node.ts";
import { USER as JANE } from "../facts.ts";
import { send } from "./send.ts";

const ROUTES =
  "POST /_sandbox/reset, POST /_sandbox/faults, GET /_sandbox/faults, POST /_sandbox/rate-limit, GET /_sandbox/requests, GET /_sandbox/snapshot";

const sandbox = createSandbox();
beforeEach(() => sandbox.reset());

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Serves the sandbox, and sends a request to a path under `/_sandbox/`. */
async function control(route: string, body?: unknown, headers = {}, handler: FetchHandler = sandbox): Promise<Reply> {
  const served = await listen(handler);
  onTestFinished(() => served.close());
  const [method = "", path = ""] = route.split(" ");
  const response = await fetch(`${served.url}/_sandbox/${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

test("POST reset restores the initial state of a served sandbox", async () => {
  await send(sandbox, `DELETE /users/${JANE}`);
  expect(await control("POST reset")).toMatchObject({ status: 204, body: undefined });
  expect(sandbox.snapshot()).toEqual(createSandbox().snapshot());
  expect(sandbox.requests).toEqual([]);
});

test("POST faults adds a fault, and GET faults lists those that have not happened yet", async () => {
  const faults = [{ operation: "listPartnerUsers", status: 503, retryAfter: 1, times: 2 }, { drop: "response" }];
  for (const fault of faults) expect((await control("POST faults", fault)).status).toBe(204);
  expect((await send(sandbox, "GET /users")).status).toBe(503);
  const { status, headers, body } = await control("GET faults");
  expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
  expect(body).toEqual([
    { ...faults[0], times: 1 },
    { drop: "response", times: 1 },
  ]);
});

test("`null` stands for the number Infinity, which JSON does not have", async () => {
  await control("POST faults", { status: 503, times: null });
  expect(sandbox.faults).toEqual([{ status: 503, times: Infinity }]);
  expect((await control("GET faults")).body).toEqual([{ status: 503, times: null }]);
  sandbox.reset();
  await control("POST rate-limit", { requests: 0, per: 60_000 });
  expect((await send(sandbox, "GET /users")).status).toBe(429);
  await control("POST rate-limit", { requests: null, per: 60_000 });
  expect((await send(sandbox, "GET /users")).status).toBe(200);
});

test("GET requests lists the requests as in memory, with keys masked, and without those to /_sandbox/", async () => {
  await send(sandbox, "GET /users");
  await control("GET snapshot");
  const { body } = await control("GET requests");
  expect(body).toEqual(JSON.parse(JSON.stringify(sandbox.requests)));
  expect(body).toMatchObject([{ operation: "listPartnerUsers", headers: { authorization: "Bearer ***" } }]);
});

test("GET snapshot is a seed for another sandbox", async () => {
  await send(sandbox, "POST /api/organizations", { body: { name: "Globex" } });
  const { body } = await control("GET snapshot");
  expect(createSandbox(body as object).snapshot()).toEqual(sandbox.snapshot());
});

test("requests to /_sandbox/ take no fault and do not count towards the rate limit", async () => {
  sandbox.fail({ status: 503 });
  sandbox.rateLimit({ requests: 0, per: 60_000 });
  expect((await control("GET faults")).body).toHaveLength(1);
});

test.each<[string, unknown, string]>([
  ["faults", { status: 99 }, "`status` must be a whole number from 400 to 599; got 99."],
  ["faults", { stat: 503 }, "fail(): unknown option `stat`. Valid options: operation, times, status"],
  ["faults", "status=503", "The body must be JSON."],
  ["faults", "", "The body must be JSON."],
  ["faults", null, "fail(): expected an object; got null."],
  ["rate-limit", { requests: -1, per: 1000 }, "`requests` must be a whole number of 0 or more; got -1."],
])("a bad body gets a 400 with the message of the method: %s %j", async (path, body, message) => {
  const reply = await control(`POST ${path}`, body);
  expect(reply).toMatchObject({ status: 400, body: { status: 400, message: expect.stringContaining(message) } });
  expect(sandbox.faults).toEqual([]);
});

test.each(["GET ", "GET nothing", "POST reset/", "POST Reset"])("an unknown route gets a 404: %s", async (route) => {
  const message = `Route not found. The routes are ${ROUTES}.`;
  expect(await control(route)).toMatchObject({ status: 404, body: { message } });
});

test.each([
  ["GET reset", "POST"],
  ["DELETE faults", "POST, GET"],
  ["POST snapshot", "GET"],
  ["OPTIONS requests", "GET"],
])("a wrong method gets a 405 with the methods of the route: %s", async (route, allow) => {
  const { status, headers, body } = await control(route);
  expect([status, headers.get("allow")]).toEqual([405, allow]);
  expect(body).toMatchObject({ message: `This route takes ${allow}.` });
});

test.each(["https://evil.example", "null", "http://localhost.evil.example"])(
  "a page of another website cannot control a served sandbox: %s",
  async (origin) => {
    // A form or a `fetch` without a preflight, which a browser sends from any page.
    const simple = { origin, "content-type": "text/plain" };
    const { status, headers } = await control("POST faults", { status: 503 }, simple);
    expect([status, headers.get("access-control-allow-origin")]).toEqual([403, null]);
    expect(sandbox.faults).toEqual([]);
    expect((await control("GET snapshot", undefined, { origin })).status).toBe(403);
  },
);

test("a page that is served from this machine can control a served sandbox", async () => {
  const origin = "http://localhost:5173";
  const { status, headers } = await control("POST faults", { status: 503 }, { origin });
  expect([status, headers.get("access-control-allow-origin")]).toEqual([204, origin]);
});

test("a request for another host gets a 421 under /_sandbox/, too", async () => {
  const served = await listen(sandbox);
  onTestFinished(() => served.close());
  const options = { method: "POST", headers: { host: "evil.example" } };
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${served.url}/_sandbox/reset`, options, (response) => resolve(response.resume().statusCode));
    sent.on("error", reject).end();
  });
  expect(status).toBe(421);
});

test.each([[["--port", "0"]], [["--port", "0", "--quiet"]]])("the command serves these routes: %j", async (args) => {
  const served = await serveSandbox(args, () => undefined);
  onTestFinished(() => served.close());
  const list = `${served.url}/api/organizations/${sandbox.organizationId}/users`;
  const init = { headers: { authorization: `Bearer ${sandbox.partnerKey}` } };
  await fetch(`${served.url}/_sandbox/faults`, { method: "POST", body: '{ "status": 503 }' });
  expect((await fetch(list, init)).status).toBe(503);
  expect((await fetch(list, init)).status).toBe(200);
  expect(await (await fetch(`${served.url}/_sandbox/requests`)).json()).toHaveLength(2);
});

test("what is not a sandbox has no routes under /_sandbox/", async () => {
  const handler = { fetch: () => Promise.resolve(Response.json("not a sandbox", { status: 418 })) };
  expect(await control("POST reset", undefined, {}, handler)).toMatchObject({ status: 418, body: "not a sandbox" });
});

test("in memory, a sandbox has no routes under /_sandbox/", async () => {
  expect((await sandbox.fetch("https://app.polytomic.com/_sandbox/reset", { method: "POST" })).status).toBe(404);
});
