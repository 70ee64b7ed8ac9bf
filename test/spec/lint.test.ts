import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { redocly } from "../../scripts/spec/redocly.ts";
import { append, applyEdit, assign, move, parameter, remove, type Edit } from "./edits.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FIXTURE = await readFile(join(ROOT, "test/spec/fixture/openapi.yaml"), "utf8");
const SPEC = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");

const LIST = "listCurrentOrgUsers";
const USER = "responses.User.content.application/json";
const BODY = "requestBodies.UpdateUser.content.application/json";
const VALUE = "schemas.ApiKey.properties.value";

const faults: readonly [fault: string, rule: string, edit: Edit][] = [
  ["a version that is a word", "rule/version-is-a-date", assign("info", { version: "latest" })],
  ["a version that is not a calendar date", "rule/version-is-a-date", assign("info", { version: "2026-04-31" })],
  ["a version with a time", "rule/version-is-a-date", assign("info", { version: "2026-04-30T00:00:00Z" })],
  ["an operation without an id", "rule/operation-id-is-camel-case", remove(LIST, "operationId")],
  ["an operation id in snake_case", "rule/operation-id-is-camel-case", assign(LIST, { operationId: "list_users" })],
  ["an operation id in PascalCase", "rule/operation-id-is-camel-case", assign(LIST, { operationId: "ListUsers" })],
  [
    "an operation id that is not unique",
    "operation-operationId-unique",
    assign(LIST, { operationId: "listPartnerUsers" }),
  ],
  ["an operation without a tag", "rule/operation-has-tag", remove(LIST, "tags")],
  ["an operation with an empty list of tags", "rule/operation-has-tag", assign(LIST, { tags: [] })],
  ["an operation with a tag that is not defined", "operation-tag-defined", assign(LIST, { tags: ["people"] })],
  ["an operation without a summary", "rule/operation-has-summary", remove(LIST, "summary")],
  ["an operation without security", "rule/operation-has-security", remove(LIST, "security")],
  ["an operation with empty security", "rule/operation-has-security", assign(LIST, { security: [] })],
  ["an operation that requires no key", "rule/security-names-a-key", assign(LIST, { security: [{}] })],
  [
    "an operation that requires another credential",
    "rule/security-names-known-keys",
    assign(LIST, { security: [{ apiKey: [], otp: [] }] }),
  ],
  [
    "an operation that requires two keys at once",
    "rule/security-names-one-key",
    assign(LIST, { security: [{ apiKey: [], scopedKey: [] }] }),
  ],
  [
    "an API key that is not a bearer token",
    "rule/key-is-a-bearer-token",
    assign("securitySchemes.apiKey", { scheme: "basic" }),
  ],
  [
    "a scoped key that is not sent with Basic authentication",
    "rule/scoped-key-is-basic",
    assign("securitySchemes.scopedKey", { scheme: "bearer" }),
  ],
  ["an operation without a 403 response", "rule/operation-has-200-and-403", remove(`${LIST}.responses`, "403")],
  ["an operation without a 200 response", "rule/operation-has-200-and-403", remove(`${LIST}.responses`, "200")],
  ["a second success status", "rule/one-success", assign(`${LIST}.responses`, { 204: { description: "Deleted." } })],
  ["a redirect", "rule/one-success", assign(`${LIST}.responses`, { 302: { description: "A redirect." } })],
  [
    "a success that is not JSON",
    "rule/success-is-json",
    move("responses.UserList.content", "application/json", "text/csv"),
  ],
  ["a success without a body", "rule/success-has-content", remove("responses.User", "content")],
  ["an error without a body", "rule/error-has-content", remove("responses.Forbidden", "content")],
  [
    "an error without a body, in the operation itself",
    "rule/error-has-content",
    assign(`${LIST}.responses`, { 418: { description: "A teapot." } }),
  ],
  [
    "an error with another schema",
    "rule/error-is-api-error",
    assign("responses.Forbidden.content.application/json", { schema: { type: "object" } }),
  ],
  ["a response without an example", "rule/body-has-example", remove(USER, "example")],
  ["a request without an example", "rule/body-has-example", remove(BODY, "example")],
  [
    "an operation with its own server",
    "rule/one-server",
    assign(LIST, { servers: [{ url: "https://eu.polytomic.com" }] }),
  ],
  [
    "a path with its own server",
    "rule/one-server-for-paths",
    assign("paths./api/organization/users", { servers: [{ url: "https://eu.polytomic.com" }] }),
  ],
  ["a cookie", "rule/parameter-place", append(`${LIST}.parameters`, parameter("session", "cookie", true))],
  ["a parameter with a style", "rule/parameter-is-plain", assign("parameters.UserId", { style: "matrix" })],
  [
    "a parameter that is a list",
    "rule/parameter-is-one-value",
    assign("parameters.Force", { schema: { type: "array", items: { type: "string" } } }),
  ],
  [
    "a default on a property of a request",
    "rule/body-property-has-no-default",
    assign("schemas.CreateUserRequest.properties.role", { default: "user" }),
  ],
  [
    "a default on a nested property",
    "rule/body-property-has-no-default",
    assign("schemas.CreateUserRequest.properties", {
      team: { type: "object", properties: { name: { type: "string", default: "a" } } },
    }),
  ],
  [
    "a path parameter that is not a UUID",
    "rule/path-parameter-is-a-uuid",
    remove("parameters.UserId.schema", "format"),
  ],
  [
    "a server URL with an undefined variable",
    "no-undefined-server-variable",
    assign("servers.0", { url: "https://{host}.polytomic.com" }),
  ],
  [
    "a response example without a required field",
    "no-invalid-media-type-examples",
    remove(`${USER}.example.data`, "email"),
  ],
  [
    "an example with a value of the wrong type",
    "no-invalid-media-type-examples",
    assign("responses.NotFound.content.application/json.example", { status: "404" }),
  ],
  [
    "an example with an id that is not a UUID",
    "no-invalid-media-type-examples",
    assign(`${USER}.example.data`, { id: "jane" }),
  ],
  [
    "a request example with both `role` and `role_ids`",
    "no-invalid-media-type-examples",
    assign(`${BODY}.example`, { role: "admin" }),
  ],
  [
    "a request example with empty `role_ids`",
    "no-invalid-media-type-examples",
    assign(`${BODY}.example`, { role_ids: [] }),
  ],
  [
    "a parameter example that does not match its schema",
    "no-invalid-parameter-examples",
    assign("parameters.UserId", { example: "jane" }),
  ],
  ["a schema with `allOf`", "rule/schema-is-plain", assign(VALUE, { allOf: [{ type: "string" }] })],
  ["a schema with `anyOf`", "rule/schema-is-plain", assign(VALUE, { anyOf: [{ type: "string" }] })],
  ["a schema with `oneOf`", "rule/schema-is-plain", assign(VALUE, { oneOf: [{ type: "string" }] })],
  [
    "a `not` that forbids a type",
    "rule/not-lists-exclusive-fields",
    assign("schemas.UpdateUserRequest", { not: { type: "string" } }),
  ],
  ["a `not` in a field", "rule/not-lists-exclusive-fields", assign(VALUE, { not: { enum: ["x"] } })],
];

/** Edits that violate no rule. */
const accepted: readonly [what: string, text: string][] = [
  ["the spec", SPEC],
  ["the frozen spec", FIXTURE],
  ["February 29 as a version", applyEdit(FIXTURE, assign("info", { version: "2028-02-29" }))],
  ["a default on a query parameter", applyEdit(FIXTURE, assign("parameters.Force.schema", { default: false }))],
];

const texts = [...faults.map(([, , edit]) => applyEdit(FIXTURE, edit)), ...accepted.map(([, text]) => text)];
let violations: readonly string[][];

/** Lints all specs in one run, because most of the time of a run goes into its start. */
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  const files = texts.map((_text, index) => join(folder, `${index}.yaml`));
  await Promise.all(files.map((file, index) => writeFile(file, texts[index]!)));
  const { stdout } = await redocly("lint", "--config", join(ROOT, "spec/redocly.yaml"), "--format", "json", ...files);
  await rm(folder, { recursive: true });
  const reports = stdout
    .split(/(?<=^\})(?=\{)/m)
    .map((report) => JSON.parse(report) as { problems: { ruleId: string }[] });
  violations = reports.map(({ problems }) => problems.map(({ ruleId }) => ruleId));
}, 120_000);

test.each(faults.map(([fault, rule], index) => [fault, rule, index] as const))(
  "the lint refuses %s (%s)",
  (_fault, rule, index) => {
    expect(violations).toHaveLength(texts.length);
    expect(violations[index]).toContain(rule);
  },
);

test.each(accepted.map(([what], index) => [what, faults.length + index] as const))(
  "the lint accepts %s",
  (_what, index) => {
    expect(violations[index]).toEqual([]);
  },
);
