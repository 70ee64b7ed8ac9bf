import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { SpecNode } from "../../scripts/spec/pointer.ts";
import * as command from "../../scripts/spec/redocly.ts";
import { applyEdit, at, drop, json, on, schema, set, type Edit } from "./edits.ts";
import * as warm from "./warm-redocly.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SPEC = join(ROOT, "spec/openapi.yaml");
const FIXTURE = join(ROOT, "test/spec/fixture/openapi.yaml");

/** Returns the rules that a spec violates after an edit. */
async function violatedRules(edit: Edit, { redocly = warm.redocly, of = FIXTURE } = {}): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  const spec = join(folder, "openapi.yaml");
  await writeFile(spec, applyEdit(await readFile(of, "utf8"), edit));
  const run = await redocly("lint", "--config", join(ROOT, "spec/redocly.yaml"), "--format", "json", spec);
  await rm(folder, { recursive: true });
  const { problems } = JSON.parse(run.stdout) as { problems: { ruleId: string }[] };
  return [...new Set(problems.map(({ ruleId }) => ruleId))];
}

const version = (value: string) => (spec: SpecNode) => set(spec["info"], { version: value });
const list = "listCurrentOrgUsers";
const inExample = (kind: "responses" | "requestBodies", name: string, change: (example: SpecNode) => void): Edit =>
  at(kind, name, (message) => change(json(message)["example"]!));

const faults: readonly [fault: string, rule: string, change: Edit][] = [
  ["a version that is a word", "rule/version-is-a-date", version("latest")],
  ["a version that is a semantic version", "rule/version-is-a-date", version("1.2.0")],
  ["a version that is not a calendar date", "rule/version-is-a-date", version("2026-04-31")],
  ["a version with a time", "rule/version-is-a-date", version("2026-04-30T00:00:00Z")],
  ["an operation without an id", "rule/operation-id-is-camel-case", on(list, (operation) => drop(operation, "operationId"))], // prettier-ignore
  ["an operation id in snake_case", "rule/operation-id-is-camel-case", on(list, (operation) => set(operation, { operationId: "list_users" }))], // prettier-ignore
  ["an operation id in PascalCase", "rule/operation-id-is-camel-case", on(list, (operation) => set(operation, { operationId: "ListUsers" }))], // prettier-ignore
  ["an operation id that is not unique", "operation-operationId-unique", on(list, (operation) => set(operation, { operationId: "listPartnerUsers" }))], // prettier-ignore
  ["an operation without a tag", "rule/operation-has-tag", on(list, (operation) => drop(operation, "tags"))],
  ["an operation with an empty list of tags", "rule/operation-has-tag", on(list, (operation) => set(operation, { tags: [] }))], // prettier-ignore
  ["an operation with a tag that is not defined", "operation-tag-defined", on(list, (operation) => set(operation, { tags: ["people"] }))], // prettier-ignore
  ["an operation without a summary", "rule/operation-has-summary", on(list, (operation) => drop(operation, "summary"))],
  ["an operation without security", "rule/operation-has-security", on(list, (operation) => drop(operation, "security"))], // prettier-ignore
  ["an operation with empty security", "rule/operation-has-security", on(list, (operation) => set(operation, { security: [] }))], // prettier-ignore
  ["an operation that requires no key", "rule/security-names-a-key", on(list, (operation) => set(operation, { security: [{}] }))], // prettier-ignore
  ["an operation that requires two keys at once", "rule/security-names-one-key", on(list, (operation) => set(operation, { security: [{ apiKey: [], scopedKey: [] }] }))], // prettier-ignore
  ["an API key that is not a bearer token", "rule/key-is-a-bearer-token", at("securitySchemes", "apiKey", (scheme) => set(scheme, { scheme: "basic" }))], // prettier-ignore
  ["a scoped key that is not sent with Basic authentication", "rule/scoped-key-is-basic", at("securitySchemes", "scopedKey", (scheme) => set(scheme, { scheme: "bearer" }))], // prettier-ignore
  [
    "an operation without a 403 response",
    "rule/operation-has-200-and-403",
    on(list, ({ responses }) => drop(responses, "403")),
  ],
  [
    "an operation without a 200 response",
    "rule/operation-has-200-and-403",
    on(list, ({ responses }) => drop(responses, "200")),
  ],
  [
    "a success without a body",
    "rule/success-has-content",
    at("responses", "User", (response) => drop(response, "content")),
  ],
  ["an error without a body", "rule/error-has-content", at("responses", "Forbidden", (error) => drop(error, "content"))], // prettier-ignore
  ["an error without a body, in the operation itself", "rule/error-has-content", on(list, ({ responses }) => set(responses, { "418": { description: "A teapot." } }))], // prettier-ignore
  ["an error with another schema", "rule/error-is-api-error", at("responses", "Forbidden", (error) => set(json(error), { schema: { type: "object" } }))], // prettier-ignore
  ["a response without an example", "rule/body-has-example", at("responses", "User", (response) => drop(json(response), "example"))], // prettier-ignore
  ["a request without an example", "rule/body-has-example", at("requestBodies", "UpdateUser", (body) => drop(json(body), "example"))], // prettier-ignore
  ["a path with its own server", "rule/one-server-for-paths", (spec) => set(spec["paths"]!["/api/organization/users"], { servers: [{ url: "https://eu.polytomic.com", description: "Europe." }] })], // prettier-ignore
  ["a redirect", "rule/one-success", on(list, ({ responses }) => set(responses, { "302": { description: "A redirect." } }))], // prettier-ignore
  ["a default on a property of a request", "rule/body-property-has-no-default", schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { default: "user" }))], // prettier-ignore
  ["a default on a nested property", "rule/body-property-has-no-default", schema("CreateUserRequest", ({ properties }) => set(properties, { team: { type: "object", properties: { name: { type: "string", default: "a" } } } }))], // prettier-ignore
  ["a path parameter that is not a UUID", "rule/path-parameter-is-a-uuid", at("parameters", "UserId", (id) => drop(id["schema"], "format"))], // prettier-ignore
  ["a server URL with an undefined variable", "no-undefined-server-variable", (spec) => set(spec["servers"]![0], { url: "https://{host}.polytomic.com" })], // prettier-ignore
  ["a response example without a required field", "no-invalid-media-type-examples", inExample("responses", "User", (user) => drop(user["data"], "email"))], // prettier-ignore
  ["an example with a value of the wrong type", "no-invalid-media-type-examples", inExample("responses", "NotFound", (error) => set(error, { status: "404" }))], // prettier-ignore
  ["an example with an id that is not a UUID", "no-invalid-media-type-examples", inExample("responses", "User", (user) => set(user["data"], { id: "jane" }))], // prettier-ignore
  ["a request example with both `role` and `role_ids`", "no-invalid-media-type-examples", inExample("requestBodies", "UpdateUser", (body) => set(body, { role: "admin" }))], // prettier-ignore
  ["a request example with empty `role_ids`", "no-invalid-media-type-examples", inExample("requestBodies", "UpdateUser", (body) => set(body, { role_ids: [] }))], // prettier-ignore
  ["a parameter example that does not match its schema", "no-invalid-parameter-examples", at("parameters", "UserId", (id) => set(id, { example: "jane" }))], // prettier-ignore
];

test.each(faults)("the lint refuses %s (%s)", async (_fault, rule, edit) => {
  expect(await violatedRules(edit)).toContain(rule);
});

test.each([
  ["the spec", SPEC],
  ["the frozen spec", FIXTURE],
])("the lint accepts %s", async (_name, of) => {
  expect(await violatedRules(() => {}, { of })).toEqual([]);
});

test("the lint refuses an error without a body in the real spec too", async () => {
  const edit = at("responses", "Forbidden", (error) => drop(error, "content"));
  expect(await violatedRules(edit, { of: SPEC })).toContain("rule/error-has-content");
});

test("the lint accepts February 29 as a version", async () => {
  expect(await violatedRules(version("2028-02-29"))).toEqual([]);
});

test("the lint accepts a default on a query parameter, because it makes nothing required", async () => {
  const edit = at("parameters", "Force", (force) => set(force["schema"], { default: false }));
  expect(await violatedRules(edit)).toEqual([]);
});

test("redocly reports the same in the shared process of the tests as it does as a command", async () => {
  const edit = version("latest");
  expect(await violatedRules(edit)).toEqual(await violatedRules(edit, command));
  const diff = ["diff", SPEC, SPEC, "--config", join(ROOT, "spec/redocly-diff.yaml"), "--format=json"];
  const { status, stdout } = await command.redocly(...diff);
  expect(await warm.redocly(...diff)).toMatchObject({ status, stdout });
});
