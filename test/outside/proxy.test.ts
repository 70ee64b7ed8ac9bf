/** The sandbox behind Prism, which compares every request and every response with the spec. */
import { expect, beforeEach, test } from "vitest";
import { FACTS, OPERATION_IDS, USER, type OperationFacts } from "../facts.ts";
import { startPrism, outcomeOf } from "./prism.ts";
import { documentedStatuses, invalidRequests, requestsByKey, send, validRequest, validVariants } from "./requests.ts";
import { serveSandbox } from "./sandbox.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";

const { sandbox, served } = await serveSandbox();
const [proxy, lenientProxy] = await Promise.all([
  startPrism("proxy", served.url),
  startPrism("proxy", served.url, "--validate-request=false"),
]);

beforeEach(() => sandbox.reset());

test.each([...requestsByKey(sandbox), ...validVariants(sandbox)])(
  "Prism finds no violation in the success of $id with $what",
  async ({ id, request }) => {
    const response = await send(proxy, request);
    expect(outcomeOf(response)).toEqual({ status: 200, violations: [] });
    expect(sandbox.requests).toMatchObject([{ operation: id, status: 200 }]);
  },
);

test.each(["listCurrentOrgUsers", "listPartnerUsers"] as const)(
  "Prism finds no violation in an empty list of %s",
  async (id) => {
    for (const user of sandbox.snapshot().organizations[0]!.users) {
      const { target, ...request } = validRequest("deletePartnerUser", sandbox);
      await send(served.url, { ...request, target: target.replace(USER, user.id) });
    }
    const response = await send(proxy, validRequest(id, sandbox));
    expect(outcomeOf(response).violations).toEqual([]);
    expect(await response.json()).toEqual({ data: null });
  },
);

test.each(OPERATION_IDS.filter((id) => FACTS[id].template.includes("{id}")))(
  "Prism finds no violation in the sandbox's 404 of %s for an id that does not exist",
  async (id) => {
    const request = validRequest(id, sandbox);
    const response = await send(proxy, {
      ...request,
      target: request.target.replace((FACTS[id] as OperationFacts).args[0] as string, UNKNOWN),
    });
    expect(outcomeOf(response)).toEqual({ status: 404, violations: [] });
  },
);

const errors = OPERATION_IDS.flatMap((id) => documentedStatuses(id).filter((status) => status !== 200).map((status) => ({ id, status }))); // prettier-ignore

test.each(errors)("Prism finds no violation in the sandbox's $status for $id", async ({ id, status }) => {
  sandbox.fail({ operation: id, status, times: 1 });
  const response = await send(proxy, validRequest(id, sandbox));
  expect(outcomeOf(response)).toEqual({ status, violations: [] });
  expect(sandbox.requests).toMatchObject([{ operation: id, status }]);
});

test.each(invalidRequests(sandbox))(
  "Prism does not forward a request of $id with $what",
  async ({ request, unauthorized }) => {
    const response = await send(proxy, request);
    expect(response.status).toBe(unauthorized ? 401 : 422);
    expect(sandbox.requests).toEqual([]);
  },
);

const forwarded = invalidRequests(sandbox).filter(({ unauthorized }) => !unauthorized);

test.each(forwarded)(
  "the sandbox refuses $what in $id, with a response in which Prism finds no violation",
  async ({ id, request }) => {
    const response = await send(lenientProxy, request);
    expect(outcomeOf(response).violations).toEqual([]);
    expect(sandbox.requests).toMatchObject([{ operation: id, status: response.status }]);
    expect([400, 404, 422]).toContain(response.status);
  },
);

const unauthorizedRequests = invalidRequests(sandbox).filter(({ unauthorized }) => unauthorized);

test.each(unauthorizedRequests)("the sandbox refuses $what in $id, as Prism does", async ({ request }) => {
  expect((await send(served.url, request)).status).toBe(401);
});

test.each([
  ["a wrong field", { data: { id: 1 } }, "Response body property data.id must be string"],
  ["no envelope", [], "Response body must be object"],
])("Prism reports a response with %s", async (_what, body, message) => {
  sandbox.fail({ operation: "getPartnerUser", body });
  const response = await send(proxy, validRequest("getPartnerUser", sandbox));
  expect(outcomeOf(response).violations.map((violation) => violation.message)).toContain(message);
});

test("Prism reports a status that the spec does not document", async () => {
  sandbox.fail({ operation: "listPartnerUsers", status: 418 });
  const response = await send(proxy, validRequest("listPartnerUsers", sandbox));
  expect(outcomeOf(response).violations).toMatchObject([
    { message: expect.stringContaining("Unable to match the returned status code") },
  ]);
});
