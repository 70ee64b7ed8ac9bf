import { describe, expectTypeOf, test } from "vitest";
import type { ApiCall, MismatchedOperations } from "../../src/call.ts";
import {
  Polytomic,
  type CurrentOrganizationUser,
  type operations,
  type OrganizationData,
  type Role,
  type User,
} from "../../src/index.ts";
import type { Data, ErrorOf, ResponseBody } from "../../src/operations.ts";
import { ORGANIZATION as org_id, USER as id } from "../facts.ts";

const polytomic = new Polytomic({ apiKey: "a-key" });

describe("request()", () => {
  test("request() returns the body of the operation with its envelope", () => {
    expectTypeOf(
      polytomic.request("get", "/api/organizations/{org_id}/users", { params: { path: { org_id } } }),
    ).resolves.toEqualTypeOf<ResponseBody<operations["listPartnerUsers"]>>();
    expectTypeOf(polytomic.request("get", "/api/organization/users")).resolves.toEqualTypeOf<
      ResponseBody<operations["listCurrentOrgUsers"]>
    >();
    expectTypeOf(
      polytomic.request("post", "/api/organizations/{org_id}/users/{id}/keys", {
        params: { path: { org_id, id }, query: { force: true } },
      }),
    ).resolves.toEqualTypeOf<ResponseBody<operations["createPartnerUserApiKey"]>>();
  });

  test("request() with a path that is not in the spec does not compile", () => {
    // @ts-expect-error -- the spec spells it organizations
    void polytomic.request("get", "/api/organisations/{org_id}/users", { params: { path: { org_id } } });
  });

  test("request() with a method that the path does not have does not compile", () => {
    // @ts-expect-error -- a collection cannot be deleted
    void polytomic.request("delete", "/api/organization/users");
    // @ts-expect-error -- the update is a PUT
    void polytomic.request("patch", "/api/organization/users/{id}", { params: { path: { id } }, body: {} });
  });

  test("request() without a required id or body does not compile", () => {
    // @ts-expect-error -- no ids
    void polytomic.request("get", "/api/organizations/{org_id}/users");
    // @ts-expect-error -- no user id
    void polytomic.request("get", "/api/organizations/{org_id}/users/{id}", { params: { path: { org_id } } });
    // @ts-expect-error -- no body
    void polytomic.request("post", "/api/organization/users");
    // @ts-expect-error -- no body, although all its fields are optional
    void polytomic.request("put", "/api/organization/users/{id}", { params: { path: { id } } });
    // @ts-expect-error -- no email
    void polytomic.request("post", "/api/organization/users", { body: { role: "admin" } });
  });

  test("request() with a body or a query parameter of the wrong type does not compile", () => {
    // @ts-expect-error -- an email address is a string
    void polytomic.request("post", "/api/organization/users", { body: { email: 1 } });
    // @ts-expect-error -- it is spelt role_ids
    void polytomic.request("post", "/api/organization/users", { body: { email: "a@b.c", roleIds: [] } });
    // @ts-expect-error -- a GET has no body
    void polytomic.request("get", "/api/organization/users", { body: {} });
    void polytomic.request("post", "/api/organizations/{org_id}/users/{id}/keys", {
      // @ts-expect-error -- force is a boolean
      params: { path: { org_id, id }, query: { force: "yes" } },
    });
  });
});

describe("untypedRequest()", () => {
  test("untypedRequest() takes any path, query and body, and returns unknown", () => {
    const path = "/api/new-thing" as string;
    expectTypeOf(polytomic.untypedRequest("get", path)).resolves.toBeUnknown();
    const query = { text: "a", number: 1, flag: true, list: ["a", 1] as const, none: undefined };
    void polytomic.untypedRequest("get", path, { query, timeout: 5_000 });
    interface Thing {
      readonly name: string;
    }
    const body: Thing = { name: "x" };
    void polytomic.untypedRequest("patch", path, { body, idempotencyKey: "12345678" });
    void polytomic.untypedRequest("post", path, { body: [1], idempotencyKey: "12345678" });
    void polytomic.untypedRequest("delete", path, { body });
  });

  test("untypedRequest() with a method or an option that it does not have does not compile", () => {
    // @ts-expect-error -- a HEAD has no JSON
    void polytomic.untypedRequest("head", "/api");
    // @ts-expect-error -- in lower case
    void polytomic.untypedRequest("GET", "/api");
    // @ts-expect-error -- a GET has no body
    void polytomic.untypedRequest("get", "/api", { body: {} });
    // @ts-expect-error -- a PUT has no idempotency key
    void polytomic.untypedRequest("put", "/api", { idempotencyKey: "12345678" });
    // @ts-expect-error -- it is `query`
    void polytomic.untypedRequest("get", "/api", { params: {} });
    // @ts-expect-error -- not a plain value
    void polytomic.untypedRequest("get", "/api", { query: { a: {} } });
    // @ts-expect-error -- not an object or a list
    void polytomic.untypedRequest("post", "/api", { body: "text" });
  });
});

describe("options", () => {
  test("the base URL can be a string or a URL", () => {
    void (() => new Polytomic({ apiKey: "a", baseUrl: "https://example.com", allowInsecureConnection: true }));
    void (() => new Polytomic({ apiKey: "a", baseUrl: new URL("https://example.com") }));
  });

  test("a misspelt option does not compile", () => {
    // @ts-expect-error -- it is spelt apiKey
    void new Polytomic({ apikey: "a-key" });
    // @ts-expect-error -- it is spelt signal
    void polytomic.users.list({ singal: AbortSignal.abort() });
    // @ts-expect-error -- it is spelt headers
    void polytomic.request("get", "/api/organization/users", { header: {} });
  });

  test("request() does not require the headers that the client sets, and does not accept them as parameters", () => {
    void polytomic.request("get", "/api/organization/users", {});
    // @ts-expect-error -- use the `version` option
    void polytomic.request("get", "/api/organization/users", { params: { header: { "X-Polytomic-Version": "x" } } });
  });
});

test("an operation whose method is missing or returns other data is named", () => {
  type Operations = { list: "listPartnerUsers" };
  type Named<Methods> = MismatchedOperations<Methods, Operations>["list"];
  expectTypeOf<Named<{ list: () => ApiCall<Data<operations["listPartnerUsers"]>> }>>().toBeNever();
  expectTypeOf<Named<{ list: () => ApiCall<object[]> }>>().toEqualTypeOf<"listPartnerUsers">();
  expectTypeOf<Named<object>>().toEqualTypeOf<"listPartnerUsers">();
});

describe("what cannot work does not compile", () => {
  const { users } = polytomic.organization(org_id);
  const email = "ada@acmecorp.com";

  test("two kinds of key, or an organization id with an API key, do not compile", () => {
    // @ts-expect-error -- two kinds of key
    void (() => new Polytomic({ apiKey: "a", partnerKey: "p" }));
    // @ts-expect-error -- an API key already belongs to an organization
    void (() => new Polytomic({ apiKey: "a", organizationId: org_id }));
    void (() => new Polytomic({ partnerKey: "p", organizationId: org_id }));
    void (() => new Polytomic({ organizationId: org_id })); // with a partner key in the environment
  });

  test("an idempotency key on anything but a POST does not compile", () => {
    const options = { idempotencyKey: "12345678" };
    void (() => users.create({ email }, options));
    void (() => users.createApiKey(id, {}, options));
    // @ts-expect-error -- a GET
    void (() => users.list(options));
    // @ts-expect-error -- a PUT
    void (() => users.update(id, { email }, options));
    // @ts-expect-error -- a DELETE
    void (() => users.delete(id, options));
    // @ts-expect-error -- a GET
    void (() => polytomic.request("get", "/api/organization/users", options));
    void (() => polytomic.request("post", "/api/organization/users", { body: { email }, ...options }));
  });

  test("`role` together with `role_ids` does not compile", () => {
    // @ts-expect-error -- the API accepts one of the two
    void (() => users.create({ email, role: "admin", role_ids: [id] }));
    // @ts-expect-error -- the API accepts one of the two
    void (() => polytomic.users.update(id, { role: "admin", role_ids: [id] }));
  });

  test("request() with a method that is a union does not compile without the body that one of them needs", () => {
    const method = "get" as "get" | "post";
    // @ts-expect-error -- a POST needs a body
    void (() => polytomic.request(method, "/api/organization/users"));
    // @ts-expect-error -- a POST needs a body
    void (() => polytomic.request(method, "/api/organization/users", {}));
  });
});

describe("what is harmless compiles", () => {
  const { users } = polytomic.organization(org_id);
  const email = "ada@acmecorp.com";

  test("a list of roles can be read-only", () => {
    const role_ids: readonly string[] = [id];
    void (() => users.create({ email, role_ids }));
    void (() => users.create({ email, role_ids: [id] } as const));
    void (() => polytomic.request("post", "/api/organization/users", { body: { email, role_ids } }));
  });

  test("optional fields and options can be undefined", () => {
    const nothing = undefined;
    void (() =>
      users.create({ email, role_ids: nothing, role: nothing }, { idempotencyKey: nothing, signal: nothing }));
    void (() => users.createApiKey(id, { force: nothing }));
    void (() => new Polytomic({ apiKey: nothing, partnerKey: "p", organizationId: nothing, fetch: nothing }));
  });

  test("a function like fetch can be passed, with or without an own `init`", () => {
    void (() => new Polytomic({ fetch }));
    void (() => new Polytomic({ fetch: (url, init) => fetch(url, { ...init, keepalive: true }) }));
    void (() => new Polytomic({ fetch: async () => Response.json({ data: [] }) }));
  });
});

describe("the methods", () => {
  const acme = polytomic.organization(org_id);

  test("a method returns the content of the envelope", () => {
    expectTypeOf(acme.users.list()).resolves.toEqualTypeOf<Data<operations["listPartnerUsers"]>>();
    expectTypeOf(acme.users.get(id)).resolves.toEqualTypeOf<Data<operations["getPartnerUser"]>>();
    expectTypeOf(acme.users.createApiKey(id)).resolves.toEqualTypeOf<Data<operations["createPartnerUserApiKey"]>>();
    expectTypeOf(polytomic.users.delete(id)).resolves.toEqualTypeOf<Data<operations["deleteCurrentOrgUser"]>>();
  });

  test("withResponse() returns what awaiting the call returns, as `data`", () => {
    const call = acme.users.list();
    expectTypeOf(call.withResponse()).resolves.toHaveProperty("data").toEqualTypeOf<Awaited<typeof call>>();
  });

  test("the list and the get of the own organization return users that are assignable to `User`", () => {
    expectTypeOf(polytomic.users.list()).resolves.toEqualTypeOf<CurrentOrganizationUser[]>();
    expectTypeOf(polytomic.users.get(id)).resolves.toEqualTypeOf<CurrentOrganizationUser>();
    expectTypeOf<CurrentOrganizationUser>().toExtend<User>();
  });

  test("a method that finds an item returns it or undefined, with the errors of the list", () => {
    expectTypeOf(acme.users.findByEmail("")).resolves.toEqualTypeOf<User | undefined>();
    expectTypeOf(polytomic.users.findByEmail("")).resolves.toEqualTypeOf<CurrentOrganizationUser | undefined>();
    expectTypeOf(acme.roles.findByName("")).toEqualTypeOf<
      ApiCall<Role | undefined, ErrorOf<operations["listRoles"]>>
    >();
    expectTypeOf(polytomic.roles).toEqualTypeOf(acme.roles);
    // @ts-expect-error -- an address, not a user
    void (() => acme.users.findByEmail({ email: "jane.doe@acmecorp.com" }));
  });

  test("a new organization needs a name, and can have an idempotency key", () => {
    const idempotencyKey = "12345678";
    void (() => polytomic.organizations.create({ name: "Globex", issuer: undefined }, { idempotencyKey }));
    // @ts-expect-error -- no name
    void (() => polytomic.organizations.create({ client_secret: "a-secret" }));
    // @ts-expect-error -- it is spelt sso_domain
    void (() => polytomic.organizations.create({ name: "Globex", ssoDomain: "globex.example" }));
    expectTypeOf(polytomic.organizations.get(org_id)).resolves.toEqualTypeOf<OrganizationData>();
  });

  test("an update requires the email address in a customer organization, and does not accept it in the own organization", () => {
    // @ts-expect-error -- no email
    void acme.users.update(id, { role: "admin" });
    void acme.users.update(id, { email: "jane.doe@acmecorp.com", role: "admin" });
    void polytomic.users.update(id, { role: "admin" });
    // @ts-expect-error -- this update has no such field
    void polytomic.users.update(id, { email: "jane.doe@acmecorp.com" });
  });

  test("only the users of a customer organization have createApiKey", () => {
    // @ts-expect-error -- no such method
    void polytomic.users.createApiKey(id);
  });

  test("the users of a customer organization are not assignable to the own users, whose update needs no email", () => {
    // @ts-expect-error -- update() would be called without the required `email`
    const own: Polytomic["users"] = acme.users;
    void own;
  });

  test("a call is assignable to a promise", () => {
    const call = acme.users.list();
    const promise: Promise<Awaited<typeof call>> = call;
    expectTypeOf(Promise.all([promise, promise])).resolves.toEqualTypeOf<
      [Awaited<typeof call>, Awaited<typeof call>]
    >();
  });
});
