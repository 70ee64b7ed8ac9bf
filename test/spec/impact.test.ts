import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { describeChanges } from "../../scripts/spec/describe.ts";
import { parseOpenApi, type Document } from "../../scripts/spec/document.ts";
import { changesBetween, greatest, type Change, type Impact } from "../../scripts/spec/impact.ts";
import {
  addFirst,
  addOperation,
  append,
  applyEdit,
  assign,
  drop,
  dropLast,
  move,
  on,
  parameter,
  ref,
  remove,
  removeOperation,
  rename,
  schema,
  set,
  add,
  type Edit,
} from "./edits.ts";
import { FACTS, OPERATION_IDS } from "./fixture/facts.ts";

const FIXTURE = await readFile(new URL("fixture/openapi.yaml", import.meta.url), "utf8");
const CURRENT = FACTS.listCurrentOrgUsers.template;
const PARTNER = FACTS.listPartnerUsers.template;

/** A change, what it means for users, the edit, and an edit that prepares the spec for it. */
type Case = readonly [clause: string, impact: Impact, edit: Edit, before?: Edit];

/** As JSON, which is parsed faster. */
const FIXTURE_JSON = applyEdit(FIXTURE, () => {});

function changesOf(edit: Edit, before?: Edit): Change[] {
  const fixture = typeof edit === "function" ? FIXTURE_JSON : FIXTURE;
  const base = before ? applyEdit(fixture, before) : fixture;
  return changesBetween(parseBase(base), parseOpenApi("revision", applyEdit(base, edit)));
}

const bases = new Map<string, Document>();

/** Most cases have the same base. */
function parseBase(text: string): Document {
  const base = bases.get(text) ?? parseOpenApi("base", text);
  bases.set(text, base);
  return base;
}

/** Replaces text of the spec. */
const replace = (pattern: RegExp, by: (match: string) => string): Edit => ({
  text: (spec) => spec.replaceAll(pattern, by),
});

const removals = OPERATION_IDS.map((id): Case => [`the operation ${id} is removed`, "major", removeOperation(id)]);

const STRING = { type: "string" };
const ROLES = { enum: ["admin", "user"] };
const EUROPE = { url: "https://eu.polytomic.com" };

/** Adds a schema that a request body and a response share. */
const share: Edit = (spec) => {
  set(spec["components"]!["schemas"], { Address: { type: "object", properties: { zip: STRING } } });
  assign("schemas.User.properties", { address: ref("schemas", "Address") })(spec);
  assign("schemas.CreateUserRequest.properties", { address: ref("schemas", "Address") })(spec);
};

const operations: readonly Case[] = [
  [
    "an operation is added",
    "minor",
    addOperation("suspendPartnerUser", `${PARTNER}/{id}/suspension`, "createPartnerUserApiKey"),
  ],
  [
    "an operation with a required body is added",
    "minor",
    addOperation("inviteUser", "/api/invitations", "createCurrentOrgUser"),
  ],
  ["an operation id is renamed", "major", assign("getCurrentOrgUser", { operationId: "readCurrentOrgUser" })],
  ["a path is renamed", "major", move("paths", CURRENT, "/api/organization/members")],
  ["a path parameter is renamed", "major", replace(/\{id\}|(?<=name: )id$/gm, (name) => name.replace("id", "user_id"))],
  ["an operation uses another method", "major", move(`paths.${CURRENT}/{id}`, "put", "patch")],
  ["an operation is deprecated", "minor", assign("updateCurrentOrgUser", { deprecated: true })],
  ["an operation has its own server", "minor", assign("listCurrentOrgUsers", { servers: [EUROPE] })],
];

const parameters: readonly Case[] = [
  [
    "an optional query parameter is added",
    "minor",
    append("listPartnerUsers.parameters", parameter("role", "query", false)),
  ],
  [
    "a required query parameter is added",
    "major",
    append("listCurrentOrgUsers.parameters", parameter("role", "query", true)),
  ],
  [
    "a required query parameter is added to a path",
    "major",
    assign(`paths.${CURRENT}`, { parameters: [parameter("role", "query", true)] }),
  ],
  ["a query parameter becomes required", "major", assign("parameters.Force", { required: true })],
  ["a query parameter is removed", "major", remove("createPartnerUserApiKey.parameters")],
  ["the type of a query parameter changes", "major", assign("parameters.Force", { schema: STRING })],
  [
    "a required cookie is added",
    "major",
    append("listCurrentOrgUsers.parameters", parameter("session", "cookie", true)),
  ],
  [
    "a query parameter that is a list is added",
    "minor",
    append("listPartnerUsers.parameters", {
      ...parameter("ids", "query", false),
      schema: { type: "array", items: STRING },
    }),
  ],
  ["a path parameter uses another style", "major", assign("parameters.UserId", { style: "matrix" })],
  [
    "an optional header is added",
    "minor",
    append("getCurrentOrgUser.parameters", parameter("X-Trace", "header", false)),
  ],
  [
    "a required header is added",
    "major",
    append("updateCurrentOrgUser.parameters", parameter("X-Reason", "header", true)),
  ],
  ["a header becomes required", "major", assign("parameters.Version", { required: true })],
  ["a header is no longer accepted", "major", remove("createCurrentOrgUser.parameters")],
  [
    "the name of a header changes from upper to lower case",
    "minor",
    assign("parameters.IdempotencyKey", { name: "idempotency-key" }),
  ],
  [
    "another operation accepts a header",
    "minor",
    append("updateCurrentOrgUser.parameters", ref("parameters", "IdempotencyKey")),
  ],
];

const CREATE = "schemas.CreateUserRequest";
const UPDATE = "schemas.UpdateUserRequest";

const bodies: readonly Case[] = [
  [
    "a required body field is added",
    "major",
    (spec) => {
      assign(`${CREATE}.properties`, { name: STRING })(spec);
      append(`${CREATE}.required`, "name")(spec);
    },
  ],
  ["an optional body field is added", "minor", assign(`${CREATE}.properties`, { name: STRING })],
  [
    "an optional body field with a required one in it is added",
    "minor",
    assign(`${CREATE}.properties`, { team: { type: "object", required: ["id"], properties: { id: STRING } } }),
  ],
  ["a body field is removed", "major", remove(`${UPDATE}.properties`, "role")],
  ["a body field becomes required", "major", assign(UPDATE, { required: ["role_ids"] })],
  ["a body field becomes optional", "minor", remove(CREATE, "required")],
  ["a body field becomes nullable", "minor", assign(`${UPDATE}.properties.role`, { type: ["string", "null"] })],
  ["a body field is restricted to an enum", "major", assign(`${CREATE}.properties.role`, ROLES)],
  [
    "a value is added to the enum of a body field",
    "minor",
    assign(`${CREATE}.properties.role`, { enum: ["admin", "user", "guest"] }),
    assign(`${CREATE}.properties.role`, ROLES),
  ],
  ["the maximum length of a body field is reduced", "major", assign(`${CREATE}.properties.email`, { maxLength: 100 })],
  [
    "the pattern of a body field changes",
    "major",
    assign(`${CREATE}.properties.role`, { pattern: "a" }),
    assign(`${CREATE}.properties.role`, { pattern: "b" }),
  ],
  ["a list in a body no longer has a minimum length", "minor", remove(`${CREATE}.properties.role_ids`, "minItems")],
  ["two body fields no longer exclude each other", "minor", remove(UPDATE, "not")],
  ["a body no longer allows additional fields", "major", assign(UPDATE, { additionalProperties: false })],
  ["a body field becomes read-only", "major", assign(`${CREATE}.properties.role`, { readOnly: true })],
  [
    "a field of a schema that bodies and responses share becomes read-only",
    "major",
    assign("schemas.Address.properties.zip", { readOnly: true }),
    share,
  ],
  [
    "a field that only bodies have becomes write-only",
    "minor",
    assign(`${CREATE}.properties.role`, { writeOnly: true }),
  ],
  ["an operation no longer has a body", "major", remove("updateCurrentOrgUser", "requestBody")],
  [
    "a required body is added",
    "major",
    assign("createPartnerUserApiKey", { requestBody: ref("requestBodies", "UpdateUser") }),
  ],
  ["a body becomes optional", "minor", assign("requestBodies.CreateUser", { required: false })],
];

const USER = "schemas.User.properties";

const fields: readonly Case[] = [
  ["a field is added to a response", "minor", assign(USER, { name: STRING })],
  ["a field is removed from a response", "major", remove(USER, "role")],
  ["a response field becomes optional", "major", assign("schemas.User", { required: ["id", "email"] })],
  ["a response field becomes required", "minor", append("schemas.User.required", "role_ids")],
  ["a response field becomes nullable", "major", assign(`${USER}.email`, { type: ["string", "null"] })],
  [
    "a list in a response is no longer nullable",
    "minor",
    assign("schemas.UserListEnvelope.properties.data", { type: "array" }),
  ],
  ["a response field becomes write-only", "major", assign(`${USER}.role`, { writeOnly: true })],
  [
    "a response field can have another type",
    "major",
    assign("schemas.ApiKey.properties.value", { type: ["string", "integer"] }),
  ],
  [
    "a number in a response becomes an integer",
    "minor",
    assign(`${USER}.role`, { type: "integer" }),
    assign(`${USER}.role`, { type: "number" }),
  ],
  ["a response field is restricted to an enum", "minor", assign(`${USER}.role`, ROLES)],
  [
    "a value is added to the enum of a response field",
    "major",
    assign(`${USER}.role`, { enum: ["admin", "user", "guest"] }),
    assign(`${USER}.role`, ROLES),
  ],
  ["a response field is no longer marked as a secret", "major", remove("schemas.ApiKey.properties.value", "format")],
  [
    "a limit of a response field is removed",
    "major",
    remove(`${USER}.role`, "maxLength"),
    assign(`${USER}.role`, { maxLength: 9 }),
  ],
  [
    "operations return another schema",
    "major",
    assign("responses.UpdatedUser.content.application/json", { schema: ref("schemas", "ApiKeyEnvelope") }),
  ],
  [
    "a nested secret is added to a response",
    "minor",
    assign(USER, {
      tokens: { type: "array", items: { type: "object", properties: { token: { ...STRING, format: "password" } } } },
    }),
  ],
  [
    "a response has no envelope",
    "major",
    assign("responses.ApiKey.content.application/json", { schema: ref("schemas", "ApiKey") }),
  ],
  ["a 200 response is not JSON", "major", move("responses.UserList.content", "application/json", "text/csv")],
  [
    "a schema is renamed",
    "major",
    replace(/schemas\/User"|^ {4}User:$(?=\n {6}type)/gm, (name) => name.replace("User", "Person")),
  ],
];

const statuses: readonly Case[] = [
  ["a status is removed", "major", remove("listPartnerUsers.responses", "404")],
  ["a status is added", "minor", assign("getCurrentOrgUser.responses", { 402: ref("responses", "Forbidden") })],
  ["the status of a success changes", "major", move("createCurrentOrgUser.responses", "200", "201")],
  [
    "a second success status is added",
    "minor",
    assign("updateCurrentOrgUser.responses", { 204: { description: "Deleted." } }),
  ],
  ["a field is removed from errors", "major", remove("schemas.ApiError.properties", "status")],
  ["an error has no body", "major", remove("responses.Conflict", "content")],
  [
    "an error has another schema",
    "major",
    assign("responses.Conflict.content.application/json", { schema: { type: "object" } }),
  ],
  ["a response header is removed", "major", remove("responses.UserList", "headers")],
  [
    "a response header is added",
    "minor",
    assign("responses.UserList.headers", { "X-Total": { schema: { type: "integer" } } }),
  ],
];

const access: readonly Case[] = [
  ["a kind of key is no longer accepted", "major", remove("updateCurrentOrgUser.security")],
  ["another kind of key is accepted", "minor", append("getCurrentOrgUser.security", { partnerKey: [] })],
  ["an operation requires no key", "minor", assign("listCurrentOrgUsers", { security: [{}] })],
  [
    "an operation requires two kinds of keys at once",
    "major",
    assign("listCurrentOrgUsers", { security: [{ apiKey: [], scopedKey: [] }] }),
  ],
  ["a kind of key is sent with another scheme", "major", assign("securitySchemes.scopedKey", { scheme: "bearer" })],
  ["the API version changes", "minor", assign("info", { version: "2026-01-15" })],
  ["the URL of the server changes", "major", assign("servers.0", { url: "https://api.polytomic.com" })],
  ["a server is added before the first one", "major", (spec) => addFirst(spec["servers"], EUROPE)],
  ["a server is added after the first one", "minor", append("servers", EUROPE)],
];

const texts: readonly Case[] = [
  ["a description changes", "patch", assign("listPartnerUsers", { description: "Every user." })],
  [
    "an example changes",
    "patch",
    assign("responses.ApiKey.content.application/json", { example: { data: { value: "b" } } }),
  ],
  ["the description of a tag changes", "patch", assign("tags.0", { description: "Your own users." })],
  [
    "only comments or the order of keys change",
    "none",
    (spec) => {
      const { paths } = spec;
      drop(spec, "paths");
      set(spec, { paths });
    },
  ],
];

const cases = [removals, operations, parameters, bodies, fields, statuses, access, texts].flat();
const named = cases.map(([clause, impact, edit, before]) => ({ clause, impact, edit, before }));

test.each(named)("if $clause, the change is $impact", ({ impact, edit, before }) => {
  expect(greatest(changesOf(edit, before).map((change) => change.impact))).toBe(impact);
});

/** The changes as they are printed. */
function sentencesOf(edit: Edit, before?: Edit): string[] {
  const count = OPERATION_IDS.length;
  return describeChanges(changesOf(edit, before), count).map(({ impact, sentence }) => `${impact}: ${sentence}`);
}

test.each<[string, Edit, string[]]>([
  [
    "a field of a response",
    schema("User", ({ properties }) => set(properties, { status: { type: "string" } })),
    [
      "minor: `listCurrentOrgUsers`, `createCurrentOrgUser`, `getCurrentOrgUser`, `updateCurrentOrgUser` and `listPartnerUsers` return `status` (optional, string).",
    ],
  ],
  [
    "a removed field",
    schema("ApiKey", ({ properties, required }) => {
      rename(properties, "value", "key");
      dropLast(required);
    }),
    [
      "major: `createPartnerUserApiKey` no longer returns `value`.",
      "minor: `createPartnerUserApiKey` returns `key` (optional, string, password).",
    ],
  ],
  [
    "a query parameter",
    on("listPartnerUsers", ({ parameters: list }) => add(list, parameter("role", "query", true))),
    ["major: `listPartnerUsers` requires the query parameter `role` (string)."],
  ],
  [
    "a field of a body",
    schema("CreateUserRequest", ({ properties }) => drop(properties, "role_ids")),
    ["major: `createCurrentOrgUser` no longer accepts `role_ids` in the body."],
  ],
  [
    "a limit",
    schema("UpdateUserRequest", ({ properties }) => set(properties!["role_ids"], { minItems: 2 })),
    ["major: `updateCurrentOrgUser`: the minimum number of items of `role_ids` in the body changed from 1 to 2."],
  ],
  [
    "a field of errors",
    schema("ApiError", ({ properties }) => set(properties, { hint: { type: "string" } })),
    ["minor: All operations return `hint` in errors (optional, string)."],
  ],
  [
    "a status",
    on("getCurrentOrgUser", ({ responses }) => set(responses, { 402: ref("responses", "Forbidden") })),
    ["minor: `getCurrentOrgUser` returns the status 402 (application/json, object)."],
  ],
  ["an operation that is gone", removeOperation("listPartnerUsers"), ["major: `listPartnerUsers` was removed."]],
  [
    "an operation that is new",
    addOperation("listGroups", "/api/groups", "listCurrentOrgUsers"),
    ["minor: `listGroups` is new."],
  ],
  [
    "the keys",
    on("updateCurrentOrgUser", ({ security }) => dropLast(security)),
    ["major: `updateCurrentOrgUser`: the accepted keys changed from apiKey, scopedKey to apiKey."],
  ],
  [
    "the API version",
    { text: (spec) => spec.replace('"2025-09-18"', '"2026-01-15"') },
    ["minor: All operations: the API version changed from 2025-09-18 to 2026-01-15."],
  ],
  [
    "a name of the exported types",
    { text: (spec) => spec.replaceAll("schemas/ApiError", "schemas/Problem").replace("    ApiError:", "    Problem:") },
    ['major: `components["schemas"]["ApiError"]` of the exported types was removed.'],
  ],
  [
    "a field that became required",
    assign(UPDATE, { required: ["role"] }),
    ["major: `updateCurrentOrgUser`: `role` in the body is now required."],
  ],
  [
    "a body that became optional",
    assign("requestBodies.CreateUser", { required: false }),
    ["minor: `createCurrentOrgUser`: the body is now optional."],
  ],
  [
    "a field that became nullable",
    assign(`${UPDATE}.properties.role`, { type: ["string", "null"] }),
    ["minor: `updateCurrentOrgUser`: `role` in the body can now be null."],
  ],
  [
    "fields that no longer exclude each other",
    remove(UPDATE, "not"),
    ["minor: `updateCurrentOrgUser`: the body may now contain `role` and `role_ids` together."],
  ],
  [
    "additional fields",
    assign(UPDATE, { additionalProperties: false }),
    ["major: `updateCurrentOrgUser`: the body no longer allows additional fields."],
  ],
  [
    "values",
    assign(`${CREATE}.properties.role`, ROLES),
    ['major: `createCurrentOrgUser`: `role` in the body is now restricted to "admin" or "user".'],
  ],
  [
    "a read-only field that is required",
    assign(`${CREATE}.properties.email`, { readOnly: true }),
    ["major: `createCurrentOrgUser`: `email` in the body is now read-only."],
  ],
  [
    "an operation that is deprecated",
    assign("listPartnerUsers", { deprecated: true }),
    ["minor: `listPartnerUsers` is now deprecated."],
  ],
  [
    "a body that is gone",
    remove("updateCurrentOrgUser", "requestBody"),
    ["major: `updateCurrentOrgUser` no longer accepts a body."],
  ],
  [
    "a new limit",
    assign(`${CREATE}.properties.email`, { maxLength: 100 }),
    ["major: `createCurrentOrgUser`: `email` in the body now has a maximum length of 100."],
  ],
  [
    "the content of a status",
    remove("responses.Conflict", "content"),
    ["major: All operations: the status 409 no longer has a body."],
  ],
  [
    "a header",
    assign("responses.UserList.headers", { "X-Total": { schema: { type: "integer" } } }),
    ["minor: `listCurrentOrgUsers` and `listPartnerUsers` return the header `X-Total` (integer)."],
  ],
  [
    "the server",
    assign("servers.0", { url: "https://api.polytomic.com" }),
    ["major: The default server changed from https://app.polytomic.com to https://api.polytomic.com."],
  ],
  [
    "a key",
    assign("securitySchemes.scopedKey", { scheme: "bearer" }),
    ['major: The scheme of the key `scopedKey` changed from "basic" to "bearer".'],
  ],
  [
    "webhooks",
    (spec) => set(spec, { webhooks: { created: {} } }),
    ["patch: Only `webhooks` changed, which the client does not use."],
  ],
])("a change of %s is described as users see it", (_what, edit, sentences) => {
  expect(sentencesOf(edit)).toEqual(sentences);
});

/** The line and the side of the only change. */
function locate(from: string, to: string, sides: [string, string] = [FIXTURE, FIXTURE.replace(from, to)]): unknown {
  expect(sides[0]).not.toBe(sides[1]);
  const [change] = changesBetween(parseOpenApi("base", sides[0]), parseOpenApi("revision", sides[1]));
  return { side: change!.side, line: change!.line };
}

const lineOf = (text: string): number => FIXTURE.slice(0, FIXTURE.indexOf(text)).split("\n").length;

test("a change names the line of what was added or changed in the spec, and of what was removed in the base", () => {
  const limit = "          minItems: 1\n";
  const name = "        name:\n          type: string\n";
  const list = "        role_ids:\n          type: array\n          minItems: 1\n";
  expect(locate(limit, "          minItems: 2\n")).toEqual({ side: "revision", line: lineOf(limit) });
  expect(locate(limit, "")).toEqual({ side: "base", line: lineOf(limit) });
  expect(locate(list, name + list)).toEqual({ side: "revision", line: lineOf(list) });
  const role =
    "        role:\n          type: string\n          deprecated: true\n          description: The legacy name of a role. Use `role_ids`.\n";
  expect(locate(role, "")).toEqual({ side: "base", line: lineOf(role) });
  const text = "      summary: List the users of an organization\n";
  expect(locate(text, "      summary: List all users\n")).toEqual({ side: "revision", line: lineOf(text) });
});

/** Adds a field to a body, with a keyword as it is written. */
const withField = (keyword: string): string =>
  FIXTURE.replace("      not:\n", `        added:\n          ${keyword}\n      not:\n`);

test.each<[constraint: string, before: string, after: string]>([
  ["type", "type: string", "type: integer"],
  ["nullable", "type: string", 'type: [string, "null"]'],
  ["nullable", "nullable: false", "nullable: true"],
  ["format", "format: date", "format: email"],
  ["enum", "enum: [1]", "enum: [2]"],
  ["enum", "const: 1", "const: 2"],
  ["additional fields", "additionalProperties: true", "additionalProperties: false"],
  ["exclusive", "not: { required: [a, b] }", "not: { required: [a, c] }"],
  ["deprecated", "deprecated: true", "deprecated: false"],
  ["readOnly", "readOnly: true", "readOnly: false"],
  ["writeOnly", "writeOnly: true", "writeOnly: false"],
  ["uniqueItems", "uniqueItems: true", "uniqueItems: false"],
  ["pattern", "pattern: a", "pattern: b"],
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum", "maximum"]
    .concat("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "anUnknownKeyword")
    .map((keyword): [string, string, string] => [keyword, `${keyword}: 1`, `${keyword}: 2`]),
])("a change of the constraint %s names the line of its keyword: %s → %s", (constraint, before, after) => {
  const line = lineOf("      not:\n") + 1;
  const locationOf = (base: string, revision: string): object => {
    const changes = changesBetween(parseOpenApi("base", base), parseOpenApi("revision", revision));
    const change = changes.find((each) => each.constraint === constraint)!;
    return { place: change.place, side: change.side, line: change.line };
  };
  const place = "request body › added";
  const without = withField("description: Text.");
  expect(locationOf(withField(before), withField(after))).toEqual({ place, side: "revision", line });
  expect(locationOf(without, withField(after))).toEqual({ place, side: "revision", line });
  expect(locationOf(withField(after), without)).toEqual({ place, side: "base", line });
});

/** What is replaced, by what, and the text in the spec, or in the base, that the change points to. */
test.each<[string, RegExp, string, "base" | "revision", string]>([
  ["a body that became optional", /(CreateUser:\n {6}required:) true/, "$1 false", "revision", "required: false"],
  [
    "a body without `required`",
    /(CreateUser:\n) {6}required: true\n/,
    "$1",
    "base",
    "required: true\n      description: The person",
  ],
  ["a field of a body that became optional", /required: \[email\]/, "required: []", "revision", "required: []"],
  [
    "a field of a response that became optional",
    /required: \[id, email, /,
    "required: [id, ",
    "revision",
    "required: [id, organization_id]",
  ],
  ["data that became optional", /(UserEnvelope:\n[^]*?required:) \[data\]/, "$1 []", "revision", "required: []"],
  ["a schema without `required`", /\n {6}required: \[value\]/, "", "base", "required: [value]"],
  [
    "a parameter that became required",
    /in: query\n/,
    "in: query\n      required: true\n",
    "revision",
    "required: true\n      description: |\n        Whether",
  ],
  ["a body with `not` removed", /\n {6}not:\n(?: {8,}.*\n)*/, "\n", "base", "not:\n"],
  [
    "closed users",
    /( {4}User:\n {6}type: object\n)/,
    "$1      additionalProperties: false\n",
    "revision",
    "additionalProperties: false",
  ],
  [
    "a schema whose reference has a description",
    /( {4}ApiKey:\n {6}type: object\n)([^]*ApiKeyEnvelope:[^]*?data:\n)/,
    "$1      additionalProperties: false\n$2          description: The key.\n",
    "revision",
    "additionalProperties: false",
  ],
  [
    "another media type",
    /( {4}UserList:\n[^]*?content:\n {8})application\/json/,
    "$1text/csv",
    "revision",
    "content:\n        text/csv",
  ],
  ["another server", /app\.polytomic\.com/, "api.polytomic.com", "revision", "url: https://api.polytomic"],
  ["another version", /version: "2025-09-18"/, 'version: "2026-01-15"', "revision", 'version: "2026'],
  ["another scheme of a key", /scheme: basic/, "scheme: digest", "revision", "scheme: digest"],
  ["another key of an operation", / {8}- scopedKey: \[\]\n/, "", "revision", "security:"],
  [
    "an operation that is deprecated",
    /(operationId: listCurrentOrgUsers\n)/,
    "$1      deprecated: true\n",
    "revision",
    "deprecated: true",
  ],
  ["another style of a parameter", /in: query\n/, "in: query\n      style: pipeDelimited\n", "revision", "style: pipe"],
])("the line of %s is the one that is written", (_what, pattern, by, side, text) => {
  const edited = FIXTURE.replace(pattern, by);
  const written = side === "base" ? FIXTURE : edited;
  const line = written.slice(0, written.indexOf(text)).split("\n").length;
  expect(locate("", "", [FIXTURE, edited])).toEqual({ side, line });
});

const inUser = (values: object): Edit => schema("User", ({ properties }) => set(properties!["role"], values));

test.each<[string, Edit, string]>([
  ["`allOf`", inUser({ allOf: [{ type: "string" }] }), "`allOf` in `response 200 › data[] › role` is not supported"],
  ["`anyOf`", inUser({ anyOf: [{ type: "string" }] }), "`anyOf` in"],
  ["`oneOf`", inUser({ oneOf: [{ type: "string" }] }), "`oneOf` in"],
  ["another `not`", inUser({ not: { type: "integer" } }), "this `not` in"],
  ["a schema that contains itself", inUser(ref("schemas", "User")), "#/components/schemas/User contains itself"],
  [
    "a reference to nothing",
    inUser(ref("schemas", "Role")),
    "it refers to #/components/schemas/Role, which it does not contain",
  ],
])("a spec with %s is refused with a message that names it", (_what, edit, message) => {
  expect(() => changesOf(edit)).toThrow(message);
});
