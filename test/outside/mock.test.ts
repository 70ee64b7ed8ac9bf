/** The spec, as Prism mocks it. */
import { Polytomic } from "../../dist/index.js";
import { expect, test } from "vitest";
import { violations } from "../sandbox/contract/exchange.ts";
import { callOperation, DATA, ERROR_NAMES, FACTS, OPERATION_IDS, ORGANIZATION } from "../facts.ts";
import { startPrism, outcomeOf } from "./prism.ts";
import { documentedStatuses, invalidRequests, requestsByKey, send, validRequest } from "./requests.ts";

const KEYS = { apiKey: "an-api-key", partnerKey: "a-partner-key" };
const mock = await startPrism("mock");

type Caller = Parameters<typeof callOperation>[1];

/** The built client, which the compiler distinguishes from the one in src/. */
const client = new Polytomic({ partnerKey: KEYS.partnerKey, organizationId: ORGANIZATION, baseUrl: mock, maxRetries: 0 }) as unknown as Caller; // prettier-ignore

test.each(requestsByKey(KEYS))(
  "the mock of $id accepts a valid request with $what, and its response matches the spec",
  async ({ request }) => {
    const response = await send(mock, request);
    expect(outcomeOf(response)).toEqual({ status: 200, violations: [] });
    const { status, headers } = response;
    const { method, target } = request;
    const exchange = {
      method,
      url: mock + target,
      requestHeaders: new Headers(request.headers),
      requestBody: request.body ?? "",
    };
    expect(violations({ ...exchange, status, headers, body: await response.text() })).toEqual([]);
  },
);

test.each(OPERATION_IDS)(
  "the client's method of %s returns what Prism mocks from the examples of the spec",
  async (id) => {
    const result = await callOperation(id, client);
    const expected = DATA[FACTS[id].data];
    expect(Array.isArray(result)).toBe(Array.isArray(expected));
    const [one, ofFacts] = [result, expected].map((data) => [data].flat()[0] as object);
    expect(Object.keys(one!)).toEqual(expect.arrayContaining(Object.keys(ofFacts!)));
  },
);

test.each(invalidRequests(KEYS))("the mock of $id refuses $what", async ({ request, unauthorized }) => {
  const response = await send(mock, request);
  expect(response.status).toBe(unauthorized ? 401 : 422);
  expect(outcomeOf(response).violations).toContainEqual(expect.objectContaining({ severity: "Error" }));
});

const errors = OPERATION_IDS.flatMap((id) => documentedStatuses(id).filter((status) => status !== 200).map((status) => ({ id, status }))); // prettier-ignore

test.each(errors)("a mocked $status of $id becomes the error of that status", async ({ id, status }) => {
  const result = await callOperation(id, client, { headers: { prefer: `code=${status}` } }).result();
  const name = ERROR_NAMES[status] ?? "ServerError";
  expect(result).toMatchObject({
    ok: false,
    error: { name, status, operation: { id }, body: { key: expect.any(String) } },
  });
});

test.each(OPERATION_IDS)("%s has no mock for a status that the spec does not document", async (id) => {
  const request = validRequest(id, KEYS);
  const response = await send(mock, { ...request, headers: { ...request.headers, prefer: "code=418" } });
  expect(await response.json()).toMatchObject({ type: expect.stringMatching(/#NOT_FOUND$/) });
});

test("a mocked list that is `null` becomes an empty list", async () => {
  const users = await callOperation("listPartnerUsers", client, { headers: { prefer: "example=noUsers" } });
  expect(users).toEqual([]);
});
