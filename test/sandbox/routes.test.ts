import { expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { findRoute } from "../../src/testing/routes.ts";
import { FACTS, ORGANIZATION } from "../facts.ts";
import { send, VERSION } from "./send.ts";

const ROOT = "https://sandbox.example/";
const UPDATE = "/api/organizations/{org_id}/users/{id}";

const sandbox = createSandbox();

interface List {
  readonly note: string;
  readonly routes: { readonly method: string; readonly path: string; readonly operation: string }[];
}

async function listRoutes(version = VERSION): Promise<List> {
  const response = await sandbox.fetch(ROOT, { headers: { "x-polytomic-version": version } });
  return (await response.json()) as List;
}

test("GET / lists method, path and operation of every route, without a key", async () => {
  const expected = Object.entries(FACTS).map(([operation, { method, template }]) => {
    return { method, path: template, operation };
  });
  const { note, routes } = await listRoutes();
  expect(note).toMatch(/^A sandbox of the Polytomic Users API, .* not part of the API\.$/);
  expect(routes).toHaveLength(expected.length);
  expect(routes).toEqual(expect.arrayContaining(expected));
});

test.each([
  [VERSION, ["PUT"]],
  ["2023-04-25", ["PATCH"]],
  ["2021-05-23", ["PUT", "PATCH"]],
])("in version %s, GET / lists the partner update as %j", async (version, methods) => {
  const { note, routes } = await listRoutes(version);
  const updates = routes.filter(({ operation }) => operation === "updatePartnerUser");
  expect(updates).toEqual(methods.map((method) => ({ method, path: UPDATE, operation: "updatePartnerUser" })));
  expect(note).toContain(`the routes of version ${version}`);
});

test("GET / without a version lists the routes of the default version, as indented JSON for browsers", async () => {
  const response = await sandbox.fetch(ROOT, { headers: { accept: "text/html" } });
  const { status, headers } = response;
  expect([status, headers.get("content-type"), headers.get("x-polytomic-version")]).toEqual([
    200,
    "application/json",
    VERSION,
  ]);
  expect(await response.text()).toContain('\n  "routes": [\n');
});

test("GET / takes no fault and does not count towards the rate limit", async () => {
  sandbox.rateLimit({ requests: 0, per: 60_000 });
  sandbox.fail({ status: 503 });
  expect((await sandbox.fetch(ROOT)).status).toBe(200);
  expect(sandbox.faults).toHaveLength(1);
  sandbox.reset();
});

async function namedRoutes(version: string): Promise<string[]> {
  const { status, body } = await send(sandbox, "GET /api/users", { version });
  const [, routes = ""] = /^Route not found\. The routes are (.+)\.$/.exec(body["message"] as string) ?? [];
  expect(status).toBe(404);
  return routes.split("; ");
}

test("the 404 of an unknown route names each path of the version once, with its methods", async () => {
  const facts = Object.values(FACTS);
  const methodsOf = (path: string): string[] =>
    facts.filter(({ template }) => template === path).map(({ method }) => method);
  const paths = [...new Set(facts.map(({ template }) => template))];
  expect((await namedRoutes(VERSION)).toSorted()).toEqual(
    paths.map((path) => `${methodsOf(path).join(", ")} ${path}`).toSorted(),
  );
  expect(await namedRoutes("2022-12-12")).toContain(`GET, DELETE, PATCH ${UPDATE}`);
});

const LIST = `/api/organizations/${ORGANIZATION}/users`;

test.each([LIST, LIST.replace("users", "%75sers"), LIST.replace("248d", "%32%34%38d")])(
  "%s is the path of a list of users, however it is encoded",
  (path) => {
    const pathParameters = { org_id: ORGANIZATION };
    expect(findRoute("GET", path)).toMatchObject({ operation: "listPartnerUsers", path: LIST, pathParameters });
  },
);

test.each([
  ["a trailing slash", `GET ${LIST}/`],
  ["two slashes", `GET ${LIST.replace("/users", "//users")}`],
  ["no organization", "GET /api/organizations//users"],
  ["another letter case", `GET ${LIST.replace("users", "Users")}`],
  ["a segment that is encoded twice", `GET ${LIST.replace("users", "%2575sers")}`],
  ["an unknown segment", "GET /api/organisation/users"],
  ["another method", `DELETE ${LIST}`],
  ["OPTIONS", `OPTIONS ${LIST}`],
])("a request with %s gets a 404 whose message lists the routes", async (_what, request) => {
  const { status, body } = await send(sandbox, request);
  expect([status, body["message"]]).toEqual([404, expect.stringMatching(/^Route not found\. /)]);
});

test("an encoded slash is part of an id, which is then malformed", async () => {
  const { body } = await send(sandbox, `GET ${LIST.replace("/users", "%2Fusers")}`);
  expect(body).toMatchObject({ status: 404, message: "Organization not found." });
});

test.each([`${LIST}/%zz`, `${LIST}/%E0%A4%A`, `${LIST}/a%2Fb`])("%s has the route of a malformed id", async (path) => {
  expect((await send(sandbox, `GET ${path}`)).body).toMatchObject({ status: 404, message: "User not found." });
});

test.each([LIST, "/"])("HEAD %s has the status and headers of GET, without its body", async (path) => {
  const init = { headers: { authorization: `Bearer ${sandbox.partnerKey}`, "x-polytomic-version": VERSION } };
  const get = await sandbox.fetch(new URL(path, ROOT), init);
  const head = await sandbox.fetch(new URL(path, ROOT), { method: "HEAD", ...init });
  expect([head.status, [...head.headers]]).toEqual([get.status, [...get.headers]]);
  expect(await head.text()).toBe("");
});

test.each(["POST", "DELETE"])("%s / gets a 404", async (method) => {
  expect((await sandbox.fetch(ROOT, { method })).status).toBe(404);
});
