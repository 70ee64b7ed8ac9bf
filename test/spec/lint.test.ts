import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { SpecNode } from "../../scripts/spec/document.ts";
import { redocly } from "../../scripts/spec/redocly.ts";
import { applyEdit, at, drop, json, on, schema, set, type Edit } from "./edits.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FIXTURE = await readFile(join(ROOT, "test/spec/fixture/openapi.yaml"), "utf8");
const SPEC = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");

const version = (value: string) => (spec: SpecNode) => set(spec["info"], { version: value });
const list = "listCurrentOrgUsers";
const inExample = (kind: "responses" | "requestBodies", name: string, change: (example: SpecNode) => void): Edit =>
  at(kind, name, (message) => change(json(message)["example"]!));

const faults: readonly [fault: string, rule: string, change: Edit][] = [
  ["a version that is a word", "rule/version-is-a-date", version("latest")],
  ["a version that is not a calendar date", "rule/version-is-a-date", version("2026-04-31")],
  ["a version with a time", "rule/version-is-a-date", version("2026-04-30T00:00:00Z")],
  [
    "an operation without an id",
    "rule/operation-id-is-camel-case",
    on(list, (operation) => drop(operation, "operationId")),
  ],
  [
    "an operation id in snake_case",
    "rule/operation-id-is-camel-case",
    on(list, (operation) => set(operation, { operationId: "list_users" })),
  ],
  [
    "an operation id in PascalCase",
    "rule/operation-id-is-camel-case",
    on(list, (operation) => set(operation, { operationId: "ListUsers" })),
  ],
  [
    "an operation id that is not unique",
    "operation-operationId-unique",
    on(list, (operation) => set(operation, { operationId: "listPartnerUsers" })),
  ],
  ["an operation without a tag", "rule/operation-has-tag", on(list, (operation) => drop(operation, "tags"))],
  [
    "an operation with an empty list of tags",
    "rule/operation-has-tag",
    on(list, (operation) => set(operation, { tags: [] })),
  ],
  [
    "an operation with a tag that is not defined",
    "operation-tag-defined",
    on(list, (operation) => set(operation, { tags: ["people"] })),
  ],
  ["an operation without a summary", "rule/operation-has-summary", on(list, (operation) => drop(operation, "summary"))],
  [
    "an operation without security",
    "rule/operation-has-security",
    on(list, (operation) => drop(operation, "security")),
  ],
  [
    "an operation with empty security",
    "rule/operation-has-security",
    on(list, (operation) => set(operation, { security: [] })),
  ],
  [
    "an operation that requires no key",
    "rule/security-names-a-key",
    on(list, (operation) => set(operation, { security: [{}] })),
  ],
  [
    "an operation that requires two keys at once",
    "rule/security-names-one-key",
    on(list, (operation) => set(operation, { security: [{ apiKey: [], scopedKey: [] }] })),
  ],
  [
    "an API key that is not a bearer token",
    "rule/key-is-a-bearer-token",
    at("securitySchemes", "apiKey", (scheme) => set(scheme, { scheme: "basic" })),
  ],
  [
    "a scoped key that is not sent with Basic authentication",
    "rule/scoped-key-is-basic",
    at("securitySchemes", "scopedKey", (scheme) => set(scheme, { scheme: "bearer" })),
  ],
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
  [
    "an error without a body",
    "rule/error-has-content",
    at("responses", "Forbidden", (error) => drop(error, "content")),
  ],
  [
    "an error without a body, in the operation itself",
    "rule/error-has-content",
    on(list, ({ responses }) => set(responses, { "418": { description: "A teapot." } })),
  ],
  [
    "an error with another schema",
    "rule/error-is-api-error",
    at("responses", "Forbidden", (error) => set(json(error), { schema: { type: "object" } })),
  ],
  [
    "a response without an example",
    "rule/body-has-example",
    at("responses", "User", (response) => drop(json(response), "example")),
  ],
  [
    "a request without an example",
    "rule/body-has-example",
    at("requestBodies", "UpdateUser", (body) => drop(json(body), "example")),
  ],
  [
    "a path with its own server",
    "rule/one-server-for-paths",
    (spec) =>
      set(spec["paths"]!["/api/organization/users"], {
        servers: [{ url: "https://eu.polytomic.com", description: "Europe." }],
      }),
  ],
  [
    "a redirect",
    "rule/one-success",
    on(list, ({ responses }) => set(responses, { "302": { description: "A redirect." } })),
  ],
  [
    "a default on a property of a request",
    "rule/body-property-has-no-default",
    schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { default: "user" })),
  ],
  [
    "a default on a nested property",
    "rule/body-property-has-no-default",
    schema("CreateUserRequest", ({ properties }) =>
      set(properties, { team: { type: "object", properties: { name: { type: "string", default: "a" } } } }),
    ),
  ],
  [
    "a path parameter that is not a UUID",
    "rule/path-parameter-is-a-uuid",
    at("parameters", "UserId", (id) => drop(id["schema"], "format")),
  ],
  [
    "a server URL with an undefined variable",
    "no-undefined-server-variable",
    (spec) => set(spec["servers"]![0], { url: "https://{host}.polytomic.com" }),
  ],
  [
    "a response example without a required field",
    "no-invalid-media-type-examples",
    inExample("responses", "User", (user) => drop(user["data"], "email")),
  ],
  [
    "an example with a value of the wrong type",
    "no-invalid-media-type-examples",
    inExample("responses", "NotFound", (error) => set(error, { status: "404" })),
  ],
  [
    "an example with an id that is not a UUID",
    "no-invalid-media-type-examples",
    inExample("responses", "User", (user) => set(user["data"], { id: "jane" })),
  ],
  [
    "a request example with both `role` and `role_ids`",
    "no-invalid-media-type-examples",
    inExample("requestBodies", "UpdateUser", (body) => set(body, { role: "admin" })),
  ],
  [
    "a request example with empty `role_ids`",
    "no-invalid-media-type-examples",
    inExample("requestBodies", "UpdateUser", (body) => set(body, { role_ids: [] })),
  ],
  [
    "a schema with `allOf`",
    "rule/schema-is-plain",
    schema("ApiKey", ({ properties }) => set(properties!["value"], { allOf: [{ type: "string" }] })),
  ],
  [
    "a schema with `anyOf`",
    "rule/schema-is-plain",
    schema("ApiKey", ({ properties }) => set(properties!["value"], { anyOf: [{ type: "string" }] })),
  ],
  [
    "a schema with `oneOf`",
    "rule/schema-is-plain",
    schema("ApiKey", ({ properties }) => set(properties!["value"], { oneOf: [{ type: "string" }] })),
  ],
  [
    "a `not` that forbids a type",
    "rule/not-lists-exclusive-fields",
    schema("UpdateUserRequest", (body) => set(body, { not: { type: "string" } })),
  ],
  [
    "a `not` in a field",
    "rule/not-lists-exclusive-fields",
    schema("UpdateUserRequest", ({ properties }) => set(properties!["role"], { not: { enum: ["x"] } })),
  ],
  [
    "a parameter example that does not match its schema",
    "no-invalid-parameter-examples",
    at("parameters", "UserId", (id) => set(id, { example: "jane" })),
  ],
];

/** Edits that violate no rule. */
const accepted: readonly [what: string, text: string][] = [
  ["the spec", SPEC],
  ["the frozen spec", FIXTURE],
  ["February 29 as a version", applyEdit(FIXTURE, version("2028-02-29"))],
  [
    "a default on a query parameter",
    applyEdit(
      FIXTURE,
      at("parameters", "Force", (force) => set(force["schema"], { default: false })),
    ),
  ],
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
