import { describe, expectTypeOf, test } from "vitest";
import { Polytomic, type ApiKey, type components, type User } from "../../src/index.ts";

const polytomic = new Polytomic({ apiKey: "a-key" });
const org_id = "248df4b7-aa70-47b8-a036-33ac447e668d";
const id = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";

describe("request() takes what the spec has, and nothing else", () => {
  test("a generated path with its method gives the body as the spec has it", () => {
    expectTypeOf(
      polytomic.request("get", "/api/organizations/{org_id}/users", { params: { path: { org_id } } }),
    ).resolves.toEqualTypeOf<components["schemas"]["UserListEnvelope"]>();
    expectTypeOf(polytomic.request("get", "/api/organization/users")).resolves.toEqualTypeOf<
      components["schemas"]["UserListEnvelope"]
    >();
    expectTypeOf(
      polytomic.request("post", "/api/organizations/{org_id}/users/{id}/keys", {
        params: { path: { org_id, id }, query: { force: true } },
      }),
    ).resolves.toEqualTypeOf<components["schemas"]["ApiKeyEnvelope"]>();
  });

  test("a path that is not in the spec is an error", () => {
    // @ts-expect-error -- the family is called organizations
    void polytomic.request("get", "/api/organisations/{org_id}/users", { params: { path: { org_id } } });
  });

  test("a method that the path does not have is an error", () => {
    // @ts-expect-error -- a collection cannot be deleted
    void polytomic.request("delete", "/api/organization/users");
    // @ts-expect-error -- the update is a PUT
    void polytomic.request("patch", "/api/organization/users/{id}", { params: { path: { id } }, body: {} });
  });

  test("ids and bodies that the spec demands cannot be left out", () => {
    // @ts-expect-error -- no ids
    void polytomic.request("get", "/api/organizations/{org_id}/users");
    // @ts-expect-error -- no user id
    void polytomic.request("get", "/api/organizations/{org_id}/users/{id}", { params: { path: { org_id } } });
    // @ts-expect-error -- no body
    void polytomic.request("post", "/api/organization/users");
    // @ts-expect-error -- no body, although everything in it is optional
    void polytomic.request("put", "/api/organization/users/{id}", { params: { path: { id } } });
    // @ts-expect-error -- no email
    void polytomic.request("post", "/api/organization/users", { body: { role: "admin" } });
  });

  test("bodies, ids and query parameters have the types of the spec", () => {
    // @ts-expect-error -- an address is a string
    void polytomic.request("post", "/api/organization/users", { body: { email: 1 } });
    // @ts-expect-error -- roleIds is not a field
    void polytomic.request("post", "/api/organization/users", { body: { email: "a@b.c", roleIds: [] } });
    // @ts-expect-error -- a GET has no body
    void polytomic.request("get", "/api/organization/users", { body: {} });
    void polytomic.request("post", "/api/organizations/{org_id}/users/{id}/keys", {
      // @ts-expect-error -- force is a boolean
      params: { path: { org_id, id }, query: { force: "yes" } },
    });
  });
});

describe("options", () => {
  test("a misspelt option is an error", () => {
    // @ts-expect-error -- apiKey
    void new Polytomic({ apikey: "a-key" });
    // @ts-expect-error -- signal
    void polytomic.users.list({ singal: AbortSignal.abort() });
    // @ts-expect-error -- headers
    void polytomic.request("get", "/api/organization/users", { header: {} });
  });

  test("version and authorization headers are never demanded, and have no place among the params", () => {
    void polytomic.request("get", "/api/organization/users", {});
    // @ts-expect-error -- `version` is the option for this
    void polytomic.request("get", "/api/organization/users", { params: { header: { "X-Polytomic-Version": "x" } } });
  });
});

describe("the methods", () => {
  const acme = polytomic.organization(org_id);

  test("give what is inside the envelope", () => {
    expectTypeOf(acme.users.list()).resolves.toEqualTypeOf<User[]>();
    expectTypeOf(acme.users.get(id)).resolves.toEqualTypeOf<User>();
    expectTypeOf(acme.users.createApiKey(id, { force: true })).resolves.toEqualTypeOf<ApiKey>();
    expectTypeOf(polytomic.users.delete(id)).resolves.toEqualTypeOf<User>();
    expectTypeOf(polytomic.users.list().withResponse()).resolves.toHaveProperty("data").toEqualTypeOf<User[]>();
  });

  test("the partner update demands the e-mail address, the other one does not take it", () => {
    // @ts-expect-error -- no email
    void acme.users.update(id, { role: "admin" });
    void acme.users.update(id, { email: "jane.doe@acmecorp.com", role: "admin" });
    void polytomic.users.update(id, { role: "admin" });
    // @ts-expect-error -- not a field of this update
    void polytomic.users.update(id, { email: "jane.doe@acmecorp.com" });
  });

  test("only the partner side mints keys", () => {
    // @ts-expect-error -- no such method
    void polytomic.users.createApiKey(id);
  });

  test("a call can stand where a promise is wanted", () => {
    const users: Promise<User[]> = acme.users.list();
    expectTypeOf(Promise.all([users, acme.users.get(id)])).resolves.toEqualTypeOf<[User[], User]>();
  });
});
