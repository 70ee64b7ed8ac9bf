import { describe, expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { checkedFetch, takeViolations } from "./contract/checked.ts";
import { violations, type Exchange } from "./contract/exchange.ts";

const JANE = {
  email: "jane.doe@acmecorp.com",
  id: "a3f1c2d4-5b6e-7f89-0123-456789abcdef",
  organization_id: "248df4b7-aa70-47b8-a036-33ac447e668d",
  role_ids: ["d9f8e7c6-b5a4-3210-9fed-cba987654321"],
  role: "admin",
};
const USERS = `https://app.polytomic.com/api/organizations/${JANE.organization_id}/users`;

function exchange(change: Partial<Omit<Exchange, "body">> & { body?: unknown }): Exchange {
  const headers = new Headers({ "content-type": "application/json", "x-polytomic-version": "2025-09-18" });
  const usual = { method: "GET", url: USERS, requestHeaders: new Headers(), requestBody: "", status: 200, headers };
  return { ...usual, ...change, body: JSON.stringify(change.body ?? { data: [JANE] }) };
}

describe("in every test file", () => {
  test("a sandbox is one whose exchanges are held against the spec", () => {
    // A sandbox as it is made has nothing that it inherits.
    expect(Object.getPrototypeOf(createSandbox())).toHaveProperty("partnerKey");
  });

  test("a violation is remembered until the end of the test", async () => {
    await checkedFetch(() => Promise.resolve(Response.json({ data: [{}] })))(USERS);
    expect(takeViolations().join("\n")).toContain("must have required property 'email'");
  });
});

describe("an exchange that is as the spec has it passes", () => {
  test.each([
    ["a list", exchange({})],
    ["an empty list", exchange({ body: { data: null } })],
    ["an error", exchange({ status: 403, body: { key: "forbidden", message: "No.", metadata: null, status: 403 } })],
    ["a status of a range", exchange({ status: 503, body: {} })],
  ])("%s", (_what, passing) => {
    expect(violations(passing)).toEqual([]);
  });

  test("an answer of the oldest version is judged by what is in its envelope", () => {
    const headers = new Headers({ "content-type": "application/json", "x-polytomic-version": "2021-05-23" });
    expect(violations(exchange({ headers, body: { error: null, result: [JANE] } }))).toEqual([]);
    expect(violations(exchange({ headers, body: { error: null, result: [{ id: 1 }] } }))).not.toEqual([]);
  });
});

describe("an answer fails", () => {
  const { email: _email, ...nameless } = JANE;
  test.each([
    ["with an undeclared status", { status: 422, body: {} }, "an undeclared status"],
    ["with an undeclared property", { body: { data: [{ ...JANE, name: "Jane" }] } }, "name"],
    ["with an undeclared property of the envelope", { body: { data: [], error: null } }, "error"],
    ["without a required property", { body: { data: [nameless] } }, "email"],
    ["without its envelope", { body: [JANE] }, "must be object"],
    ["with an id that is no UUID", { body: { data: [{ ...JANE, id: "jane" }] } }, "uuid"],
    ["as HTML", { headers: new Headers({ "content-type": "text/html" }) }, "content type"],
    ["without a version", { headers: new Headers({ "content-type": "application/json" }) }, "X-Polytomic-Version"],
    ["from a route that the spec does not have", { url: USERS.replace("users", "roles") }, "an undeclared route"],
  ] satisfies [string, Parameters<typeof exchange>[0], string][])("%s", (_what, change, said) => {
    expect(violations(exchange(change)).join("\n")).toContain(said);
  });
});

describe("a request that was accepted fails", () => {
  const created = { method: "POST", body: { data: JANE } };
  test.each([
    ["without a required property", { ...created, requestBody: "{}" }, "email"],
    ["with an undeclared property", { ...created, requestBody: '{"email":"a@b.example","name":"A"}' }, "name"],
    [
      "with an empty list of roles",
      { ...created, requestBody: '{"email":"a@b.example","role_ids":[]}' },
      "fewer than 1",
    ],
    ["with an undeclared query parameter", { url: `${USERS}?page=2` }, "page"],
    ["with an id that is no UUID", { url: USERS.replace(JANE.organization_id, "acme") }, "uuid"],
    [
      "with an idempotency key of a wrong form",
      {
        ...created,
        requestBody: '{"email":"a@b.example"}',
        requestHeaders: new Headers({ "idempotency-key": "short" }),
      },
      "Idempotency-Key",
    ],
  ] satisfies [string, Parameters<typeof exchange>[0], string][])("%s", (_what, change, said) => {
    expect(violations(exchange(change)).join("\n")).toContain(said);
  });

  test("and passes when it was refused", () => {
    const body = { key: "unprocessable_entity", message: "No.", metadata: null, status: 422 };
    expect(violations(exchange({ method: "POST", requestBody: "{}", status: 422, body }))).toEqual([]);
  });
});
