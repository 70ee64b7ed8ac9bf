import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { describeChanges } from "../../scripts/spec/describe.ts";
import { parseOpenApi } from "../../scripts/spec/document.ts";
import { changesBetween, greatest, type Change, type Impact } from "../../scripts/spec/impact.ts";
import {
  add,
  addFirst,
  addOperation,
  applyEdit,
  at,
  drop,
  dropLast,
  json,
  on,
  parameter,
  prune,
  ref,
  removeOperation,
  rename,
  schema,
  set,
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
  return changesBetween(parseOpenApi("base", base), parseOpenApi("revision", applyEdit(base, edit)));
}

const removals = OPERATION_IDS.map((id): Case => [`the operation ${id} is removed`, "major", removeOperation(id)]);

/** Lets request bodies and responses share a schema. */
const share: Edit = (spec) => {
  const { schemas } = spec["components"]!;
  const address = { type: "object", description: "An address.", properties: { zip: { type: "string" } } };
  set(schemas, { Address: address });
  for (const name of ["User", "CreateUserRequest"]) {
    set(schemas![name]!["properties"], { address: ref("schemas", "Address") });
  }
};

const operations: readonly Case[] = [
  [
    "a partner operation is added",
    "minor",
    addOperation("suspendPartnerUser", `${PARTNER}/{id}/suspension`, "createPartnerUserApiKey"),
  ],
  [
    "an operation outside of both families is added",
    "minor",
    addOperation("listGroups", "/api/groups", "listCurrentOrgUsers"),
  ],
  [
    "an operation id is renamed",
    "major",
    on("getCurrentOrgUser", (operation) => set(operation, { operationId: "readCurrentOrgUser" })),
  ],
  ["a path is renamed", "major", (spec) => rename(spec["paths"], CURRENT, "/api/organization/members")],
  [
    "a path parameter is renamed",
    "major",
    {
      text: (spec) => spec.replaceAll("{id}", "{user_id}").replace("      name: id\n", "      name: user_id\n"),
    },
  ],
  ["an operation uses another method", "major", (spec) => rename(spec["paths"]![`${CURRENT}/{id}`], "put", "patch")],
];

const parameters: readonly Case[] = [
  [
    "an optional query parameter is added",
    "minor",
    on("listPartnerUsers", ({ parameters: list }) => add(list, parameter("role", "query", false))),
  ],
  [
    "a required query parameter is added",
    "major",
    on("listCurrentOrgUsers", ({ parameters: list }) => add(list, parameter("role", "query", true))),
  ],
  ["a query parameter becomes required", "major", at("parameters", "Force", (force) => set(force, { required: true }))],
  [
    "a query parameter is removed",
    "major",
    (spec) => {
      dropLast(spec["paths"]![`${PARTNER}/{id}/keys`]!["post"]!["parameters"]);
      drop(spec["components"]!["parameters"], "Force");
    },
  ],
  [
    "the type of a query parameter changes",
    "major",
    at("parameters", "Force", (force) => set(force, { schema: { type: "string" }, example: "yes" })),
  ],
  [
    "a required cookie is added",
    "major",
    on("listCurrentOrgUsers", ({ parameters: list }) => add(list, parameter("session", "cookie", true))),
  ],
  [
    "a query parameter that is a list is added",
    "minor",
    on("listPartnerUsers", ({ parameters: list }) =>
      add(list, { ...parameter("ids", "query", false), schema: { type: "array", items: { type: "string" } } }),
    ),
  ],
  ["a path parameter uses another style", "major", at("parameters", "UserId", (id) => set(id, { style: "matrix" }))],
  [
    "an optional header is added",
    "minor",
    on("getCurrentOrgUser", ({ parameters: list }) => add(list, parameter("X-Trace", "header", false))),
  ],
  [
    "a required header is added",
    "major",
    on("updateCurrentOrgUser", ({ parameters: list }) => add(list, parameter("X-Reason", "header", true))),
  ],
  [
    "the version header becomes required",
    "major",
    at("parameters", "Version", (header) => set(header, { required: true })),
  ],
  [
    "a POST no longer accepts an idempotency key",
    "major",
    on("createCurrentOrgUser", ({ parameters: list }) => dropLast(list)),
  ],
  [
    "the name of a header changes from upper to lower case",
    "minor",
    at("parameters", "IdempotencyKey", (header) => set(header, { name: "idempotency-key" })),
  ],
  [
    "a PUT accepts an idempotency key",
    "minor",
    on("updateCurrentOrgUser", ({ parameters: list }) => add(list, ref("parameters", "IdempotencyKey"))),
  ],
];

const bodies: readonly Case[] = [
  [
    "a required body field is added",
    "major",
    schema("CreateUserRequest", ({ properties, required }) => {
      set(properties, { name: { type: "string", description: "A name." } });
      add(required, "name");
    }),
    (spec) => {
      const { content } = spec["components"]!["requestBodies"]!["CreateUser"]!;
      const { examples } = content!["application/json"]!;
      for (const { value } of Object.values(examples!)) set(value, { name: "Ada" });
    },
  ],
  [
    "an optional body field is added",
    "minor",
    schema("CreateUserRequest", ({ properties }) => set(properties, { name: { type: "string" } })),
  ],
  [
    "a body field is removed",
    "major",
    schema("UpdateUserRequest", (body) => {
      drop(body["properties"], "role");
      drop(body, "not");
    }),
  ],
  [
    "a body field becomes required",
    "major",
    schema("UpdateUserRequest", (body) => set(body, { required: ["role_ids"] })),
  ],
  ["a body field becomes optional", "minor", schema("CreateUserRequest", (body) => drop(body, "required"))],
  [
    "a body field becomes nullable",
    "minor",
    schema("UpdateUserRequest", ({ properties }) => set(properties!["role"], { type: ["string", "null"] })),
  ],
  [
    "a body field is restricted to an enum",
    "major",
    schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
  ],
  [
    "the maximum length of a body field is reduced",
    "major",
    schema("CreateUserRequest", ({ properties }) => set(properties!["email"], { maxLength: 100 })),
  ],
  [
    "a list in a body no longer has a minimum length",
    "minor",
    schema("CreateUserRequest", ({ properties }) => drop(properties!["role_ids"], "minItems")),
  ],
  [
    "a body field becomes read-only",
    "major",
    schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { readOnly: true })),
  ],
  [
    "a field of a schema that bodies and responses share becomes read-only",
    "major",
    schema("Address", ({ properties }) => set(properties!["zip"], { readOnly: true })),
    share,
  ],
  [
    "a field that only bodies have becomes write-only",
    "minor",
    schema("CreateUserRequest", ({ properties }) => set(properties!["role"], { writeOnly: true })),
  ],
  [
    "an operation no longer has a body",
    "major",
    (spec) => {
      drop(spec["paths"]![`${CURRENT}/{id}`]!["put"], "requestBody");
      prune(spec);
    },
  ],
  [
    "an operation with a required body is added",
    "minor",
    (spec) => {
      addOperation("inviteUser", "/api/invitations", "createCurrentOrgUser")(spec);
      const { requestBodies } = spec["components"]!;
      set(requestBodies, { Invitation: requestBodies!["CreateUser"] });
      set(spec["paths"]!["/api/invitations"]!["post"], { requestBody: ref("requestBodies", "Invitation") });
    },
  ],
  [
    "a required body is added",
    "major",
    on("createPartnerUserApiKey", (operation) => set(operation, { requestBody: ref("requestBodies", "UpdateUser") })),
  ],
  ["a body becomes optional", "minor", at("requestBodies", "CreateUser", (body) => set(body, { required: false }))],
];

const fields: readonly Case[] = [
  [
    "a field is added to a response",
    "minor",
    schema("User", ({ properties }) => set(properties, { name: { type: "string" } })),
  ],
  [
    "a field is removed from a response",
    "major",
    {
      text: (spec) => spec.replace(/^ {8}role:\n.*\n.*\n.*\n/m, "").replaceAll(/^ +role: (admin|user)\n/gm, ""),
    },
  ],
  ["a response field becomes optional", "major", schema("User", (user) => set(user, { required: ["id", "email"] }))],
  ["a response field becomes required", "minor", schema("User", ({ required }) => add(required, "role_ids"))],
  [
    "a response field becomes nullable",
    "major",
    schema("User", ({ properties }) => set(properties!["email"], { type: ["string", "null"] })),
  ],
  [
    "a list in a response is no longer nullable",
    "minor",
    (spec) => {
      set(spec["components"]!["schemas"]!["UserListEnvelope"]!["properties"]!["data"], { type: "array" });
      drop(spec["components"]!["responses"]!["UserList"]!["content"]!["application/json"]!["examples"], "noUsers");
    },
  ],
  [
    "a response field becomes write-only",
    "major",
    schema("User", ({ properties }) => set(properties!["role"], { writeOnly: true })),
  ],
  [
    "the type of a response field changes",
    "major",
    schema("ApiKey", ({ properties }) =>
      set(properties, { value: { type: ["string", "integer"], format: "password" } }),
    ),
  ],
  [
    "a response field is restricted to an enum",
    "minor",
    schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
  ],
  [
    "a value is added to the enum of a response field",
    "major",
    schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user", "guest"] })),
    schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
  ],
  [
    "operations return another schema",
    "major",
    at("responses", "UpdatedUser", (response) => {
      set(json(response), {
        schema: ref("schemas", "ApiKeyEnvelope"),
        example: { data: { value: "a" } },
      });
    }),
  ],
  [
    "a nested secret is added to a response",
    "minor",
    schema("User", ({ properties }) =>
      set(properties, {
        tokens: {
          type: "array",
          items: { type: "object", properties: { token: { type: "string", format: "password" } } },
        },
      }),
    ),
  ],
  [
    "a response field is no longer marked as a secret",
    "major",
    schema("ApiKey", ({ properties }) => drop(properties!["value"], "format")),
  ],
  [
    "a response has no envelope",
    "major",
    {
      text: (spec) =>
        spec
          .replaceAll(
            /^( +)required: \[data\]\n +properties:\n +data:\n( +)\$ref: (".*schemas\/ApiKey")/gm,
            "$1required: [result]\n$1properties:\n$1  result:\n$2$ref: $3",
          )
          .replace("data:\n              value: example", "result:\n              value: example"),
    },
  ],
  [
    "a 200 response is not JSON",
    "major",
    at("responses", "UserList", ({ content }) => rename(content, "application/json", "text/csv")),
  ],
  [
    "a schema is renamed",
    "major",
    {
      text: (spec) =>
        spec.replaceAll('schemas/User"', 'schemas/Person"').replace("  schemas:\n    User:", "  schemas:\n    Person:"),
    },
  ],
];

const statuses: readonly Case[] = [
  ["a status is removed", "major", on("listPartnerUsers", ({ responses }) => drop(responses, "404"))],
  [
    "a status that has an error class is added",
    "minor",
    on("getCurrentOrgUser", ({ responses }) => set(responses, { 422: ref("responses", "UnprocessableEntity") })),
    on("getCurrentOrgUser", ({ responses }) => drop(responses, "422")),
  ],
  [
    "a status without an error class is added",
    "minor",
    on("getCurrentOrgUser", ({ responses }) => set(responses, { 402: ref("responses", "Forbidden") })),
  ],
  [
    "the status of a success changes",
    "major",
    on("createCurrentOrgUser", ({ responses }) => rename(responses, "200", "201")),
  ],
  [
    "a second success status is added",
    "minor",
    on("updateCurrentOrgUser", ({ responses }) => set(responses, { 204: { description: "The user was deleted." } })),
  ],
  [
    "a field is removed from errors",
    "major",
    {
      text: (spec) =>
        spec.replace(/ {8}status:\n {10}type: integer\n.*\n?$/, "").replaceAll(/^ +status: \d{3}\n/gm, ""),
    },
  ],
  ["an error has no body", "major", at("responses", "Conflict", (error) => drop(error, "content"))],
  [
    "an error has another schema",
    "major",
    at("responses", "Conflict", ({ content }) => set(content!["application/json"], { schema: { type: "object" } })),
  ],
  ["a response header is removed", "major", at("responses", "UserList", (response) => drop(response, "headers"))],
  [
    "a response header is added",
    "minor",
    at("responses", "UserList", ({ headers }) =>
      set(headers, { "X-Total": { description: "The number of users.", schema: { type: "integer" } } }),
    ),
  ],
];

const access: readonly Case[] = [
  ["a kind of key is no longer accepted", "major", on("updateCurrentOrgUser", ({ security }) => dropLast(security))],
  [
    "another kind of key is accepted",
    "minor",
    on("getCurrentOrgUser", ({ security }) => add(security, { partnerKey: [] })),
  ],
  [
    "an operation requires no key",
    "minor",
    on("listCurrentOrgUsers", (operation) => set(operation, { security: [{}] })),
  ],
  [
    "an operation requires a second credential",
    "major",
    (spec) => {
      set(spec["components"]!["securitySchemes"], { otp: { type: "apiKey", in: "header", name: "X-Otp" } });
      set(spec["paths"]!["/api/organization/users"]!["get"], { security: [{ apiKey: [], otp: [] }] });
    },
  ],
  [
    "an operation requires two kinds of keys at once",
    "major",
    on("listCurrentOrgUsers", (operation) => set(operation, { security: [{ apiKey: [], scopedKey: [] }] })),
  ],
  [
    "a kind of key is sent with another scheme",
    "major",
    at("securitySchemes", "scopedKey", (scheme) => set(scheme, { scheme: "bearer" })),
  ],
  [
    "the API version changes",
    "minor",
    { text: (spec) => spec.replace('version: "2025-09-18"', 'version: "2026-01-15"') },
  ],
  [
    "the API version is not a date",
    "minor",
    { text: (spec) => spec.replace('version: "2025-09-18"', 'version: "2026-02-30"') },
  ],
  ["the URL of the server changes", "major", (spec) => set(spec["servers"]![0], { url: "https://api.polytomic.com" })],
  [
    "one operation has its own server",
    "minor",
    on("listCurrentOrgUsers", (operation) =>
      set(operation, { servers: [{ url: "https://eu.polytomic.com", description: "Europe." }] }),
    ),
  ],
  [
    "a server is added before the first one",
    "major",
    (spec) => addFirst(spec["servers"], { url: "https://eu.polytomic.com", description: "Europe." }),
  ],
  [
    "a server is added after the first one",
    "minor",
    (spec) => add(spec["servers"], { url: "https://eu.polytomic.com", description: "Europe." }),
  ],
];

const texts: readonly Case[] = [
  [
    "an operation is deprecated",
    "minor",
    on("updateCurrentOrgUser", (operation) => set(operation, { deprecated: true })),
  ],
  [
    "a description changes",
    "patch",
    on("listPartnerUsers", (operation) => set(operation, { description: "Every user." })),
  ],
  [
    "an example changes",
    "patch",
    { text: (spec) => spec.replace("value: example-of-a-minted-api-key", "value: another-key") },
  ],
  ["the description of a tag changes", "patch", (spec) => set(spec["tags"]![0], { description: "Your own users." })],
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
    ["major: `listPartnerUsers` requires the query parameter `role` (required, string)."],
  ],
  [
    "a field of a body",
    schema("CreateUserRequest", ({ properties }) => drop(properties, "role_ids")),
    ["major: `createCurrentOrgUser` no longer accepts `role_ids` in the body."],
  ],
  [
    "a limit",
    schema("UpdateUserRequest", ({ properties }) => set(properties!["role_ids"], { minItems: 2 })),
    ["major: `updateCurrentOrgUser`: minItems of `role_ids` in the body changed from 1 to 2."],
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
    ["major: `updateCurrentOrgUser`: the keys that it accepts changed from apiKey, scopedKey to apiKey."],
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

const inUser = (values: object): Edit => schema("User", ({ properties }) => set(properties!["role"], values));

test.each<[string, Edit, string]>([
  ["`allOf`", inUser({ allOf: [{ type: "string" }] }), "`allOf` in `response 200 › data[] › role` is not supported"],
  ["`anyOf`", inUser({ anyOf: [{ type: "string" }] }), "`anyOf` in"],
  ["`oneOf`", inUser({ oneOf: [{ type: "string" }] }), "`oneOf` in"],
  ["another `not`", inUser({ not: { type: "integer" } }), "this `not` in"],
  ["a schema that contains itself", inUser(ref("schemas", "User")), "a part of it contains itself"],
  [
    "a reference to nothing",
    inUser(ref("schemas", "Role")),
    "it refers to #/components/schemas/Role, which it does not contain",
  ],
])("a spec with %s is refused with a message that names it", (_what, edit, message) => {
  expect(() => changesOf(edit)).toThrow(message);
});
