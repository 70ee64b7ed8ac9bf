import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { redocly } from "../../scripts/spec/redocly.ts";
import type { Edit, Node } from "./consequences.ts";
import { at, drop, on, schema, set } from "./vocabulary.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The rules that refuse the spec once it is changed. */
async function refusals(change: Edit): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  const document = parse(await readFile(join(ROOT, "spec/openapi.yaml"), "utf8")) as Node;
  change(document);
  const spec = join(folder, "openapi.yaml");
  await writeFile(spec, stringify(document, { aliasDuplicateObjects: false }));
  const run = await redocly("lint", "--config", join(ROOT, "spec/redocly.yaml"), "--format", "json", spec);
  await rm(folder, { recursive: true });
  const { problems } = JSON.parse(run.stdout) as { problems: { ruleId: string }[] };
  return [...new Set(problems.map(({ ruleId }) => ruleId))];
}

const version =
  (value: string): Edit =>
  (spec) =>
    set(spec["info"], { version: value });
const list = "listCurrentOrgUsers";
const json = (message: Node): Node => message["content"]!["application/json"]!;

const faults: readonly [fault: string, rule: string, change: Edit][] = [
  ["a version that is a word", "rule/version-is-a-date", version("latest")],
  ["a version that is a number of a release", "rule/version-is-a-date", version("1.2.0")],
  ["a version that is a day no month has", "rule/version-is-a-date", version("2026-04-31")],
  ["a version with a time", "rule/version-is-a-date", version("2026-04-30T00:00:00Z")],
  ["an operation without an id", "rule/operation-id-is-camel-case", on(list, (operation) => drop(operation, "operationId"))], // prettier-ignore
  ["an id in snake_case", "rule/operation-id-is-camel-case", on(list, (operation) => set(operation, { operationId: "list_users" }))], // prettier-ignore
  ["an id in PascalCase", "rule/operation-id-is-camel-case", on(list, (operation) => set(operation, { operationId: "ListUsers" }))], // prettier-ignore
  ["an id that another operation has", "operation-operationId-unique", on(list, (operation) => set(operation, { operationId: "listPartnerUsers" }))], // prettier-ignore
  ["an operation without a tag", "rule/operation-has-tag", on(list, (operation) => drop(operation, "tags"))],
  ["an operation with an empty list of tags", "rule/operation-has-tag", on(list, (operation) => set(operation, { tags: [] }))], // prettier-ignore
  ["an operation with a tag that nothing describes", "operation-tag-defined", on(list, (operation) => set(operation, { tags: ["people"] }))], // prettier-ignore
  ["an operation without a summary", "rule/operation-has-summary", on(list, (operation) => drop(operation, "summary"))],
  ["an operation without security", "rule/operation-has-security", on(list, (operation) => drop(operation, "security"))], // prettier-ignore
  ["an operation with an empty list of keys", "rule/operation-has-security", on(list, (operation) => set(operation, { security: [] }))], // prettier-ignore
  ["an operation that wants no key", "rule/security-names-a-key", on(list, (operation) => set(operation, { security: [{}] }))], // prettier-ignore
  ["an operation that wants two keys at once", "rule/security-names-one-key", on(list, (operation) => set(operation, { security: [{ apiKey: [], scopedKey: [] }] }))], // prettier-ignore
  ["a bearer key that is sent otherwise", "rule/key-is-a-bearer-token", at("securitySchemes", "apiKey", (scheme) => set(scheme, { scheme: "basic" }))], // prettier-ignore
  ["a scoped key that is sent otherwise", "rule/scoped-key-is-basic", at("securitySchemes", "scopedKey", (scheme) => set(scheme, { scheme: "bearer" }))], // prettier-ignore
  ["an operation without 403", "rule/operation-has-200-and-403", on(list, ({ responses }) => drop(responses, "403"))],
  ["an operation without 200", "rule/operation-has-200-and-403", on(list, ({ responses }) => drop(responses, "200"))],
  [
    "a success without a body",
    "rule/success-has-content",
    at("responses", "User", (answer) => drop(answer, "content")),
  ],
  ["an error without a body", "rule/error-has-content", at("responses", "Forbidden", (error) => drop(error, "content"))], // prettier-ignore
  ["an error without a body, in the operation itself", "rule/error-has-content", on(list, ({ responses }) => set(responses, { "418": { description: "A teapot." } }))], // prettier-ignore
  ["an error of another schema", "rule/error-is-api-error", at("responses", "Forbidden", (error) => set(json(error), { schema: { type: "object" } }))], // prettier-ignore
  ["an answer without an example", "rule/body-has-example", at("responses", "User", (answer) => drop(json(answer), "example"))], // prettier-ignore
  ["a request without an example", "rule/body-has-example", at("requestBodies", "UpdateUser", (body) => drop(json(body), "example"))], // prettier-ignore
  ["a path with a server of its own", "rule/one-server-for-paths", (spec) => set(spec["paths"]!["/api/organization/users"], { servers: [{ url: "https://eu.polytomic.com", description: "Europe." }] })], // prettier-ignore
  ["a redirect", "rule/one-success", on(list, ({ responses }) => set(responses, { "302": { description: "Elsewhere." } }))], // prettier-ignore
  ["a default on a property of a request", "rule/body-property-has-no-default", schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { default: "user" }))], // prettier-ignore
  ["a default on a property further in", "rule/body-property-has-no-default", schema("CreateUserRequest", ({ properties }) => set(properties, { team: { type: "object", properties: { name: { type: "string", default: "a" } } } }))], // prettier-ignore
  ["an id in a path that is any text", "rule/path-parameter-is-a-uuid", at("parameters", "UserId", (id) => drop(id["schema"], "format"))], // prettier-ignore
];

describe.concurrent("the lint refuses", () => {
  test.each(faults)("%s (%s)", { timeout: 60_000 }, async (_fault, rule, change) => {
    expect(await refusals(change)).toContain(rule);
  });
});

describe.concurrent("the lint takes", () => {
  test("the spec as it is, and the 29th of February", async () => {
    expect(await refusals(() => {})).toEqual([]);
    expect(await refusals(version("2028-02-29"))).toEqual([]);
  });

  test("a default on a query parameter, which makes nothing required", async () => {
    const change = at("parameters", "Force", (force) => set(force["schema"], { default: false }));
    expect(await refusals(change)).toEqual([]);
  });
});
