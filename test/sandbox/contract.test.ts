import { expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../src/testing/index.ts";
import { DATA, ORGANIZATION } from "../facts.ts";
import { checked, checkedFetch, takeViolations } from "./contract/checked.ts";
import { violations, type Exchange } from "./contract/exchange.ts";
import { createCompiler } from "../../scripts/spec/schemas.ts";

const JANE = DATA.user;
const USERS = `https://app.polytomic.com/api/organizations/${ORGANIZATION}/users`;

function exchange(change: Partial<Omit<Exchange, "body">> & { body?: unknown }): Exchange {
  const headers = new Headers({ "content-type": "application/json", "x-polytomic-version": "2025-09-18" });
  const defaults = { method: "GET", url: USERS, requestHeaders: new Headers(), requestBody: "", status: 200, headers };
  return { ...defaults, ...change, body: JSON.stringify(change.body ?? { data: [JANE] }) };
}

test("sandboxes in tests are wrapped, so that their exchanges are checked against the spec", () => {
  // A sandbox that is not wrapped does not inherit anything.
  expect(Object.getPrototypeOf(createSandbox())).toHaveProperty("partnerKey");
});

test("a violation of the spec is recorded until the end of the test", async () => {
  await checkedFetch(() => Promise.resolve(Response.json({ data: [{}] })))(USERS);
  expect(takeViolations().join("\n")).toContain("must have required property 'email'");
});

/** A sandbox that responds to every request with this response. */
function respondWith(response: () => Response): Sandbox {
  return checked(() => ({ ...createSandbox(), fetch: () => Promise.resolve(response()) }))();
}

const VERSION = { "x-polytomic-version": "2025-09-18" };

test("an injected status does not have to be in the spec, and the same status without `fail()` still has to be", async () => {
  const sandbox = createSandbox();
  sandbox.fail({ status: 418 });
  await sandbox.fetch(USERS, { headers: { authorization: `Bearer ${sandbox.partnerKey}`, ...VERSION } });
  expect(takeViolations()).toEqual([]);

  const broken = respondWith(() => Response.json({ message: "No." }, { status: 418, headers: VERSION }));
  broken.fail({ status: 418 });
  await broken.fetch(USERS);
  expect(takeViolations().join("\n")).toContain("an undeclared status");
});

test("the injected response that an idempotency key replays does not have to be in the spec", async () => {
  const sandbox = createSandbox();
  sandbox.fail({ status: 418 });
  const headers = { authorization: `Bearer ${sandbox.partnerKey}`, "idempotency-key": "12345678", ...VERSION };
  for (let count = 0; count < 2; count++) {
    expect((await sandbox.fetch(USERS, { method: "POST", body: "{}", headers })).status).toBe(418);
  }
  expect(takeViolations()).toEqual([]);
});

test("an injected body does not have to match the spec as often as it was injected, and then it has to", async () => {
  const sandbox = respondWith(() => Response.json({ data: [{}] }, { headers: VERSION }));
  sandbox.fail({ body: { data: [{}] }, times: 2 });
  await sandbox.fetch(USERS);
  await sandbox.fetch(USERS);
  expect(takeViolations()).toEqual([]);
  await sandbox.fetch(USERS);
  expect(takeViolations().join("\n")).toContain("must have required property 'email'");
});

test("`reset()` ends the exemption of an injected body", async () => {
  const sandbox = respondWith(() => Response.json({ data: [{}] }, { headers: VERSION }));
  sandbox.fail({ body: { data: [{}] } });
  sandbox.reset();
  await sandbox.fetch(USERS);
  expect(takeViolations()).not.toEqual([]);
});

test.each([
  ["a list", exchange({})],
  ["an empty list", exchange({ body: { data: null } })],
  ["an error", exchange({ status: 403, body: { key: "forbidden", message: "No.", metadata: null, status: 403 } })],
  ["a status of a range such as 5XX", exchange({ status: 503, body: {} })],
])("the contract check accepts %s", (_what, valid) => {
  expect(violations(valid)).toEqual([]);
});

const LIST = {
  url: "https://app.polytomic.com/",
  body: { routes: [{ method: "GET", path: "/api/organization/users" }] },
};

test("the contract check accepts the list of routes at `/`, although the spec does not have it", () => {
  expect(violations(exchange(LIST))).toEqual([]);
});

test("the contract check looks inside the envelope of the oldest version", () => {
  const headers = new Headers({ "content-type": "application/json", "x-polytomic-version": "2021-05-23" });
  expect(violations(exchange({ headers, body: { error: null, result: [JANE] } }))).toEqual([]);
  expect(violations(exchange({ headers, body: { error: null, result: [{ id: 1 }] } }))).not.toEqual([]);
});

type Invalid = [what: string, change: Parameters<typeof exchange>[0], violation: string];
const { email: _email, ...withoutEmail } = JANE;
const created = { method: "POST", body: { data: JANE } };

test.each<Invalid>([
  ["with an undeclared status", { status: 418, body: {} }, "an undeclared status"],
  ["with an undeclared property", { body: { data: [{ ...JANE, name: "Jane" }] } }, "name"],
  ["with an undeclared property in its envelope", { body: { data: [], error: null } }, "error"],
  ["without a required property", { body: { data: [withoutEmail] } }, "email"],
  ["without its envelope", { body: [JANE] }, "must be object"],
  ["with an id that is not a UUID", { body: { data: [{ ...JANE, id: "jane" }] } }, "uuid"],
  ["with HTML", { headers: new Headers({ "content-type": "text/html" }) }, "content type"],
  ["without a version", { headers: new Headers({ "content-type": "application/json" }) }, "X-Polytomic-Version"],
  [
    "that lists an undeclared route",
    { ...LIST, body: { routes: [{ method: "GET", path: "/api/roles" }] } },
    "an undeclared route in the list, GET /api/roles",
  ],
  ["of an undeclared route", { url: USERS.replace("users", "roles") }, "an undeclared route"],
])("the contract check rejects a response %s", (_what, change, violation) => {
  expect(violations(exchange(change)).join("\n")).toContain(violation);
});

test.each<Invalid>([
  ["without a required property", { ...created, requestBody: "{}" }, "email"],
  ["with an undeclared property", { ...created, requestBody: '{"email":"a@b.example","name":"A"}' }, "name"],
  ["with an empty list of roles", { ...created, requestBody: '{"email":"a@b.example","role_ids":[]}' }, "fewer than 1"],
  ["with an undeclared query parameter", { url: `${USERS}?page=2` }, "page"],
  ["with an id that is not a UUID", { url: USERS.replace(ORGANIZATION, "acme") }, "uuid"],
  [
    "with a malformed idempotency key",
    {
      ...created,
      requestBody: '{"email":"a@b.example"}',
      requestHeaders: new Headers({ "idempotency-key": "short" }),
    },
    "Idempotency-Key",
  ],
])("the contract check rejects the success of a request %s", (_what, change, violation) => {
  expect(violations(exchange(change)).join("\n")).toContain(violation);
});

test("the contract check accepts the error for an invalid request", () => {
  const body = { key: "unprocessable_entity", message: "No.", metadata: null, status: 422 };
  expect(violations(exchange({ method: "POST", requestBody: "{}", status: 422, body }))).toEqual([]);
});

test("the contract check accepts the declared properties at every depth, and rejects any other", () => {
  const owner = { type: "object", properties: { name: { type: "string" } } };
  const key = {
    type: "object",
    required: ["id"],
    properties: { id: { type: "string" }, owners: { type: "array", items: owner } },
  };
  const validate = createCompiler()(key);
  expect(validate({ id: "a", owners: [{ name: "c" }] })).toBe(true);
  expect(validate({ owners: [] })).toBe(false);
  expect(validate({ id: "a", name: "c" })).toBe(false);
  expect(validate({ id: "a", owners: [{ name: "c", age: 1 }] })).toBe(false);
});
